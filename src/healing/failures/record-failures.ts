import type { ConfigReading } from '../../config/effective-config.ts';
import type { Job, Run } from '../../github/types.ts';
import { isIgnoredJob } from '../../policy/checks.ts';
import type { DecisionInput } from '../../policy/decide.ts';
import { refuseRerun } from '../../policy/rerun.ts';
import type { Decision } from '../../policy/types.ts';
import { judgeFailure, type Verdict } from '../../policy/verdict.ts';
import { hasFingerprint, type JobOnRun, jobOnBranchBefore, outcomesOnCommit } from '../../store/books/history.ts';
import { findPullRequestByHead } from '../../store/books/pull-requests.ts';
import { rerunsOfRuns } from '../../store/fixes/guards.ts';
import { saveDiagnosis } from '../../store/incidents/diagnoses.ts';
import { knownFlaky } from '../../store/incidents/flaky-tests.ts';
import { type Incident, openIncident } from '../../store/incidents/incidents.ts';
import { readSpent } from '../fixes/spent-budgets.ts';
import type { Analysis, Services } from '../services.ts';
import type { Target } from '../target.ts';
import { decideFailure } from './decide-failure.ts';
import { hearLateJobs } from './hear-late-jobs.ts';
import { testKey } from './test-key.ts';

/** A failed job; without an id when the run ended before any job began. */
export type Failure = Pick<Job, 'name' | 'conclusion'> & { id: number | null };

/** A red run with what the logs of its failed jobs say. */
export interface RedRun {
  target: Target;
  run: Run;
  policy: ConfigReading;
  pullRequestNumber: number | null;
  /** Failed jobs, also those whose logs were not read. */
  failedJobs: number;
  failures: readonly { failure: Failure; analysis: Analysis }[];
}

/** Opens the incidents of a red run, says whose fault each failure is, decides what may be done, and keeps it all. */
export async function recordFailures(services: Services, red: RedRun): Promise<Decision[]> {
  // 1 Whose fault is each of them? Known of all before anything is decided: failed jobs are run again together
  const base = await baseOf(services, red);
  await hearLateJobs(services, red.target, {
    ...jobsOf(red),
    base,
    attempt: red.run.attempt,
    // A run that ended before any job began is no job's.
    jobNames: red.failures.flatMap(({ failure }) => (failure.id === null ? [] : [failure.name])),
  });
  const judged = await Promise.all(
    red.failures.map(async (one) => ({ ...one, verdict: await judge(services, { red, base }, one) })),
  );
  const reruns = await rerunsOfRuns(services.database, [red.run.id]);
  const rerunRefusal = refuseRerun({
    // Jobs that regreen.yml ignores have no say in it.
    failures: judged
      .filter(({ failure }) => !isIgnoredJob(red.policy.config, failure.name))
      .map(({ verdict, analysis }) => ({ verdict: verdict.kind, cause: analysis.diagnosis.cause.category })),
    failedJobs: red.failedJobs,
    attempt: red.run.attempt,
    reruns: reruns.filter((one) => one.outcome !== 'refused' && one.attempt !== red.run.attempt).length,
    perRun: red.policy.config.budgets.rerunsPerRun,
    age: services.now().getTime() - Date.parse(red.run.createdAt),
  });
  // 2 Incident, decision, diagnosis: one after the other, for equal failures share an incident
  const decisions: Decision[] = [];
  for (const { failure, analysis, verdict } of judged) {
    const incident = await openIncidentOf(services, red, analysis);
    const decision = await decideAbout(services, red, { failure, analysis, verdict, incident, rerunRefusal });
    await saveDiagnosis(services.database, {
      repositoryId: red.target.repository.id,
      incidentId: incident.id,
      runId: red.run.id,
      runAttempt: red.run.attempt,
      jobId: failure.id,
      jobName: failure.name,
      headSha: red.run.headSha,
      diagnosis: analysis.diagnosis,
      excerpt: analysis.excerpt,
      printedDiffs: analysis.printedDiffs,
      decision,
      verdict,
    });
    decisions.push(decision);
  }
  return decisions;
}

interface Compared {
  red: RedRun;
  base: Base;
}

async function judge(
  services: Services,
  compared: Compared,
  { failure, analysis: { diagnosis } }: RedRun['failures'][number],
): Promise<Verdict> {
  const { database } = services;
  const job: JobOnRun = { ...jobsOf(compared.red), jobId: failure.id, jobName: failure.name };
  const base = await jobOnBranchBefore(database, job, compared.base);
  const tests = (diagnosis.tests?.failed ?? []).map(testKey);
  const [sameFailure, sameCommit, flaky] = await Promise.all([
    base ? hasFingerprint(database, base.runId, diagnosis.fingerprint) : false,
    outcomesOnCommit(database, job),
    knownFlaky(database, { ...job, tests }),
  ]);
  return judgeFailure({
    cause: diagnosis.cause.category,
    confidence: diagnosis.cause.confidence,
    base: { state: base?.state ?? 'unknown', sameFailure },
    sameCommit,
    failedTests: diagnosis.tests?.failedCount ?? tests.length,
    flakyTests: flaky,
  });
}

function jobsOf({ target, run }: RedRun): Omit<JobOnRun, 'jobId' | 'jobName'> {
  return { repositoryId: target.repository.id, workflowPath: run.workflowPath, runId: run.id, headSha: run.headSha };
}

/** A branch, and the repository that it is in. */
type Base = { name: string; repository: string };

/** What the failed commit is compared with: the pull request's base, or the default branch before it. */
async function baseOf(services: Services, { target, run }: RedRun): Promise<Base> {
  const { repository } = target;
  const pull = await findPullRequestByHead(services.database, repository.id, {
    sha: run.headSha,
    branch: run.headBranch,
    repository: run.headRepository,
  });
  return { name: pull?.baseBranch ?? repository.defaultBranch, repository: `${repository.owner}/${repository.name}` };
}

async function openIncidentOf(services: Services, { target, run, pullRequestNumber }: RedRun, { diagnosis }: Analysis) {
  return openIncident(
    services.database,
    {
      repositoryId: target.repository.id,
      headRepository: run.headRepository ?? '',
      branch: run.headBranch ?? run.headSha,
      workflowPath: run.workflowPath,
      fingerprint: diagnosis.fingerprint,
    },
    { cause: diagnosis.cause.category, pullRequestNumber, at: services.now() },
  );
}

interface ToDecide {
  failure: Failure;
  analysis: Analysis;
  verdict: Verdict;
  incident: Incident;
  rerunRefusal: DecisionInput['rerunRefusal'];
}

async function decideAbout(services: Services, red: RedRun, one: ToDecide): Promise<Decision> {
  const { target, run, policy } = red;
  const { diagnosis, printedDiffs } = one.analysis;
  return decideFailure({
    repository: target.repository,
    run,
    jobName: one.failure.name,
    diagnosis,
    printedDiffs,
    policy,
    pullRequest: one.incident.pullRequestNumber !== null,
    verdict: one.verdict.kind,
    agents: services.agent === null ? [] : [services.agent.backend],
    spent: await readSpent(services, target, { branch: run.headBranch ?? run.headSha, incidentIds: [one.incident.id] }),
    rerunRefusal: one.rerunRefusal,
  });
}
