import { sql } from 'kysely';
import { RED } from '../books/sums.ts';
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
  const lost = sql`events as (
      select * from flake_events where at >= ${from} and at < ${to}
        ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
        ${workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`}),
    lost as (
      select events.*, jobs.id as job_id,
        coalesce(greatest(round(extract(epoch from jobs.completed_at - jobs.started_at) * 1000)::bigint, 0), 0) as ms
      from events
      left join runs on runs.repository_id = events.repository_id and runs.head_sha = events.head_sha
        and runs.workflow_path = events.workflow_path and runs.conclusion in ${RED}
      left join jobs on jobs.run_id = runs.id and jobs.run_attempt = runs.attempt and jobs.name = events.job_name
        and jobs.conclusion in ${RED})`;
  const [places, totals] = await Promise.all([
    sql<FlakyPlace>`with ${lost},
      places as (
        select repository_id, workflow_path, job_name, test, count(distinct head_sha) as flakes, max(at) as last, sum(ms)::bigint as ms
        from lost group by 1, 2, 3, 4)
      select places.repository_id as "repositoryId", repositories.owner, repositories.name,
        places.workflow_path as "workflowPath", places.job_name as "jobName", nullif(places.test, '') as test, places.flakes,
        places.last as "lastFlakeAt", flaky_tests.state, flaky_tests.score, flaky_tests.issue_number as "issueNumber",
        places.ms as "lostMs"
      from places join repositories on repositories.id = places.repository_id
      left join flaky_tests using (repository_id, workflow_path, job_name, test)
      order by places.ms desc, places.flakes desc, places.repository_id, places.workflow_path, places.job_name, places.test
      limit ${limit}`.execute(database),
    sql<{ lostMs: number; commits: number }>`with ${lost},
      jobs_lost as (select distinct job_id, ms from lost where job_id is not null)
      select (select coalesce(sum(ms), 0)::bigint from jobs_lost) as "lostMs",
        (select count(distinct (repository_id, head_sha)) from events) as commits`.execute(database),
  ]);
  const [total = { lostMs: 0, commits: 0 }] = totals.rows;
  return { places: places.rows, ...total };
}
