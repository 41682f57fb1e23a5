import { sql } from 'kysely';
import type { Job } from '../../github/types.ts';
import type { Database } from '../database.ts';
import { storedJson } from '../stored-text.ts';
import type { StoredStep } from '../tables/book-tables.ts';
import { rankOf } from './runs.ts';

/** When a job was heard of: the receipt of its `queued` and `in_progress` events, for GitHub's own `started_at` lies. */
export interface HeardOf {
  queuedAt?: Date;
  runningAt?: Date;
}

/** What one event, or one answer of GitHub, says of a job. */
export interface JobWord {
  repositoryId: number;
  job: Job;
  heard: HeardOf | null;
}

/**
 * Records jobs in one statement. Words come twice and out of order, and a job may be told of several times in one call; the rows
 * are the same whatever came first or together: the further status counts, of two the later end, then the longer list of steps,
 * and equal ones are told apart by what they say. Rows are written in the order of their ids, so that two calls never wait for
 * each other crosswise.
 */
export async function saveJobs(database: Database, words: readonly JobWord[]): Promise<void> {
  if (words.length === 0) return;
  await sql`
    with fresh as (
      select * from jsonb_to_recordset(${storedJson(words.map(toRow))}::jsonb) as fresh (id bigint, repository_id bigint, run_id bigint,
        run_attempt integer, created_at timestamptz, queued_at timestamptz, running_at timestamptz, name text, runner_labels text[],
        status text, conclusion text, started_at timestamptz, completed_at timestamptz, steps jsonb)),
    words as (
      select distinct on (id) * from fresh
      order by id, ${rankOf('status')} desc, completed_at desc nulls last, jsonb_array_length(steps) desc,
        row(name, runner_labels, status, conclusion, started_at, completed_at, steps) desc),
    times as (
      select id, max(run_attempt) as run_attempt, min(created_at) as created_at, min(queued_at) as queued_at,
        min(running_at) as running_at
      from fresh group by id),
    saved as (
      insert into jobs as known (id, repository_id, run_id, run_attempt, created_at, queued_at, running_at,
        name, runner_labels, status, conclusion, started_at, completed_at, steps)
      select id, repository_id, run_id, times.run_attempt, times.created_at, times.queued_at, times.running_at,
        name, runner_labels, status, conclusion, started_at, completed_at, steps
      from words join times using (id) order by id
      on conflict (id) do update set
        (name, runner_labels, status, conclusion, started_at, completed_at, steps) = (
          select word.* from (values
            (known.name, known.runner_labels, known.status, known.conclusion, known.started_at, known.completed_at, known.steps),
            (excluded.name, excluded.runner_labels, excluded.status, excluded.conclusion, excluded.started_at,
              excluded.completed_at, excluded.steps)
          ) as word (name, runner_labels, status, conclusion, started_at, completed_at, steps)
          order by ${rankOf('word.status')} desc, word.completed_at desc nulls last, jsonb_array_length(word.steps) desc, word desc
          limit 1),
        -- After a re-run the first events may still name the attempt before.
        run_attempt = greatest(known.run_attempt, excluded.run_attempt),
        created_at = least(known.created_at, excluded.created_at),
        queued_at = least(known.queued_at, excluded.queued_at),
        running_at = least(known.running_at, excluded.running_at)
      returning run_id, status)
    insert into touched_runs (run_id) select distinct run_id from saved where status = 'completed'`.execute(database);
}

function toRow({ repositoryId, job, heard }: JobWord) {
  return {
    id: job.id,
    repository_id: repositoryId,
    run_id: job.runId,
    run_attempt: job.runAttempt,
    created_at: job.createdAt,
    queued_at: heard?.queuedAt,
    running_at: heard?.runningAt,
    name: job.name,
    runner_labels: job.labels,
    status: job.status,
    conclusion: job.conclusion,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    steps: job.steps satisfies StoredStep[],
  };
}
