import type { Fix } from '../../store/fixes/fixes.ts';
import type { Work } from './gather-work.ts';

/** What is known when a head is to be healed. */
export interface Situation {
  headSha: string;
  /** What may be fixed on that head. */
  work: readonly Work[];
  /** Fixes of the branch, newest first. */
  fixes: readonly Fix[];
  /** Numbers of Regreen's pull requests that are open. */
  openPulls: readonly number[];
  /** How many attempts CI may refute for one incident. */
  attempts: number;
  /** What CI has said on the newest fix's own commit, when it was red there for another reason. */
  followUps: FollowUps | null;
}

/** Failures that have come to light on a fix, by the rules for each of them. */
export interface FollowUps {
  /** What may be fixed of them. */
  work: readonly Work[];
  /** Others may be fixed when a person agrees; or, where those are looked at, need nobody's yes. */
  inOtherLane: boolean;
}

/** What is to be done for a head: one attempt, built on nothing, on an earlier one, or in its place. */
export interface Attempt {
  kind: 'fresh' | 'resume' | 'extend' | 'rebuild' | 'retry' | 'continue';
  work: Work[];
  /** The commit that the fix's own will lie on. */
  parentSha: string;
  /** The earlier attempt whose branch and pull request are used again. */
  on: Fix | null;
  /** Whether what the earlier attempt did stays a part of this one. */
  keeps: boolean;
  /** Fixers that CI has refuted already, by incident. */
  refutedFixers: ReadonlyMap<string, ReadonlySet<string>>;
}

export type AttemptPlan = Attempt | { kind: 'nothing'; reason: string; withdraw: Fix | null } | { kind: 'supersede'; fix: Fix };

/** Says what is to be done for a head. Pure. */
export function planAttempt(situation: Situation): AttemptPlan {
  const { headSha, fixes } = situation;
  const unfinished = fixes.find((fix) => fix.state === 'planned' || fix.state === 'committed');
  const open = fixes.find((fix) => isOpen(fix, situation));
  const work = situation.work.filter(({ incident }) => mayTryAgain(incident.id, situation));
  if (unfinished) {
    if (unfinished.baseSha !== headSha) return { kind: 'supersede', fix: unfinished };
    return resume(unfinished, situation);
  }
  if (!open) return attempt('fresh', { work: work.filter((one) => !isHealed(one, situation)), parentSha: headSha }, situation);
  if (open.outcome === 'refuted') return afterRefutation(open, work, situation);
  if (open.baseSha !== headSha || open.commitSha === null)
    return attempt('rebuild', { work, parentSha: headSha, on: open }, situation);
  const more = work.filter((one) => !open.heals.some((healed) => healed.incidentId === one.incident.id));
  return attempt('extend', { work: more, parentSha: open.commitSha, on: open, keeps: true }, situation);
}

/** A pull request of ours that waits for CI or for a person. A commit on the branch itself is a head of its own. */
function isOpen(fix: Fix, { openPulls }: Situation): boolean {
  return fix.delivery === 'pull-request' && fix.pullRequestNumber !== null && openPulls.includes(fix.pullRequestNumber);
}

/** An attempt that died on its way is made again as it was planned. */
function resume(fix: Fix, situation: Situation): AttemptPlan {
  const ids = new Set(fix.heals.map((one) => one.incidentId));
  const work = situation.work.filter((one) => ids.has(one.incident.id));
  const earlier = situation.fixes.find((one) => one.commitSha === fix.parentSha) ?? null;
  if (work.length === 0) return { kind: 'supersede', fix };
  return attempt('resume', { work, parentSha: fix.parentSha, on: fix, keeps: earlier !== null }, situation);
}

/** CI was red on the fix: for another reason, which is built upon, or for the same, and then other fixers have a turn. */
function afterRefutation(open: Fix, work: readonly Work[], situation: Situation): AttemptPlan {
  if (open.baseSha !== situation.headSha) {
    return attempt('rebuild', { work: [...work], parentSha: situation.headSha, on: open }, situation);
  }
  const { followUps } = situation;
  if (followUps !== null && open.commitSha !== null) {
    const further = followUps.work.filter(({ incident }) => mayTryAgain(incident.id, situation));
    if (further.length > 0)
      return attempt('continue', { work: further, parentSha: open.commitSha, on: open, keeps: true }, situation);
    if (followUps.inOtherLane) return { kind: 'nothing', reason: 'A person is asked about what CI says now.', withdraw: null };
    return { kind: 'nothing', reason: whyNoFollowUp(followUps, situation), withdraw: open };
  }
  return attempt('retry', { work: [...work], parentSha: situation.headSha, on: open }, situation);
}

function attempt(
  kind: Attempt['kind'],
  facts: { work: Work[]; parentSha: string; on?: Fix; keeps?: boolean },
  situation: Situation,
): AttemptPlan {
  const { on = null, keeps = false, work, parentSha } = facts;
  if (work.length === 0) {
    const refuted = on?.outcome === 'refuted' ? on : null;
    return { kind: 'nothing', reason: whyNothing(situation), withdraw: refuted };
  }
  // What is built upon an earlier attempt has another failure before it, for which every fixer is fresh.
  return { kind, work, parentSha, on, keeps, refutedFixers: keeps ? new Map() : refutedFixers(situation) };
}

/** For people; where a fix is there, the commit shows that one. */
function whyNothing(situation: Situation): string {
  const given = situation.work.filter(({ incident }) => !mayTryAgain(incident.id, situation));
  if (given.length === 0) return 'There is nothing more to fix here.';
  return `A person has closed a fix of this, or all ${situation.attempts} attempts have come to nothing.`;
}

/** The rules for what has come to light count, not those for what the fix was made for. */
function whyNoFollowUp({ work }: FollowUps, situation: Situation): string {
  if (work.length > 0) return whyNothing(situation);
  return 'CI is red on the fix for another reason, and about that one nothing may be done.';
}

function mayTryAgain(incidentId: string, { fixes, attempts }: Situation): boolean {
  const own = fixes.filter((fix) => fix.heals.some((one) => one.incidentId === incidentId));
  return countAttempts(own) < attempts && !own.some((fix) => fix.outcome === 'rejected');
}

/** Attempts that count against the budget: those that CI has judged wrong. One that the base outran came to nothing. */
export function countAttempts(fixes: readonly Pick<Fix, 'outcome'>[]): number {
  return fixes.filter((fix) => fix.outcome === 'refuted' || fix.outcome === 'abandoned').length;
}

/** A head whose fix CI has verified waits for a person to merge, or has been merged. */
function isHealed({ incident }: Work, { fixes, headSha }: Situation): boolean {
  return fixes.some(
    (fix) =>
      fix.outcome === 'verified' && fix.baseSha === headSha && fix.heals.some((healed) => healed.incidentId === incident.id),
  );
}

/** On the same commit a fixer would do the same again. */
function refutedFixers({ fixes, headSha }: Situation): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const fix of fixes.filter((one) => one.outcome === 'refuted' && one.baseSha === headSha)) {
    for (const { incidentId } of fix.heals) {
      const known = found.get(incidentId) ?? new Set();
      found.set(incidentId, new Set([...known, ...fix.changes.map((change) => change.fixer)]));
    }
  }
  return found;
}
