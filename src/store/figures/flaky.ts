import { sql } from 'kysely';
import { milliseconds, RED } from '../books/sums.ts';
import type { Database } from '../database.ts';
import type { Scope } from './scope.ts';

/** A test, or a job that names none, that was red and green on one commit. */
export interface FlakyPlace {
  repositoryId: number;
  owner: string;
  name: string;
  workflowPath: string;
  jobName: string;
  /** Null for the job itself. */
  test: string | null;
  /** Commits on which it had two outcomes. */
  flakes: number;
  lastFlakeAt: Date;
  state: 'suspected' | 'flaky' | 'settled' | null;
  score: number | null;
  issueNumber: number | null;
  /** How long the job ran in vain on those commits. */
  lostMs: number;
}

export interface Flakiness {
  places: FlakyPlace[];
  /** Each job counted once, however many tests of it flickered. */
  lostMs: number;
  /** Commits with a flake. */
  commits: number;
}

type FlakyScope = Pick<Scope, 'from' | 'to' | 'repositoryId' | 'workflowPath'>;

/** What flickered in the scope, the costliest first. */
export async function findFlakiness(database: Database, scope: FlakyScope, limit: number): Promise<Flakiness> {
  const { from, to, repositoryId, workflowPath } = scope;
  const { rows } = await sql<FlakyPlace & { allLostMs: number; commits: number }>`
    with events as (
      select * from flake_events where at >= ${from} and at < ${to}
        ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
        ${workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`}),
    -- Each red execution of a job on a commit once, however many of its tests flickered.
    flaked as (select distinct repository_id, workflow_path, job_name, head_sha from events),
    lost as materialized (
      select flaked.*, coalesce(sum(greatest(${milliseconds(sql`jobs.completed_at - jobs.started_at`)}, 0)), 0)::bigint as ms
      from flaked
      left join runs on runs.repository_id = flaked.repository_id and runs.head_sha = flaked.head_sha
        and runs.workflow_path = flaked.workflow_path and runs.conclusion in ${RED}
      left join jobs on jobs.run_id = runs.id and jobs.run_attempt = runs.attempt and jobs.name = flaked.job_name
        and jobs.conclusion in ${RED}
      group by 1, 2, 3, 4),
    places as (
      select repository_id, workflow_path, job_name, test, count(*) as flakes, max(at) as last, sum(ms)::bigint as ms
      from events join lost using (repository_id, workflow_path, job_name, head_sha)
      group by 1, 2, 3, 4 order by ms desc, flakes desc, 1, 2, 3, 4 limit ${limit}),
    totals as materialized (
      select (select coalesce(sum(ms), 0)::bigint from lost) as ms, count(distinct (repository_id, head_sha)) as commits from flaked)
    select places.repository_id as "repositoryId", repositories.owner, repositories.name,
      places.workflow_path as "workflowPath", places.job_name as "jobName", nullif(places.test, '') as test, places.flakes,
      places.last as "lastFlakeAt", flaky_tests.state, flaky_tests.score, flaky_tests.issue_number as "issueNumber",
      places.ms as "lostMs", totals.ms as "allLostMs", totals.commits
    from totals cross join places join repositories on repositories.id = places.repository_id
    left join flaky_tests using (repository_id, workflow_path, job_name, test)
    order by places.ms desc, places.flakes desc, places.repository_id, places.workflow_path, places.job_name, places.test`.execute(
    database,
  );
  const [{ allLostMs: lostMs, commits } = { allLostMs: 0, commits: 0 }] = rows;
  return { places: rows.map(({ allLostMs: _all, commits: _commits, ...place }) => place), lostMs, commits };
}
