import type { Selectable } from 'kysely';
import type { CauseCategory, Diagnosis, PrintedDiff } from '../../diagnosis/types.ts';
import type { Decision } from '../../policy/types.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type { DiagnosesTable } from '../tables/healing-tables.ts';

export interface StoredDiagnosis {
  id: string;
  incidentId: string;
  runId: number;
  runAttempt: number;
  /** The page of the run, and the name of its workflow. */
  runUrl: string;
  workflowName: string;
  workflowPath: string;
  jobId: number | null;
  jobName: string;
  headSha: string;
  fingerprint: string;
  cause: CauseCategory;
  confidence: number;
  diagnosis: Diagnosis;
  excerpt: string;
  printedDiffs: PrintedDiff[];
  decision: Decision;
  /** Null for diagnoses that were made before there were verdicts, and for those on a fix. */
  verdict: Verdict | null;
  createdAt: Date;
}

export type NewDiagnosis = Omit<
  StoredDiagnosis,
  'id' | 'createdAt' | 'fingerprint' | 'cause' | 'confidence' | 'runUrl' | 'workflowName' | 'workflowPath'
> & {
  repositoryId: number;
};

/**
 * Keeps the diagnosis of a failed job, and counts the failure on its incident. A second analysis of the same job
 * replaces what the first said and counts nothing.
 */
export async function saveDiagnosis(database: Database, one: NewDiagnosis): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const row = {
      incident_id: one.incidentId,
      job_id: one.jobId,
      head_sha: one.headSha,
      fingerprint: one.diagnosis.fingerprint,
      cause: one.diagnosis.cause.category,
      confidence: one.diagnosis.cause.confidence,
      diagnosis: storedJson(one.diagnosis),
      excerpt: storedText(one.excerpt),
      printed_diffs: storedJson(one.printedDiffs),
      decision: storedJson(one.decision),
      verdict: one.verdict === null ? null : storedJson(one.verdict),
    };
    const inserted = await transaction
      .insertInto('diagnoses')
      .values({
        repository_id: one.repositoryId,
        run_id: one.runId,
        run_attempt: one.runAttempt,
        job_name: storedText(one.jobName),
        ...row,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'run_attempt', 'job_name']).doNothing())
      .executeTakeFirst();
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) {
      await transaction
        .updateTable('incidents')
        .set((eb) => ({ failures: eb('failures', '+', 1) }))
        .where('id', '=', one.incidentId)
        .execute();
      return;
    }
    await transaction
      .updateTable('diagnoses')
      .set(row)
      .where('run_id', '=', one.runId)
      .where('run_attempt', '=', one.runAttempt)
      .where('job_name', '=', storedText(one.jobName))
      .execute();
  });
}

/** What may be done was found to be otherwise than first decided. */
export async function saveDecision(database: Database, id: string, decision: Decision): Promise<void> {
  await database
    .updateTable('diagnoses')
    .set({ decision: storedJson(decision) })
    .where('id', '=', id)
    .execute();
}

/** All diagnoses on a commit, the oldest first. */
export async function diagnosesOfCommit(database: Database, repositoryId: number, headSha: string): Promise<StoredDiagnosis[]> {
  const rows = await withRun(database)
    .where('diagnoses.repository_id', '=', repositoryId)
    .where('diagnoses.head_sha', '=', headSha)
    .orderBy('diagnoses.created_at')
    .orderBy('diagnoses.id')
    .execute();
  return rows.map(toDiagnosis);
}

/** The names of jobs of these attempts that failed and were not looked at, though others of the same attempt were. */
export async function undiagnosedJobs(
  database: Database,
  attempts: readonly { id: number; attempt: number }[],
): Promise<string[]> {
  if (attempts.length === 0) return [];
  const rows = await database
    .selectFrom('jobs')
    .leftJoin('diagnoses', (join) =>
      join
        .onRef('diagnoses.run_id', '=', 'jobs.run_id')
        .onRef('diagnoses.run_attempt', '=', 'jobs.run_attempt')
        .onRef('diagnoses.job_name', '=', 'jobs.name'),
    )
    .select('jobs.name')
    .where('diagnoses.id', 'is', null)
    .where('jobs.conclusion', 'in', ['failure', 'timed_out', 'startup_failure'])
    .where((eb) =>
      eb.or(attempts.map(({ id, attempt }) => eb.and([eb('jobs.run_id', '=', id), eb('jobs.run_attempt', '=', attempt)]))),
    )
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('diagnoses as others')
          .select('others.id')
          .whereRef('others.run_id', '=', 'jobs.run_id')
          .whereRef('others.run_attempt', '=', 'jobs.run_attempt'),
      ),
    )
    .orderBy('jobs.name')
    .execute();
  return rows.map(({ name }) => name);
}

/**
 * The diagnosis of an incident's newest run on its own branch, not on that of a fix; runs are analysed in any order, but
 * GitHub numbers them in theirs.
 */
export async function latestDiagnosis(database: Database, incidentId: string): Promise<StoredDiagnosis | null> {
  const row = await withRun(database)
    .innerJoin('incidents', 'incidents.id', 'diagnoses.incident_id')
    .where('diagnoses.incident_id', '=', incidentId)
    .where((eb) => eb(eb.fn.coalesce('runs.head_branch', 'runs.head_sha'), '=', eb.ref('incidents.branch')))
    .orderBy('diagnoses.run_id', 'desc')
    .orderBy('diagnoses.run_attempt', 'desc')
    .orderBy('diagnoses.id')
    .executeTakeFirst();
  return row ? toDiagnosis(row) : null;
}

function withRun(database: Database) {
  return database
    .selectFrom('diagnoses')
    .innerJoin('runs', (join) =>
      join.onRef('runs.id', '=', 'diagnoses.run_id').onRef('runs.attempt', '=', 'diagnoses.run_attempt'),
    )
    .selectAll('diagnoses')
    .select(['runs.url as run_url', 'runs.workflow_name', 'runs.workflow_path']);
}

type DiagnosisRow = Selectable<DiagnosesTable> & { run_url: string; workflow_name: string; workflow_path: string };

function toDiagnosis(row: DiagnosisRow): StoredDiagnosis {
  return {
    id: row.id,
    incidentId: row.incident_id,
    runId: row.run_id,
    runAttempt: row.run_attempt,
    runUrl: row.run_url,
    workflowName: row.workflow_name,
    workflowPath: row.workflow_path,
    jobId: row.job_id,
    jobName: row.job_name,
    headSha: row.head_sha,
    fingerprint: row.fingerprint,
    cause: row.cause,
    confidence: row.confidence,
    diagnosis: row.diagnosis,
    excerpt: row.excerpt,
    printedDiffs: row.printed_diffs,
    decision: row.decision,
    verdict: row.verdict,
    createdAt: row.created_at,
  };
}
