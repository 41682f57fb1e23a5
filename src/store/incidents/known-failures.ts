import type { CauseCategory, Diagnosis, PrintedDiff } from '../../diagnosis/types.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Database } from '../database.ts';

/** A failure of the books, as far as a decision about it rests on it. */
export interface KnownFailure {
  headSha: string;
  jobName: string;
  cause: CauseCategory;
  diagnosis: Diagnosis;
  printedDiffs: PrintedDiff[];
  verdict: Verdict | null;
  workflowPath: string;
  runAttempt: number;
  runUrl: string;
  /** The failed branch, or the commit where there is none. */
  branch: string;
  headRepository: string | null;
  pullRequestNumber: number | null;
}

/** The newest failures of a repository, those on fixes left out; newest first. */
export async function newestFailures(database: Database, repositoryId: number, limit: number): Promise<KnownFailure[]> {
  const rows = await database
    .selectFrom('diagnoses')
    .innerJoin('runs', (join) =>
      join.onRef('runs.id', '=', 'diagnoses.run_id').onRef('runs.attempt', '=', 'diagnoses.run_attempt'),
    )
    .innerJoin('incidents', 'incidents.id', 'diagnoses.incident_id')
    .select([
      'diagnoses.head_sha as headSha',
      'diagnoses.job_name as jobName',
      'diagnoses.cause',
      'diagnoses.diagnosis',
      'diagnoses.printed_diffs as printedDiffs',
      'diagnoses.verdict',
      'diagnoses.run_attempt as runAttempt',
      'runs.workflow_path as workflowPath',
      'runs.url as runUrl',
      'runs.head_branch as headBranch',
      'runs.head_repository as headRepository',
      'incidents.pull_request_number as pullRequestNumber',
    ])
    .where('diagnoses.repository_id', '=', repositoryId)
    // The CI of a fix has no verdict of its own.
    .where('diagnoses.verdict', 'is not', null)
    .orderBy('diagnoses.created_at', 'desc')
    .orderBy('diagnoses.id')
    .limit(limit)
    .execute();
  return rows.map(({ headBranch, ...row }) => ({ ...row, branch: headBranch ?? row.headSha }));
}
