import { type Selectable, sql } from 'kysely';
import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';
import type { FlakyTestsTable } from '../tables/guard-tables.ts';

/** A test, or with an empty name the job itself, in one workflow. */
export interface TestPlace {
  repositoryId: number;
  workflowPath: string;
  jobName: string;
  test: string;
}

export interface FlakyTest extends TestPlace {
  state: 'suspected' | 'flaky' | 'settled';
  score: number;
  lastFlakeAt: Date;
  issueNumber: number | null;
}

/** How many of the tests are known to be flaky. */
export async function knownFlaky(
  database: Database,
  where: Omit<TestPlace, 'test'> & { tests: readonly string[] },
): Promise<number> {
  if (where.tests.length === 0) return 0;
  const rows = await database
    .selectFrom('flaky_tests')
    .select('test')
    .where('repository_id', '=', where.repositoryId)
    .where('workflow_path', '=', where.workflowPath)
    .where('state', '=', 'flaky')
    .where('test', 'in', where.tests.map(storedText))
    .groupBy('test')
    .execute();
  return rows.length;
}

/** Writes down that something had two outcomes on one commit. @returns false when that is known */
export async function addFlakeEvent(database: Database, place: TestPlace, headSha: string, at: Date): Promise<boolean> {
  const result = await database
    .insertInto('flake_events')
    .values({ ...columnsOf(place), head_sha: headSha, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** When it had two outcomes on one commit, one for each commit, newest first. */
export async function flakeTimes(database: Database, place: TestPlace, since: Date): Promise<Date[]> {
  const rows = await whereIs(database.selectFrom('flake_events').select('at'), place)
    .where('at', '>', since)
    .orderBy('at', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => row.at);
}

/** The conclusions of a job's last runs on any branch but a commit that flaked, newest first. */
export async function jobOutcomes(
  database: Database,
  job: Omit<TestPlace, 'test'>,
  limit: number,
): Promise<{ conclusion: string; headSha: string; at: Date }[]> {
  const rows = await database
    .selectFrom('jobs')
    .innerJoin('runs', (join) => join.onRef('runs.id', '=', 'jobs.run_id').onRef('runs.attempt', '=', 'jobs.run_attempt'))
    .select(['jobs.conclusion', 'runs.head_sha as headSha', 'jobs.completed_at as at'])
    .where('runs.repository_id', '=', job.repositoryId)
    .where('runs.workflow_path', '=', job.workflowPath)
    .where('jobs.name', '=', job.jobName)
    .where('jobs.conclusion', 'in', ['success', 'failure', 'timed_out'])
    .where('jobs.completed_at', 'is not', null)
    .$narrowType<{ conclusion: string; at: Date }>()
    .orderBy('jobs.completed_at', 'desc')
    .limit(limit)
    .execute();
  return rows;
}

/** A commit of a workflow on which outcomes are to be looked at. */
export interface OutcomesOfCommit {
  installationId: number;
  repositoryId: number;
  workflowPath: string;
  headSha: string;
  headBranch: string | null;
}

/**
 * Where the books learned of a green job only after its run had ended, and the job was red on that commit, or is not settled:
 * whoever looked when the run ended did not see this outcome.
 */
export async function lateOutcomes(database: Database, jobIds: readonly number[]): Promise<OutcomesOfCommit[]> {
  if (jobIds.length === 0) return [];
  const { rows } = await sql<OutcomesOfCommit>`
    select distinct repositories.installation_id as "installationId", runs.repository_id as "repositoryId",
      runs.workflow_path as "workflowPath", runs.head_sha as "headSha", runs.head_branch as "headBranch"
    from jobs
    join runs on runs.id = jobs.run_id and runs.attempt = jobs.run_attempt
    join repositories on repositories.id = runs.repository_id
    where jobs.id = any(${jobIds}::bigint[]) and jobs.conclusion = 'success' and runs.status = 'completed'
      and repositories.installation_id is not null
      and (exists (
          select from diagnoses
          where diagnoses.repository_id = runs.repository_id and diagnoses.head_sha = runs.head_sha and diagnoses.job_name = jobs.name)
        or exists (
          select from flaky_tests
          where flaky_tests.repository_id = runs.repository_id and flaky_tests.workflow_path = runs.workflow_path
            and flaky_tests.job_name = jobs.name and flaky_tests.state <> 'settled'))`.execute(database);
  return rows;
}

/** Until the end of the transaction, nobody else weighs this place. */
export async function lockFlakyTest(
  transaction: Database,
  { repositoryId, workflowPath, jobName, test }: TestPlace,
): Promise<void> {
  const place = JSON.stringify([repositoryId, workflowPath, jobName, test]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`regreen flaky ${place}`}, 0))`.execute(transaction);
}

export async function saveFlakyTest(
  database: Database,
  test: TestPlace & Pick<FlakyTest, 'state' | 'score' | 'lastFlakeAt'>,
  at: Date,
): Promise<FlakyTest> {
  const changing = { state: test.state, score: test.score, last_flake_at: test.lastFlakeAt, updated_at: at };
  const row = await database
    .insertInto('flaky_tests')
    .values({ ...columnsOf(test), ...changing, issue_number: null })
    .onConflict((conflict) => conflict.columns(['repository_id', 'workflow_path', 'job_name', 'test']).doUpdateSet(changing))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toFlakyTest(row);
}

export async function findFlakyTest(database: Database, place: TestPlace): Promise<FlakyTest | null> {
  const row = await whereIs(database.selectFrom('flaky_tests').selectAll(), place).executeTakeFirst();
  return row ? toFlakyTest(row as Selectable<FlakyTestsTable>) : null;
}

/** Those of a workflow that are not settled. */
export async function unsettledTests(database: Database, repositoryId: number, workflowPath: string): Promise<FlakyTest[]> {
  const rows = await database
    .selectFrom('flaky_tests')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('workflow_path', '=', workflowPath)
    .where('state', '<>', 'settled')
    .limit(100)
    .execute();
  return rows.map(toFlakyTest);
}

export async function setFlakyIssue(database: Database, place: TestPlace, issueNumber: number): Promise<void> {
  await database
    .updateTable('flaky_tests')
    .set({ issue_number: issueNumber })
    .where('repository_id', '=', place.repositoryId)
    .where('workflow_path', '=', place.workflowPath)
    .where('job_name', '=', storedText(place.jobName))
    .where('test', '=', storedText(place.test))
    .execute();
}

function columnsOf(place: TestPlace) {
  return {
    repository_id: place.repositoryId,
    workflow_path: place.workflowPath,
    job_name: storedText(place.jobName),
    test: storedText(place.test),
  };
}

interface Filterable {
  where(column: 'repository_id' | 'workflow_path' | 'job_name' | 'test', operator: '=', value: string | number): this;
}

function whereIs<Query extends Filterable>(query: Query, place: TestPlace): Query {
  return query
    .where('repository_id', '=', place.repositoryId)
    .where('workflow_path', '=', place.workflowPath)
    .where('job_name', '=', storedText(place.jobName))
    .where('test', '=', storedText(place.test));
}

function toFlakyTest(row: Selectable<FlakyTestsTable>): FlakyTest {
  return {
    repositoryId: row.repository_id,
    workflowPath: row.workflow_path,
    jobName: row.job_name,
    test: row.test,
    state: row.state,
    score: row.score,
    lastFlakeAt: row.last_flake_at,
    issueNumber: row.issue_number,
  };
}
