import type { ProblemMatcher } from '../../diagnosis/matchers/problem-matcher.ts';
import { readJobs, readRun } from '../../github/reads.ts';
import type { Run } from '../../github/types.ts';
import { decisionFor, rerunOfRun } from '../../policy/decide.ts';
import type { Decision, Remedy } from '../../policy/types.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { saveJobs } from '../../store/books/jobs.ts';
import { findPullRequestByHead } from '../../store/books/pull-requests.ts';
import { findEndedRun, saveRun } from '../../store/books/runs.ts';
import { requestApproval } from '../approvals/ask-approval.ts';
import { requestFix, requestSuggestions } from '../fixes/request-fix.ts';
import { requestSettlement } from '../fixes/settle-fixes.ts';
import { isOwnHead } from '../own-head.ts';
import { readRepositoryMatchers } from '../repository-matchers.ts';
import { readPolicy } from '../repository-policy.ts';
import { requestRerun } from '../reruns/rerun-failed.ts';
import type { Analysis, Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';
import { catchUp } from './catch-up.ts';
import { chooseLogs } from './choose-logs.ts';
import { diagnosisWithoutLog, readLogOfEnded } from './missing-log.ts';
import { noteOutcomes } from './note-outcomes.ts';
import { type Failure, type RedRun, recordFailures } from './record-failures.ts';
import { isRed } from './red.ts';

/**
 * Says why a run is red. Every step can be repeated: rows are replaced, jobs of the queue coalesce.
 */
export async function diagnoseRun(services: Services, job: JobData['analysis'], context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  // 1 The run, which its event has told of, and its jobs
  const known = await findEndedRun(services.database, target.repository.id, job.runId, job.attempt);
  // Another name may be a fork's, or the repository's own from before it was renamed; GitHub knows which.
  const run =
    known && isOwnHead(target.repository, known.headRepository) ? known : await readRun(target.at, job.runId, job.attempt);
  if (!isRed(run.conclusion)) return;
  const jobs = await readJobs(target.at, run.id, run.attempt);
  const pullRequestNumber = await pullRequestOf(services, target, run);
  await saveRun(services.database, target.repository.id, run, pullRequestNumber);
  const words = jobs.map((one) => ({ repositoryId: target.repository.id, job: one, heard: null }));
  await saveJobs(services.database, words);
  // 2 The policy of the default branch, and the problem matchers that it names
  const policy = await readPolicy(target);
  const { matchers, broken } = await readRepositoryMatchers(target, policy.config, target.repository.defaultBranch);
  for (const { path, faults } of broken) context.log.warn({ path, faults }, 'problem matchers can not be used');
  // 3 Diagnose the logs of the failed jobs, open incidents, decide
  const failed = jobs.filter((one) => isRed(one.conclusion));
  const seen: Failure[] =
    failed.length > 0 ? chooseLogs(failed) : [{ id: null, name: run.workflowName, conclusion: run.conclusion }];
  const failures: { failure: Failure; analysis: Analysis }[] = [];
  for (const failure of seen) {
    const analysis = await analyseFailure(services, { target, failure, matchers }, context);
    failures.push({ failure, analysis });
    context.log.info({ run: run.id, job: failure.id, cause: analysis.diagnosis.cause.category }, 'failure diagnosed');
  }
  const red = { target, run, policy, pullRequestNumber, failedJobs: failed.length, failures };
  const decisions = await recordFailures(services, red);
  await catchUp(services, red);
  await noteOutcomes(services, {
    installationId: job.installationId,
    repositoryId: target.repository.id,
    workflowPath: run.workflowPath,
    headSha: run.headSha,
  });
  // 4 Show it on the commit, for people wait for the answer; then see about what may be done
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: target.repository.id, headSha: run.headSha },
    key: `report:${target.repository.id}:${run.headSha}`,
    repositoryId: target.repository.id,
    priority: 10,
  });
  await requestRemedies(services, { target, run, pullRequestNumber }, decisions);
}

async function requestRemedies(
  services: Services,
  { target, run, pullRequestNumber }: Pick<RedRun, 'target' | 'run' | 'pullRequestNumber'>,
  decisions: readonly Decision[],
): Promise<void> {
  const installationId = target.repository.installationId ?? 0;
  const head = { installationId, repositoryId: target.repository.id, branch: run.headBranch ?? run.headSha };
  const allows = (remedy: Remedy) => decisions.some((one) => decisionFor(one, remedy).verdict === 'allowed');
  const asks = (remedy: Remedy) => decisions.some((one) => decisionFor(one, remedy).verdict === 'asked');
  await requestSettlement(services, head);
  const rerun = rerunOfRun(decisions);
  if (rerun.verdict === 'allowed') {
    await requestRerun(services, { ...head, runId: run.id, attempt: run.attempt, reason: rerun.reason });
  }
  const delegates = allows('delegate') || asks('delegate');
  if (allows('fix') || delegates) await requestFix(services, { ...head, headSha: run.headSha });
  if (allows('suggest') && pullRequestNumber !== null) {
    await requestSuggestions(services, { ...head, headSha: run.headSha, pullRequestNumber });
  }
  if (rerun.verdict === 'asked' || asks('fix') || delegates) {
    await requestApproval(services, { ...head, headSha: run.headSha, headRepository: run.headRepository });
  }
}

interface FailureToAnalyse {
  target: Target;
  failure: Failure;
  /** The repository's own problem matchers. */
  matchers: readonly ProblemMatcher[];
}

async function analyseFailure(services: Services, one: FailureToAnalyse, context: JobContext): Promise<Analysis> {
  const { target, failure, matchers } = one;
  const log = failure.id === null ? null : await readLogOfEnded(target.at, failure.id, context);
  const analysis = log ? await services.analyse(log, context.signal, matchers) : diagnosisWithoutLog(failure.conclusion);
  services.observe.diagnosed(analysis.diagnosis.cause.category);
  return analysis;
}

/** Runs from forks name no pull request; the books know it by its head. */
async function pullRequestOf(services: Services, target: Target, run: Run): Promise<number | null> {
  const named = run.pullRequests[0];
  if (named !== undefined) return named;
  if (run.event !== 'pull_request' && run.event !== 'pull_request_target') return null;
  const known = await findPullRequestByHead(services.database, target.repository.id, {
    sha: run.headSha,
    branch: run.headBranch,
    repository: run.headRepository,
  });
  return known?.number ?? null;
}
