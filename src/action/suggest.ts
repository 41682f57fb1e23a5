import { statusOf } from '../github/errors.ts';
import { isRefusal } from '../github/past-runs.ts';
import { readDiffRanges, readPullRequest, readReviews } from '../github/reads.ts';
import { suggestionBody } from '../github/texts/fix.ts';
import type { PullRequest } from '../github/types.ts';
import { createReview } from '../github/writes.ts';
import type { Work } from '../healing/fixes/gather-work.ts';
import { hashOf } from '../healing/fixes/patch.ts';
import { suggestionsFor } from '../healing/fixes/suggestions.ts';
import { refuseBudget } from '../policy/budgets.ts';
import type { Action, CheckoutOrReason } from './action.ts';
import { branchOf, type Failure } from './failures.ts';
import { type Healing, nothing } from './healing.ts';
import { isWithinADay, spentOn } from './history.ts';
import { type Made, make } from './make.ts';
import { type Marker, readMarker, writeMarker } from './marker.ts';
import type { Occasion } from './occasion.ts';
import { markerOf, runUrlOf, storyOf } from './story.ts';
import { type Trial, tryOut } from './trial.ts';

/** What an earlier run has put on the pull request. */
interface Said {
  marker: Marker;
  at: string | null;
}

/**
 * Puts a fix on the pull request as suggestions in one review. Nothing is pushed, so it is for forks too, none of whose code is
 * run: not to make it, and not to try it.
 */
export async function suggest(
  action: Action,
  { work, failures, openCheckout }: { work: Work[]; failures: readonly Failure[]; openCheckout(): Promise<CheckoutOrReason> },
): Promise<Healing> {
  const { at, environment, occasion } = action;
  const { run, pullRequest, fork } = occasion;
  if (pullRequest === null) return nothing('There is no pull request to put suggestions on.');
  try {
    // 1 Is it still what failed, and was it said already?
    const pull = await readPullRequest(at, pullRequest.number);
    if (pull?.state !== 'open') return nothing(`#${pullRequest.number} is not open any more.`);
    if (pull.headSha !== run.headSha) return nothing(`#${pull.number} has moved on.`);
    const said = saidIn(await readReviews(at, pull.number));
    const unsaid = work.filter(({ incident }) => !said.some(({ marker }) => isAbout(marker, run.headSha, incident.fingerprint)));
    if (unsaid.length === 0) return nothing(`#${pull.number} has suggestions for this already.`);
    const refusal = whyNoMore(action, said);
    if (refusal !== null) return nothing(refusal);
    // 2 Make the change
    const checkout = fork ? 'the commit comes from a fork' : await openCheckout();
    const { made, reasons } = await make(action, unsaid, checkout);
    if (made === null) return nothing(reasons.join(' '));
    // 3 Does it help? Who accepts suggestions starts CI; what is refuted here already is not suggested
    const trial = fork || environment.startsWorkflows ? null : await tryOut(action, made, failures, checkout);
    if (trial?.kind === 'failed') {
      return { outcome: 'refuted', reason: `With it \`${trial.command}\` is still red, so nothing was suggested.`, made };
    }
    // 4 Say it
    return await post(action, { pull, made, trial, said, reasons });
  } catch (error) {
    const reason = reasonOf(error, occasion);
    if (reason === null) throw error;
    return nothing(reason);
  }
}

async function post(
  action: Action,
  { pull, made, trial, said, reasons }: { pull: PullRequest; made: Made; trial: Trial | null; said: Said[]; reasons: string[] },
): Promise<Healing> {
  const { at, occasion } = action;
  const story = storyOf(action, made, {
    attempt: said.length + 1,
    branch: '',
    targetBranch: branchOf(occasion.run),
    courseNote: null,
    delivery: 'suggestion',
    pullRequestNumber: pull.number,
    stalledReason: null,
  });
  const { comments, left } = suggestionsFor(made.edits, await readDiffRanges(at, pull.number));
  // Of a later head: what was said stands on the same lines still, unless its diff shows more of them.
  const saysHash = hashOf(JSON.stringify([story.fix.patch, comments]));
  if (said.some(({ marker }) => marker.saysHash === saysHash)) return nothing(`#${pull.number} has these suggestions already.`);
  // The whole was tried: a part of it may not help.
  const passed = trial?.kind === 'passed' && left === 0 ? { ...trial, runUrl: runUrlOf(action) } : undefined;
  const marker = writeMarker({ ...markerOf(story.fix, passed ? trial : null), saysHash });
  const body = suggestionBody(story, { shown: comments.length, left, ...(passed ? { check: passed } : {}) });
  await createReview(at, { number: pull.number, commitSha: pull.headSha, body: `${body}\n${marker}`, comments });
  return {
    outcome: passed ? 'verified' : 'proposed',
    reason: reasons.join(' '),
    made,
    proposed: { kind: 'suggestions', pull, shown: comments.length },
  };
}

function saidIn(reviews: Awaited<ReturnType<typeof readReviews>>): Said[] {
  return reviews.flatMap(({ body, submittedAt }) => {
    const marker = readMarker(body);
    return marker === null ? [] : [{ marker, at: submittedAt }];
  });
}

function isAbout(marker: Marker, headSha: string, fingerprint: string): boolean {
  return marker.sha === headSha && marker.fingerprints.includes(fingerprint);
}

/** As for fixes, but no attempt is refuted and no pull request opened; of suggestions those of this pull request are known. */
function whyNoMore({ occasion, history, policy }: Action, said: readonly Said[]): string | null {
  const { repository, run } = occasion;
  const place = { base: branchOf(run), workflowPath: run.workflowPath, fingerprint: '', defaultBranch: repository.defaultBranch };
  const spent = spentOn(history, place);
  const today = said.filter(({ at }) => at !== null && isWithinADay(at, history.now)).length;
  const refusal = refuseBudget(
    { ...spent, attemptsOfIncident: 0, attemptsOfPullRequest: 0, openFixes: 0, fixesToday: spent.fixesToday + today },
    policy.config,
  );
  return refusal?.reason ?? null;
}

/** What a person can do about it; `null` for what is no matter of rights and no race. */
function reasonOf(error: unknown, occasion: Occasion): string | null {
  if (isRefusal(error)) return missingRight(occasion);
  return statusOf(error) === 422
    ? 'GitHub did not take the suggestions; most often because the pull request has moved on.'
    : null;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows "Workflows in forked repositories" */
export function missingRight({ fork, isAfterwards }: Pick<Occasion, 'fork' | 'isAfterwards'>): string {
  const needs = 'Suggestions on the pull request need `pull-requests: write`';
  return fork && !isAfterwards
    ? `${needs}, which no workflow has that a fork's pull request starts; one on \`workflow_run\` can have it.`
    : `${needs}, which the token does not have.`;
}
