import type { ConfigReading } from '../config/effective-config.ts';
import type { Run } from '../github/types.ts';
import { decideFailure } from '../healing/failures/decide-failure.ts';
import type { Work } from '../healing/fixes/gather-work.ts';
import { decisionFor } from '../policy/decide.ts';
import type { Decision } from '../policy/types.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { StoredDiagnosis } from '../store/incidents/diagnoses.ts';
import type { Incident } from '../store/incidents/incidents.ts';
import type { FailedJob, JobAnalysis } from './diagnose.ts';
import { type History, spentOn } from './history.ts';
import type { Occasion } from './occasion.ts';
import { OWN_COMMAND, ownCommandFor } from './own-command.ts';
import { rerunRefusal } from './reruns.ts';

/** A failed job with all that is known of it and may be done about it. */
export interface Failure {
  job: FailedJob;
  verdict: Verdict;
  decision: Decision;
  /** As the server's books would hold it; that is the form in which texts and fixers take it. */
  diagnosis: StoredDiagnosis;
}

/** Says what may be done about each failure. Pure. */
export function decideAll(
  occasion: Occasion,
  judged: readonly (JobAnalysis & { verdict: Verdict })[],
  { policy, history, failedJobs }: { policy: ConfigReading; history: History; failedJobs: number },
): Failure[] {
  const { repository, run, pullRequest } = occasion;
  const refusal = rerunRefusal(
    occasion,
    judged.map(({ verdict, analysis }) => ({ verdict: verdict.kind, cause: analysis.diagnosis.cause.category })),
    { failedJobs, policy, now: history.now },
  );
  return judged.map(({ job, analysis, verdict }) => {
    const { diagnosis, printedDiffs } = analysis;
    const decision = decideFailure({
      repository,
      run,
      jobName: job.name,
      diagnosis,
      printedDiffs,
      policy,
      pullRequest: pullRequest !== null,
      verdict: verdict.kind,
      agents: [],
      others: ownCommandFor(policy.config, diagnosis.cause.category) === null ? [] : [OWN_COMMAND],
      spent: spentOn(history, {
        base: branchOf(run),
        workflowPath: run.workflowPath,
        fingerprint: diagnosis.fingerprint,
        defaultBranch: repository.defaultBranch,
      }),
      rerunRefusal: refusal,
    });
    return { job, verdict, decision, diagnosis: toStored(run, { job, analysis }, verdict, decision) };
  });
}

/** The failed branch, or the commit where there is none. */
export function branchOf({ headBranch, headSha }: Run): string {
  return headBranch ?? headSha;
}

function toStored(run: Run, { job, analysis }: JobAnalysis, verdict: Verdict, decision: Decision): StoredDiagnosis {
  const { diagnosis, excerpt, printedDiffs } = analysis;
  return {
    id: `${run.id}-${run.attempt}-${job.id ?? 0}`,
    incidentId: incidentId(diagnosis.fingerprint),
    runId: run.id,
    runAttempt: run.attempt,
    runUrl: run.url,
    workflowName: run.workflowName,
    workflowPath: run.workflowPath,
    jobId: job.id,
    jobName: job.name,
    headSha: run.headSha,
    fingerprint: diagnosis.fingerprint,
    cause: diagnosis.cause.category,
    confidence: diagnosis.cause.confidence,
    diagnosis,
    excerpt,
    printedDiffs,
    decision,
    verdict,
    createdAt: new Date(run.updatedAt),
  };
}

/** Of one run's failures, equal ones are one incident. */
function incidentId(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}

/** What may be fixed, or suggested, by incidents in a stable order. Pure. */
export function workOf(
  { repository, run, pullRequest }: Occasion,
  failures: readonly Failure[],
  remedy: 'fix' | 'suggest',
): Work[] {
  const fixable = failures.filter(({ decision }) => decisionFor(decision, remedy).verdict === 'allowed');
  const byIncident = Map.groupBy(
    fixable.map(({ diagnosis }) => diagnosis),
    (one) => one.incidentId,
  );
  return [...byIncident].map(([id, diagnoses]) => ({
    diagnoses,
    incident: {
      id,
      repositoryId: repository.id,
      headRepository: run.headRepository ?? '',
      branch: branchOf(run),
      workflowPath: run.workflowPath,
      fingerprint: diagnoses[0]?.fingerprint ?? id,
      pullRequestNumber: pullRequest?.number ?? null,
      cause: diagnoses[0]?.cause ?? 'unknown',
      status: 'open',
      failures: diagnoses.length,
      openedAt: new Date(run.createdAt),
      closedReason: null,
      fixedBy: null,
    } satisfies Incident,
  }));
}
