import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { At } from '../github/index.ts';
import { readJobLog } from '../github/logs.ts';
import { readJobsOfAllAttempts } from '../github/past-runs.ts';
import { readJobs, readRunsOfWorkflow } from '../github/reads.ts';
import type { Job } from '../github/types.ts';
import { isRed } from '../healing/failures/red.ts';
import { type BaseState, judgeFailure, type Verdict } from '../policy/verdict.ts';
import { analyse } from './analyse.ts';
import { type JobAnalysis, LOG_TIMEOUT_MS } from './diagnose.ts';
import type { Occasion } from './occasion.ts';

/** What GitHub itself tells of the past of a run, for its failed jobs together. */
export interface Past {
  /** The jobs of the newest run of the workflow on the base that is older than this one. */
  base: readonly Job[];
  /** The jobs of earlier attempts of this run. */
  before: readonly Job[];
}

/** Reads the past: what the same workflow said on the base, and earlier attempts of the run. */
export async function readPast(at: At, { run, repository, pullRequest }: Occasion): Promise<Past> {
  const branch = pullRequest?.baseBranch ?? repository.defaultBranch;
  const runs = await readRunsOfWorkflow(at, run.workflowId, { branch, status: 'completed' });
  const onBase = runs.find((one) => one.id < run.id && one.headSha !== run.headSha && one.headRepository === ownName(repository));
  const all = run.attempt > 1 ? (await readJobsOfAllAttempts(at, run.id)).jobs : [];
  return {
    base: onBase ? await readJobs(at, onBase.id, onBase.attempt) : [],
    before: all.filter((job) => job.runAttempt < run.attempt),
  };
}

function ownName({ owner, name }: Occasion['repository']): string {
  return `${owner}/${name}`;
}

/** Says whose fault a failure is, by what GitHub keeps; flaky tests are known to the server only. */
export async function judge(
  at: At,
  past: Past,
  { job, analysis }: JobAnalysis,
  matchers: readonly ProblemMatcher[],
): Promise<Verdict> {
  const { diagnosis } = analysis;
  const same = past.before.filter((one) => one.name === job.name);
  return judgeFailure({
    cause: diagnosis.cause.category,
    confidence: diagnosis.cause.confidence,
    base: await baseState(at, past, { name: job.name, fingerprint: diagnosis.fingerprint, matchers }),
    sameCommit: {
      green: same.filter((one) => one.conclusion === 'success').length,
      red: same.filter((one) => isRed(one.conclusion)).length,
    },
    failedTests: diagnosis.tests?.failedCount ?? diagnosis.tests?.failed.length ?? 0,
    flakyTests: 0,
  });
}

/** Whether it is the same failure that the base has, only its log tells. */
async function baseState(
  at: At,
  { base }: Past,
  { name, fingerprint, matchers }: { name: string; fingerprint: string; matchers: readonly ProblemMatcher[] },
): Promise<BaseState> {
  const job = base.find((one) => one.name === name);
  if (job?.conclusion === 'success') return { state: 'green', sameFailure: false };
  if (!job || !isRed(job.conclusion)) return { state: 'unknown', sameFailure: false };
  const log = await readJobLog(at, job.id, AbortSignal.timeout(LOG_TIMEOUT_MS));
  const analysis = log && (await analyse(log, matchers));
  return { state: 'red', sameFailure: analysis?.diagnosis.fingerprint === fingerprint };
}
