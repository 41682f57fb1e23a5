import { createHash } from 'node:crypto';
import {
  annotationKey,
  CHECK_NAME,
  createCheckRun,
  findCheckRun,
  readAnnotationKeys,
  updateCheckRun,
} from '../../github/check-runs.ts';
import { currentDiagnoses, type ReportModel, reportContent } from '../../github/texts/report.ts';
import { reportAnnotations } from '../../github/texts/report-annotations.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { JobData } from '../../queue/queues.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { approvalsOfCommit } from '../../store/approvals/approvals.ts';
import { externalChecksOfCommit } from '../../store/books/external-checks.ts';
import { latestRunsOfCommit } from '../../store/books/runs.ts';
import { fixesOfIncidents } from '../../store/fixes/fix-queries.ts';
import { rerunsOfRuns } from '../../store/fixes/guards.ts';
import { findStopOfHead } from '../../store/fixes/stops.ts';
import { declinesOfCommit } from '../../store/incidents/declines.ts';
import { diagnosesOfCommit, type StoredDiagnosis, undiagnosedJobs } from '../../store/incidents/diagnoses.ts';
import { findReport, type Report, saveReport } from '../../store/incidents/reports.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';

const EXTERNAL_RED = new Set(['failure', 'error', 'timed_out', 'action_required', 'startup_failure']);

/**
 * Shows what the books know on a commit, as one check run. Written only when it says something new; a retry finds the
 * check run that an earlier attempt made.
 */
export async function reportCommit(
  services: Services,
  job: Extract<JobData['remedies'], { kind: 'report' }>,
  context: JobContext,
): Promise<void> {
  const target = await findTarget(services, job);
  // 1 What is to be said
  const model = await readReportModel(services, target.repository.id, job.headSha);
  const known = await findReport(services.database, target.repository.id, job.headSha);
  const silent = currentDiagnoses(model).length === 0 && model.externalFailures.length === 0;
  if ((silent && !known) || !(await mayAnnotate(target, model))) return;
  const shown = { ...model, diagnoses: model.diagnoses.filter(mayShow) };
  const content = reportContent(shown);
  const annotations = reportAnnotations(shown);
  // 2 Has it been said already?
  const contentHash = createHash('sha256')
    .update(JSON.stringify([content, annotations]))
    .digest('hex');
  if (known?.contentHash === contentHash) return;
  // 3 Say it
  const report = await resume(services, target, job.headSha, known);
  const fresh = annotations.filter((one) => !report.annotationKeys.includes(annotationKey(one)));
  const checkRunId = await write(target, job.headSha, report, content, fresh);
  await saveReport(services.database, target.repository.id, job.headSha, {
    checkRunId,
    contentHash,
    annotationKeys: [...report.annotationKeys, ...fresh.map(annotationKey)],
  });
  context.log.info({ checkRun: checkRunId, annotations: fresh.length }, 'commit reported');
}

/** All that the books know of a commit. */
export async function readReportModel({ database }: Services, repositoryId: number, headSha: string): Promise<ReportModel> {
  const [diagnoses, runs, external, approvals, stop] = await Promise.all([
    diagnosesOfCommit(database, repositoryId, headSha),
    latestRunsOfCommit(database, repositoryId, headSha),
    externalChecksOfCommit(database, repositoryId, headSha),
    approvalsOfCommit(database, repositoryId, headSha),
    findStopOfHead(database, repositoryId, { headSha }),
  ]);
  const incidentIds = [...new Set(diagnoses.map((one) => one.incidentId))];
  const [fixes, declines] = await Promise.all([
    fixesOfIncidents(database, incidentIds),
    declinesOfCommit(database, headSha, incidentIds),
  ]);
  const reruns = await rerunsOfRuns(
    database,
    runs.map((run) => run.id),
  );
  const externalFailures = external.filter((one) => EXTERNAL_RED.has(one.state));
  const unread = await undiagnosedJobs(
    database,
    runs.filter((run) => run.conclusion !== 'success'),
  );
  return { diagnoses, runs, unread, fixes, declines, reruns, approvals, stop, externalFailures };
}

function mayShow({ decision }: StoredDiagnosis): boolean {
  return decisionFor(decision, 'annotate').verdict === 'allowed';
}

/** A diagnosis carries its decision; external failures have none, so the policy is asked. */
async function mayAnnotate(target: Target, model: ReportModel): Promise<boolean> {
  if (model.diagnoses.length > 0) return model.diagnoses.some(mayShow);
  return (await readPolicy(target)).config.mode !== 'observe';
}

const NOTHING_SAID: Report = { checkRunId: null, contentHash: null, annotationKeys: [] };

/**
 * What is on GitHub already, also when the attempt that put it there died before it could say so: that something is to be put
 * there is written down first, so what is not in the books need not be looked for.
 */
async function resume(services: Services, target: Target, headSha: string, known: Report | null): Promise<Report> {
  if (known?.checkRunId) return known;
  if (known === null) {
    await saveReport(services.database, target.repository.id, headSha, NOTHING_SAID);
    return NOTHING_SAID;
  }
  const found = await findCheckRun(target.at, { name: CHECK_NAME, headSha, externalId: headSha }, services.github.appId);
  if (found === null) return NOTHING_SAID;
  return { checkRunId: found, contentHash: null, annotationKeys: [...(await readAnnotationKeys(target.at, found))] };
}

async function write(
  target: Target,
  headSha: string,
  report: Report,
  content: ReturnType<typeof reportContent>,
  annotations: ReturnType<typeof reportAnnotations>,
): Promise<number> {
  if (report.checkRunId === null) {
    return createCheckRun(target.at, { name: CHECK_NAME, headSha, externalId: headSha }, content, annotations);
  }
  await updateCheckRun(target.at, report.checkRunId, content, annotations);
  return report.checkRunId;
}
