import { orNullWhenMissing } from '../../github/errors.ts';
import { endedFixBody } from '../../github/texts/fix.ts';
import type { PullRequest } from '../../github/types.ts';
import { type MergeEnd, markReadyForReview, mergeWhenReady, updatePullRequest } from '../../github/writes.ts';
import { mayMergeNow } from '../../policy/verdict-now.ts';
import { approvalsOfCommit } from '../../store/approvals/approvals.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { answeredFailures } from '../fixes/answered-failures.ts';
import { storyOf } from '../fixes/tell-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { Ended } from './judge-fix.ts';

/**
 * Says on the pull request what CI has found. What changes more than words (ready for review, merged) needs the mode `fix` of
 * now, which somebody may have taken back since the fix was made; in `observe` nothing is written.
 */
export async function tellPullRequest(services: Services, target: Target, fix: Fix, judgement: Ended): Promise<void> {
  const { config } = await readPolicy(target);
  if (fix.delivery !== 'pull-request' || fix.pullRequestNumber === null || config.mode === 'observe') return;
  const story = await storyOf(services, fix);
  const body = endedFixBody(story, {
    outcome: judgement.kind,
    runUrl: judgement.run.url,
    ...(judgement.kind === 'refuted' ? { jobs: judgement.jobs.map((job) => job.name), newlyRed: judgement.newlyRed } : {}),
  });
  const pull = await orNullWhenMissing(updatePullRequest(target.at, fix.pullRequestNumber, { body }));
  if (!pull || config.mode !== 'fix') return;
  // CI has said nothing of what was pushed since.
  if (judgement.kind !== 'verified' || pull.state !== 'open' || pull.headSha !== fix.commitSha) return;
  if (pull.draft) await markReadyForReview(target.at, pull.nodeId);
  const merge = await mergeWhereAllowed(services, target, fix, pull);
  if (!merge || merge.kind === 'merged') return;
  const told = endedFixBody(story, { outcome: 'verified', runUrl: judgement.run.url, merge });
  await updatePullRequest(target.at, pull.number, { body: told });
}

/** Only where regreen.yml names every cause that the fix answers; GitHub holds the merge back as its rules say. */
async function mergeWhereAllowed(services: Services, target: Target, fix: Fix, pull: PullRequest): Promise<MergeEnd | null> {
  const { config } = await readPolicy(target);
  if (config.autoMerge.causes.length === 0) return null;
  const failures = (await answeredFailures(services.database, fix)).map((one) => ({ ...one, branch: fix.baseBranch }));
  if (!mayMergeNow(failures, config, { approved: await isApproved(services, fix) })) return null;
  return mergeWhenReady(target.at, pull);
}

/** Whether a person has agreed to what is in the fix. */
async function isApproved({ database }: Services, fix: Fix): Promise<boolean> {
  const incidents = new Set(fix.heals.map(({ incidentId }) => incidentId));
  const approvals = await approvalsOfCommit(database, fix.repositoryId, fix.baseSha);
  return approvals.some(
    ({ remedy, state, incidentId }) =>
      remedy === 'fix' && (state === 'approved' || state === 'used') && incidents.has(incidentId),
  );
}
