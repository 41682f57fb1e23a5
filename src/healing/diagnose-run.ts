import type { ConfigReading } from '../config/repository-config.ts';
import type { ProblemMatcher } from '../diagnosis/problem-matcher.ts';
import { UnavailableError } from '../errors.ts';
import { fixersFor } from '../fixers/registry.ts';
import { readJobLog, readJobs, readRun } from '../github/reads.ts';
import type { Job, Run } from '../github/types.ts';
import { decide, decisionFor } from '../policy/decide.ts';
import type { Decision } from '../policy/types.ts';
import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { saveDiagnosis } from '../store/diagnoses.ts';
import { fixesOfIncidents, openFixPulls } from '../store/fix-queries.ts';
import { type Incident, openIncident } from '../store/incidents.ts';
import { findPullRequestByHead } from '../store/pull-requests.ts';
import { saveJob, saveRun } from '../store/runs.ts';
import { diagnosisWithoutLog } from './missing-log.ts';
import { countAttempts } from './plan-attempt.ts';
import { isRed } from './red.ts';
import { readRepositoryMatchers } from './repository-matchers.ts';
import { readPolicy } from './repository-policy.ts';
import { requestFix } from './request-fix.ts';
import { type Analysis, isOwnBranch, type Services } from './services.ts';
import { requestSettlement } from './settle-fixes.ts';
import { findTarget, type Target } from './target.ts';

/** Of a large matrix that fails as a whole, these say what the rest would say. */
const MOST_JOBS = 20;

/** Attempts in which a missing log is waited for: a few seconds in all. */
const LOG_PATIENCE_ATTEMPTS = 2;

/** The log of a job that has ended is not there yet; the queue tries again. */
class LogNotReadyError extends UnavailableError {
  constructor(job: number) {
    super('LOG_NOT_READY', 'GitHub has no log of the job (yet).', { details: { job } });
  }
}

/**
 * Says why a run is red. Every step can be repeated: rows are replaced, jobs of the queue coalesce.
 */
export async function diagnoseRun(services: Services, job: JobData['analysis'], context: JobContext): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Read the run and its jobs
  const run = await readRun(target.at, job.runId, job.attempt);
  if (!isRed(run.conclusion)) return;
  const jobs = await readJobs(target.at, run.id, run.attempt);
  const pullRequestNumber = await pullRequestOf(services, target, run);
  await saveRun(services.database, target.repository.id, run, pullRequestNumber);
  for (const one of jobs) await saveJob(services.database, target.repository.id, one, null);
  // 2 The policy of the default branch, and the problem matchers that it names
  const policy = await readPolicy(target);
  const { matchers, broken } = await readRepositoryMatchers(target, policy.config, target.repository.defaultBranch);
  for (const { path, faults } of broken) context.log.warn({ path, faults }, 'problem matchers can not be used');
  // 3 Diagnose the logs of the failed jobs, open incidents, decide
  const failed = jobs.filter((one) => isRed(one.conclusion)).slice(0, MOST_JOBS);
  const failures: Failure[] = failed.length > 0 ? failed : [{ id: null, name: run.workflowName, conclusion: run.conclusion }];
  let fixable = false;
  for (const failure of failures) {
    const analysis = await analyseFailure(services, { target, failure, matchers }, context);
    const decision = await recordFailure(services, { target, run, failure, analysis, policy, pullRequestNumber });
    if (decisionFor(decision, 'fix').verdict === 'allowed') fixable = true;
    context.log.info({ run: run.id, job: failure.id, cause: analysis.diagnosis.cause.category }, 'failure diagnosed');
  }
  // 4 Show it on the commit, for people wait for the answer; then see about fixes
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: target.repository.id, headSha: run.headSha },
    key: `report:${target.repository.id}:${run.headSha}`,
    repositoryId: target.repository.id,
    priority: 10,
  });
  await requestSettlement(services, {
    installationId: job.installationId,
    repositoryId: target.repository.id,
    branch: run.headBranch ?? run.headSha,
  });
  if (!fixable) return;
  await requestFix(services, {
    installationId: job.installationId,
    repositoryId: target.repository.id,
    branch: run.headBranch ?? run.headSha,
    headSha: run.headSha,
  });
}

/** A failed job; without an id when the run ended before any job began. */
type Failure = Pick<Job, 'name' | 'conclusion'> & { id: number | null };

interface FailureToAnalyse {
  target: Target;
  failure: Failure;
  /** The repository's own problem matchers. */
  matchers: readonly ProblemMatcher[];
}

async function analyseFailure(services: Services, one: FailureToAnalyse, context: JobContext): Promise<Analysis> {
  const { target, failure, matchers } = one;
  const log = failure.id === null ? null : await readJobLog(target.at, failure.id, context.signal);
  // GitHub may say that a job has ended a moment before its log is there; one that has expired never comes.
  if (log === null && failure.id !== null && context.attempt <= LOG_PATIENCE_ATTEMPTS) throw new LogNotReadyError(failure.id);
  const analysis = log ? await services.analyse(log, context.signal, matchers) : diagnosisWithoutLog(failure.conclusion);
  services.observe.diagnosed(analysis.diagnosis.cause.category);
  return analysis;
}

interface FailureRecord {
  target: Target;
  run: Run;
  failure: Failure;
  analysis: Analysis;
  policy: ConfigReading;
  pullRequestNumber: number | null;
}

async function recordFailure(services: Services, one: FailureRecord): Promise<Decision> {
  const { target, run, failure, analysis } = one;
  const incident = await openIncident(
    services.database,
    {
      repositoryId: target.repository.id,
      headRepository: run.headRepository ?? '',
      branch: run.headBranch ?? run.headSha,
      workflowPath: run.workflowPath,
      fingerprint: analysis.diagnosis.fingerprint,
    },
    { cause: analysis.diagnosis.cause.category, pullRequestNumber: one.pullRequestNumber, at: services.now() },
  );
  const decision = await decideAbout(services, one, incident);
  await saveDiagnosis(services.database, {
    repositoryId: target.repository.id,
    incidentId: incident.id,
    runId: run.id,
    runAttempt: run.attempt,
    jobId: failure.id,
    jobName: failure.name,
    headSha: run.headSha,
    diagnosis: analysis.diagnosis,
    excerpt: analysis.excerpt,
    printedDiffs: analysis.printedDiffs,
    decision,
  });
  return decision;
}

async function decideAbout(
  services: Services,
  { target, run, failure, analysis, policy }: FailureRecord,
  incident: Incident,
): Promise<Decision> {
  const [fixes, openFixes] = await Promise.all([
    fixesOfIncidents(services.database, [incident.id]),
    openFixPulls(services.database, target.repository.id),
  ]);
  return decide({
    diagnosis: analysis.diagnosis,
    config: policy.config,
    configSource: policy.source,
    workflowPath: run.workflowPath,
    fork: isFork(target, run),
    ownBranch: isOwnBranch(run.headBranch),
    fixers: fixersFor({ ...analysis, workflow: { path: run.workflowPath, jobName: failure.name } }).map((fixer) => fixer.id),
    attempts: countAttempts(fixes),
    openFixes: openFixes.length,
  });
}

/** A head in another repository, or in one that is gone, which only forks can be. */
function isFork({ repository }: Target, run: Run): boolean {
  return run.headRepository?.toLowerCase() !== `${repository.owner}/${repository.name}`.toLowerCase();
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
