import { findReview, readDiffRanges, readPullRequest, readReviews } from '../../github/reads.ts';
import { suggestionBody, suggestionMarker } from '../../github/texts/fix.ts';
import { createReview } from '../../github/writes.ts';
import { refuseBudget } from '../../policy/budgets.ts';
import type { Edit } from '../../policy/gate.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { fixesOfBranch } from '../../store/fixes/fix-queries.ts';
import { type Fix, markProposed, planFix, supersedeOthers } from '../../store/fixes/fixes.ts';
import { findStop } from '../../store/fixes/stops.ts';
import { proposer } from '../delegation/take-proposal.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';
import { declineFix } from './decline-fix.ts';
import { gatherWork } from './gather-work.ts';
import { healedBy } from './healed-by.ts';
import { type Change, makeChange } from './make-change.ts';
import { hashOf, unifiedPatch } from './patch.ts';
import { readSpent } from './spent-budgets.ts';
import { suggestionsFor } from './suggestions.ts';
import { storyOf } from './tell-fix.ts';

type SuggestJob = Extract<JobData['remedies'], { kind: 'suggest' }>;

const FIXES_LOOKED_AT = 50;

/** Puts a fix on a pull request as suggestions in one review, once for each head. Pushes nothing, so it is for forks too. */
export async function suggestChanges(services: Services, job: SuggestJob, context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  const { repositoryId, branch, headSha, pullRequestNumber } = job;
  // 1 What may be suggested, and was it already?
  const policy = await readPolicy(target);
  const work = await gatherWork(services, { repositoryId, branch, headSha }, { config: policy.config, remedy: 'suggest' });
  const earlier = await fixesOfBranch(services.database, { repositoryId, baseBranch: branch }, FIXES_LOOKED_AT);
  const planned = earlier.find((fix) => fix.delivery === 'suggestion' && fix.baseSha === headSha);
  if (work.length === 0 || (planned && planned.state !== 'planned')) return;
  const pull = await readPullRequest(target.at, pullRequestNumber);
  if (pull?.state !== 'open' || pull.headSha !== headSha) return;
  if (await findStop(services.database, repositoryId, pullRequestNumber)) return;
  const spent = await readSpent(services, target, { branch, incidentIds: [] });
  const refusal = planned ? null : refuseBudget({ ...spent, openFixes: 0 }, policy.config);
  if (refusal) return declineFix(services, job, { work, reason: refusal.reason }, context);
  // 2 The change, and the places of it that the diff shows
  const attempt = {
    kind: 'fresh' as const,
    work,
    parentSha: headSha,
    on: null,
    keeps: false,
    refutedFixers: new Map<string, Set<string>>(),
  };
  const { signal } = context;
  const facts = { target, headSha, attempt, policy, approved: false, signal };
  const change = await makeChange(services, { ...facts, propose: proposer(services) });
  if ('refusal' in change) {
    return declineFix(services, job, { work, reason: change.refusal }, context);
  }
  const edits = await unsaid(
    target,
    pullRequestNumber,
    change.edits,
    earlier.filter((fix) => fix !== planned),
  );
  const { comments, left } = suggestionsFor(edits, await readDiffRanges(target.at, pullRequestNumber));
  // 3 Write it down, then say it, in the place of an earlier attempt
  const fix = planned ?? (await planFix(services.database, plannedSuggestion(job, change, earlier, context)));
  const known = context.again || planned ? await findReview(target.at, pullRequestNumber, suggestionMarker(fix)) : false;
  if (!known && edits.length > 0) {
    const body = suggestionBody(await storyOf(services, fix), { shown: comments.length, left });
    await createReview(target.at, { number: pullRequestNumber, commitSha: headSha, body, comments });
  }
  await markProposed(services.database, fix.id, pullRequestNumber);
  await supersedeOthers(services.database, fix, { reason: `${branch} has moved on`, at: services.now() });
  // 4 The commit says so
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId, headSha },
    key: `report:${repositoryId}:${headSha}`,
    repositoryId,
  });
}

/** Of a later head: what was said of a file stands on the same lines still, if it is the same to the letter. */
async function unsaid(target: Target, number: number, edits: readonly Edit[], earlier: readonly Fix[]): Promise<Edit[]> {
  const patches = edits.map((edit) => ({ edit, patch: unifiedPatch([edit]) }));
  const alike = earlier.filter(
    (fix) =>
      fix.delivery === 'suggestion' && fix.pullRequestNumber === number && patches.some(({ patch }) => fix.patch.includes(patch)),
  );
  if (alike.length === 0) return [...edits];
  // What was planned may never have been said.
  const reviews = await readReviews(target.at, number);
  const said = alike.filter((fix) => reviews.some(({ body }) => body.includes(suggestionMarker(fix))));
  return patches.filter(({ patch }) => !said.some((fix) => fix.patch.includes(patch))).map(({ edit }) => edit);
}

function plannedSuggestion(job: SuggestJob, change: Change, earlier: readonly Fix[], context: JobContext) {
  const patch = unifiedPatch(change.edits);
  return {
    repositoryId: job.repositoryId,
    attempt: Math.max(0, ...earlier.map((fix) => fix.attempt)) + 1,
    baseBranch: job.branch,
    baseSha: job.headSha,
    parentSha: job.headSha,
    // Nothing is pushed; the name keeps suggestions of one pull request together.
    branch: `suggestions/${job.pullRequestNumber}`,
    targetBranch: job.branch,
    courseNote: null,
    delivery: 'suggestion' as const,
    stalledReason: null,
    pullRequestNumber: job.pullRequestNumber,
    patch,
    patchHash: hashOf(patch),
    paths: change.edits.map((edit) => edit.path),
    changes: change.changes,
    heals: change.work.map(healedBy),
    correlationId: context.correlationId,
  };
}
