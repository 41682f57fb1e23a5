import { readJobLog } from '../../github/logs.ts';
import type { Run } from '../../github/types.ts';
import { isInfrastructure } from '../../policy/verdict.ts';
import type { DecidedFailure } from '../../policy/verdict-now.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { saveRun } from '../../store/books/runs.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { saveDiagnosis } from '../../store/incidents/diagnoses.ts';
import { readRepositoryMatchers } from '../repository-matchers.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { RedJob } from './judge-fix.ts';

/** Why a fix's CI is red. */
export type FollowUp = { kind: 'same' | 'another' } | { kind: 'infrastructure'; failure: DecidedFailure };

/** Reading more logs would not say more. */
const MOST_LOGS = 3;

/**
 * Says whether a fix's CI is red for the same reason as before. When it is for another one, that diagnosis is kept on
 * the same incident, for what was hidden behind the first failure may have a fix too. An outage says nothing of the fix.
 */
export async function diagnoseFix(
  services: Services,
  { target, fix, run, jobs }: { target: Target; fix: Fix; run: Run; jobs: readonly RedJob[] },
  context: JobContext,
): Promise<FollowUp> {
  await saveRun(services.database, fix.repositoryId, run, fix.pullRequestNumber);
  const { config } = await readPolicy(target);
  const { matchers } = await readRepositoryMatchers(target, config, target.repository.defaultBranch);
  let another = false;
  for (const job of jobs.slice(0, MOST_LOGS)) {
    const log = job.id === null ? null : await readJobLog(target.at, job.id, context.signal);
    if (log === null) continue;
    const analysis = await services.analyse(log, context.signal, matchers);
    const { fingerprint } = analysis.diagnosis;
    if (fix.heals.some((one) => one.fingerprint === fingerprint)) return { kind: 'same' };
    const { category: cause, confidence } = analysis.diagnosis.cause;
    if (isInfrastructure({ cause, confidence })) {
      const { workflowPath } = run;
      return { kind: 'infrastructure', failure: { cause, workflowPath, jobName: job.name, branch: fix.baseBranch } };
    }
    another = true;
    const incident = fix.heals.find((one) => one.workflowPath === run.workflowPath && one.jobs.includes(job.name));
    await saveDiagnosis(services.database, {
      repositoryId: fix.repositoryId,
      incidentId: incident?.incidentId ?? fix.incidentId,
      runId: run.id,
      runAttempt: run.attempt,
      jobId: job.id,
      jobName: job.name,
      headSha: run.headSha,
      diagnosis: analysis.diagnosis,
      excerpt: analysis.excerpt,
      printedDiffs: analysis.printedDiffs,
      // What may be done about it was decided for the incident.
      decision: { mode: 'fix', remedies: [] },
      verdict: null,
    });
  }
  return { kind: another ? 'another' : 'same' };
}
