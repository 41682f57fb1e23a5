import { readRunsOfCommit } from '../../github/reads.ts';
import type { Run } from '../../github/types.ts';
import { RERUN_LIMITS } from '../../policy/rerun.ts';
import { type DecidedFailure, verdictNow } from '../../policy/verdict-now.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { record } from '../../store/audit.ts';
import { restartWaits } from '../../store/books/sweep-queries.ts';
import { findFix, verificationSubject } from '../../store/fixes/fix-queries.ts';
import { endFix, type Fix } from '../../store/fixes/fixes.ts';
import { rerunsOfRuns } from '../../store/fixes/guards.ts';
import { markFixed } from '../../store/incidents/incidents.ts';
import { requestApproval } from '../approvals/ask-approval.ts';
import { requestFix } from '../fixes/request-fix.ts';
import { stopAfterRefutations } from '../fixes/spent-budgets.ts';
import { tellStalled } from '../fixes/stalled-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import { requestRerun } from '../reruns/rerun-failed.ts';
import type { Services } from '../services.ts';
import { stoppedFor } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { diagnoseFix } from './follow-up.ts';
import { factsOfBooks, judgeByCi } from './jobs-of-fix.ts';
import { type Ended, isRipe } from './judge-fix.ts';
import { tellPullRequest } from './tell-pull-request.ts';

/**
 * Asks GitHub, not the fixer, whether the jobs that failed pass on the fix, and says so on the pull request, the commit
 * and in the books. Does nothing while CI is still at it.
 */
export async function verifyFix(services: Services, job: JobData['verification'], context: JobContext): Promise<void> {
  const fix = await findFix(services.database, job.fixId);
  // Before it is proposed there is nowhere to say it; proposing asks for this again.
  if (!fix?.commitSha || fix.state !== 'proposed') return;
  // What CI has not ended yet will be told by events, which cost no request; the sweep asks all the same.
  if (!job.swept && !isRipe(await factsOfBooks(services, fix, fix.commitSha))) return;
  const target = await findTarget(services, job);
  // The sweep asks again soon after a person has let us go on.
  if (await stoppedFor(services, target, fix))
    return restartWaits(services.database, verificationSubject(fix.id), services.now());
  // 1 What real CI says on the fix's commit
  const runs = await readRunsOfCommit(target.at, fix.commitSha);
  const judgement = await judgeByCi(services, { target, fix, commitSha: fix.commitSha }, runs);
  if (judgement.kind === 'waiting') return tellStalled(services, { target, fix, runs, waiting: judgement });
  // 2 Red: for the same reason as before?
  if (judgement.kind === 'refuted') {
    const found = await diagnoseFix(services, { target, fix, ...judgement }, context);
    if (found.kind === 'infrastructure' && (await runAgain(services, { target, job, run: judgement.run }, found.failure))) return;
  }
  // More may have been added to the fix meanwhile, or its aim be gone: then this is no news any more.
  if ((await findFix(services.database, fix.id))?.state !== 'proposed') return;
  // 3 The pull request says so. It comes before the books, so that a retry after a crash does it again.
  await tellPullRequest(services, target, fix, judgement);
  // 4 The books say so, once
  await end(services, fix, judgement, context);
  // 5 The commit that failed says so; a refuted fix makes room for another one, or is withdrawn
  const { installationId, repositoryId } = job;
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId, repositoryId, headSha: fix.baseSha },
    key: `report:${repositoryId}:${fix.baseSha}`,
    repositoryId,
  });
  const observes = (await readPolicy(target)).config.mode === 'observe';
  if (judgement.kind === 'verified' || observes) return;
  const head = { installationId, repositoryId, branch: fix.baseBranch, headSha: fix.baseSha };
  await requestFix(services, head);
  await requestApproval(services, head);
}

interface Rerunning {
  target: Target;
  job: JobData['verification'];
  run: Run;
}

/**
 * An outage on the fix's CI says nothing of the fix: what failed is run again, as often as any run, and where a run of the branch
 * that the fix is for would be. @returns false where it is not
 */
async function runAgain(services: Services, { target, job, run }: Rerunning, failure: DecidedFailure): Promise<boolean> {
  const { config } = await readPolicy(target);
  if (verdictNow({ remedy: 'rerun', verdict: 'allowed' }, config, failure) !== 'allowed') return false;
  const earlier = await rerunsOfRuns(services.database, [run.id]);
  const asked = earlier.find((one) => one.attempt === run.attempt);
  if (asked) return asked.outcome !== 'refused';
  if (earlier.length >= Math.min(config.budgets.rerunsPerRun, RERUN_LIMITS.perRun)) return false;
  const { installationId, repositoryId } = job;
  await requestRerun(services, {
    installationId,
    repositoryId,
    runId: run.id,
    attempt: run.attempt,
    reason: 'The infrastructure failed on a fix.',
  });
  return true;
}

async function end(services: Services, fix: Fix, judgement: Ended, context: JobContext): Promise<void> {
  const { kind: outcome, run } = judgement;
  const first = await endFix(services.database, fix.id, {
    outcome,
    reason: reasonOf(judgement),
    runId: run.id,
    at: services.now(),
  });
  if (!first) return;
  services.observe.fixEnded(outcome);
  if (outcome === 'refuted') await stopAfterRefutations(services, fix.repositoryId);
  if (outcome === 'verified') {
    const ids = fix.heals.map((one) => one.incidentId);
    await markFixed(services.database, ids, fix.id);
  }
  await record(services.database, {
    actor: 'regreen',
    action: `fix.${outcome}`,
    subject: `fix:${fix.id}`,
    repositoryId: fix.repositoryId,
    correlationId: context.correlationId,
    details: { run: run.id, pullRequest: fix.pullRequestNumber },
  });
  context.log.info({ fix: fix.id, outcome }, 'fix judged by CI');
}

function reasonOf(judgement: Ended): string {
  if (judgement.kind === 'verified') return `${judgement.run.workflowPath} passed`;
  const jobs = judgement.jobs
    .map((job) => job.name)
    .slice(0, 5)
    .join(', ');
  return `${jobs} of ${judgement.run.workflowPath} is ${judgement.newlyRed ? 'red, and was not before' : 'still red'}`;
}
