import type { ConfigReading } from '../../config/effective-config.ts';
import type { Run } from '../../github/types.ts';
import { isInfrastructure } from '../../policy/verdict.ts';
import type { DecidedFailure } from '../../policy/verdict-now.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { saveRun } from '../../store/books/runs.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, saveDiagnosis } from '../../store/incidents/diagnoses.ts';
import { findIncidents } from '../../store/incidents/incidents.ts';
import { askedAbout } from '../delegation/asked-about.ts';
import { decideFailure } from '../failures/decide-failure.ts';
import { readLogOfEnded } from '../failures/missing-log.ts';
import { readSpent } from '../fixes/spent-budgets.ts';
import { readRepositoryMatchers } from '../repository-matchers.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Analysis, Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { RedJob } from './judge-fix.ts';

/** Why a fix's CI is red. */
export type FollowUp = { kind: 'same' | 'another' } | { kind: 'infrastructure'; failure: DecidedFailure };

const NO_RERUN = {
  rule: 'fix',
  reason: 'What CI says on a fix is answered by another fix; after an outage it is run again.',
  source: 'built-in',
};

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
  const policy = await readPolicy(target);
  const { matchers } = await readRepositoryMatchers(target, policy.config, target.repository.defaultBranch);
  const read: Read[] = [];
  for (const job of jobs.slice(0, MOST_LOGS)) {
    const log = job.id === null ? null : await readLogOfEnded(target.at, job.id, context);
    if (log === null) continue;
    const analysis = await services.analyse(log, context.signal, matchers);
    const { cause, fingerprint } = analysis.diagnosis;
    if (fix.heals.some((one) => one.fingerprint === fingerprint)) return { kind: 'same' };
    if (isInfrastructure({ cause: cause.category, confidence: cause.confidence })) {
      const { workflowPath } = run;
      return {
        kind: 'infrastructure',
        failure: { cause: cause.category, workflowPath, jobName: job.name, branch: fix.baseBranch },
      };
    }
    read.push({ job, analysis });
  }
  for (const one of read) await keep(services, { target, fix, run, policy }, one);
  return { kind: read.length > 0 ? 'another' : 'same' };
}

interface Read {
  job: RedJob;
  analysis: Analysis;
}

interface Place {
  target: Target;
  fix: Fix;
  run: Run;
  policy: ConfigReading;
}

/** Keeps what came to light on a fix, with a decision of its own: that its incident may be fixed says nothing of it. */
async function keep(services: Services, { target, fix, run, policy }: Place, { job, analysis }: Read): Promise<void> {
  const healed = fix.heals.find((one) => one.workflowPath === run.workflowPath && one.jobs.includes(job.name));
  const incidentId = healed?.incidentId ?? fix.incidentId;
  const { owner, name } = target.repository;
  const onBase = await diagnosesOfCommit(services.database, fix.repositoryId, fix.baseSha);
  const [incident] = await findIncidents(services.database, [incidentId]);
  const decision = decideFailure({
    repository: target.repository,
    // It is decided where the fix is for.
    run: {
      workflowPath: run.workflowPath,
      headBranch: fix.baseBranch,
      headSha: fix.baseSha,
      headRepository: `${owner}/${name}`,
    },
    jobName: job.name,
    diagnosis: analysis.diagnosis,
    printedDiffs: analysis.printedDiffs,
    policy,
    pullRequest: (incident?.pullRequestNumber ?? null) !== null,
    // It was there before, hidden behind what the fix has mended.
    verdict: onBase.findLast((one) => one.incidentId === incidentId)?.verdict?.kind ?? 'inconclusive',
    agents: services.agent === null ? [] : [services.agent.backend],
    askedAbout: askedAbout(fix, onBase, incidentId),
    spent: await readSpent(services, target, { branch: fix.baseBranch, incidentIds: [incidentId] }),
    rerunRefusal: NO_RERUN,
  });
  await saveDiagnosis(services.database, {
    repositoryId: fix.repositoryId,
    incidentId,
    runId: run.id,
    runAttempt: run.attempt,
    jobId: job.id,
    jobName: job.name,
    headSha: run.headSha,
    diagnosis: analysis.diagnosis,
    excerpt: analysis.excerpt,
    printedDiffs: analysis.printedDiffs,
    decision,
    verdict: null,
  });
}
