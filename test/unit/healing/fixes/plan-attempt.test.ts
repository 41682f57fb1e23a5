import { describe, expect, it } from 'vitest';
import { type AttemptPlan, planAttempt, type Situation } from '../../../../src/healing/fixes/plan-attempt.ts';
import type { Fix } from '../../../../src/store/fixes/fixes.ts';
import { aFix, aHealedIncident, anIncident, aStoredDiagnosis } from '../../github/texts/models.ts';

const HEAD = 'b'.repeat(40);
const OLD_HEAD = 'a'.repeat(40);
const COMMIT = 'c'.repeat(40);

function work(incidentId = 'lint') {
  return { incident: anIncident({ id: incidentId }), diagnoses: [aStoredDiagnosis({ incidentId, headSha: HEAD })] };
}

function fix(change: Partial<Fix>): Fix {
  return aFix({
    id: 'earlier',
    state: 'ended',
    baseSha: HEAD,
    parentSha: HEAD,
    commitSha: COMMIT,
    pullRequestNumber: 5,
    heals: [aHealedIncident({ incidentId: 'lint' })],
    ...change,
  });
}

function plan(change: Partial<Situation>): AttemptPlan {
  return planAttempt({ headSha: HEAD, work: [work()], fixes: [], openPulls: [], followUps: null, attempts: 3, ...change });
}

/** What is done, with which work, on which commit. */
function inShort(planned: AttemptPlan): string {
  if (planned.kind === 'nothing') return planned.withdraw ? 'nothing, withdraw' : 'nothing';
  if (planned.kind === 'supersede') return 'supersede';
  const place = { [HEAD]: 'head', [COMMIT]: 'fix' }[planned.parentSha] ?? 'elsewhere';
  return `${planned.kind} ${planned.work.map((one) => one.incident.id).join('+')} on ${place}`;
}

const waiting = fix({ state: 'proposed' });
const verified = fix({ outcome: 'verified' });
const refuted = fix({ outcome: 'refuted' });
const openPulls = [5];
const followUp = {
  incident: anIncident({ id: 'lint' }),
  diagnoses: [aStoredDiagnosis({ incidentId: 'lint', headSha: COMMIT, fingerprint: 'another' })],
};
const another = { work: [followUp], inOtherLane: false };

const NO_FOLLOW_UP = { work: [], inOtherLane: false };
const ELSEWHERE = { work: [], inOtherLane: true };

describe('what is done for a head', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['nothing can be fixed', { work: [] }, 'nothing'],
    ['the first time', {}, 'fresh lint on head'],
    ['two failures at once', { work: [work('lint'), work('format')] }, 'fresh lint+format on head'],
    ['its fix waits for CI', { fixes: [waiting], openPulls }, 'nothing'],
    ['its fix is verified and waits for a person', { fixes: [verified], openPulls }, 'nothing'],
    ['its fix was verified and merged', { fixes: [verified] }, 'nothing'],
    ['another workflow fails later', { work: [work(), work('docs')], fixes: [waiting], openPulls }, 'extend docs on fix'],
    ['the branch has moved on', { fixes: [fix({ state: 'proposed', baseSha: OLD_HEAD })], openPulls }, 'rebuild lint on head'],
    ['CI is red on it for the same reason', { fixes: [refuted], openPulls }, 'retry lint on head'],
    ['CI is red on it for another reason', { fixes: [refuted], openPulls, followUps: another }, 'continue lint on fix'],
    ['… and only that one may be fixed', { work: [], fixes: [refuted], openPulls, followUps: another }, 'continue lint on fix'],
    ['… about which nothing may be done', { fixes: [refuted], openPulls, followUps: NO_FOLLOW_UP }, 'nothing, withdraw'],
    ['… about which a person is asked', { fixes: [refuted], openPulls, followUps: ELSEWHERE }, 'nothing'],
    ['… for the third time', { fixes: [refuted, refuted, refuted], openPulls, followUps: another }, 'nothing, withdraw'],
    ['CI was red on three', { fixes: [refuted, refuted, refuted], openPulls }, 'nothing, withdraw'],
    ['a person has said no', { fixes: [fix({ outcome: 'rejected' })] }, 'nothing'],
    ['a person has said no, and pushes again', { fixes: [fix({ outcome: 'rejected', baseSha: OLD_HEAD })] }, 'nothing'],
    ['it died before its commit', { fixes: [fix({ state: 'planned', commitSha: null })] }, 'resume lint on head'],
    ['it died before its pull request', { fixes: [fix({ state: 'committed' })] }, 'resume lint on head'],
    ['it was planned for an older head', { fixes: [fix({ state: 'planned', baseSha: OLD_HEAD })] }, 'supersede'],
    ['what was planned can no longer be fixed', { work: [], fixes: [fix({ state: 'planned' })] }, 'supersede'],
    [
      'a commit on the branch was red',
      { fixes: [fix({ delivery: 'commit', outcome: 'refuted', baseSha: OLD_HEAD })] },
      'fresh lint on head',
    ],
  ])('%s', (_what, situation, expected) => {
    expect(inShort(plan(situation))).toBe(expected);
  });

  it('fixers that CI has refuted on this commit are not asked again, on another they are', () => {
    const refutedFixers = (fixes: Fix[]) => {
      const planned = plan({ fixes });
      return 'refutedFixers' in planned ? [...(planned.refutedFixers.get('lint') ?? [])] : null;
    };
    expect(refutedFixers([refuted])).toEqual(['prettier']);
    expect(refutedFixers([fix({ outcome: 'refuted', baseSha: OLD_HEAD })])).toEqual([]);
  });

  it('what an earlier attempt did stays a part only of what is built upon it', () => {
    const keeps = (situation: Partial<Situation>) => (plan(situation) as { keeps?: boolean }).keeps;
    expect(keeps({ fixes: [refuted], openPulls, followUps: another })).toBe(true);
    expect(keeps({ fixes: [refuted], openPulls })).toBe(false);
    expect(keeps({ fixes: [fix({ state: 'proposed', baseSha: OLD_HEAD })], openPulls })).toBe(false);
  });
});
