import { afterAll, beforeAll, expect, it } from 'vitest';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { longestJobs } from '../../../src/store/figures/jobs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let test: TestDatabase;

/** Days of five weeks from a Monday on, 2024-01-01, of two repositories with two workflows of three jobs each. */
beforeAll(async () => {
  test = await createTestDatabase();
  await test.pool.query(`
    insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main'), (2, 'octo', 'other', 'main');
    insert into job_rollups (repository_id, bucket, workflow_path, job_name, jobs, green, red, duration_n, duration_ms, duration_sketch,
      queue_n, queue_ms, queue_sketch)
    select repository, '2024-01-01Z'::timestamptz + day * interval '24 hours', 'w' || workflow, 'j' || job, 1, 1, 0, 1,
      (repository * 7 + workflow * 31 + job * 13 + day * day * job) * 1000, '', 0, 0, ''
    from generate_series(1, 2) repository, generate_series(1, 2) workflow, generate_series(1, 3) job, generate_series(0, 34) day`);
});
afterAll(() => test.drop());

const SCOPES = [
  { from: '2024-01-01', to: '2024-02-05' },
  { from: '2024-01-03', to: '2024-01-30' },
  { from: '2024-01-02T06:00Z', to: '2024-01-29T18:00Z' },
  { from: '2024-01-09', to: '2024-01-14' },
  { from: '2023-12-20', to: '2024-03-01' },
  { from: '2024-01-01', to: '2024-01-08', workflowPath: 'w2' },
  { from: '2024-01-01', to: '2024-02-01', repositoryId: 2 },
].map(({ from, to, ...more }) => ({ from: new Date(from), to: new Date(to), ...more }));

function answers() {
  return Promise.all(SCOPES.map((scope) => longestJobs(test.database, scope, 7)));
}

async function count(of: string): Promise<number> {
  return (await test.pool.query<{ n: number }>(`select count(*)::int as n from ${of}`)).rows[0]?.n ?? -1;
}

// Protects the bottlenecks of docs/metrics.md: that they are added up by the week shows nowhere but in the time it takes.
it('the longest jobs are the same by the day and by the week, and follow at once what changes', async () => {
  const byDay = await answers();
  expect(byDay.map((jobs) => jobs.length)).toEqual([7, 7, 7, 7, 7, 6, 6]);
  expect([await count('touched_job_weeks'), await count('job_weeks')]).toEqual([5, 0]);
  await refreshFigures(test.database);
  expect([await count('touched_job_weeks'), await count('job_weeks')]).toEqual([0, 60]);
  expect(await answers()).toEqual(byDay);
  // The days of the week are read, or they could not be told apart from what follows.
  await test.pool.query("update job_weeks set duration_ms = duration_ms * 1000 where job_name = 'j1'");
  expect(await answers()).not.toEqual(byDay);
  await test.pool.query("delete from job_rollups where job_name = 'j3'");
  const without = await answers();
  expect(without.flat().every(({ jobName }) => jobName !== 'j3')).toBe(true);
  await refreshFigures(test.database);
  expect(await answers()).toEqual(without);
});

it('a week that has not ended is read by the day', async () => {
  await test.pool.query(`insert into job_rollups
    select 1, date_trunc('day', now(), 'UTC'), 'now', 'j', 1, 1, 0, 1, 9000000000, ''::bytea, 0, 0, ''::bytea`);
  await refreshFigures(test.database);
  expect(await count('touched_job_weeks')).toBe(1);
  const scope = { from: new Date(Date.now() - 8 * 86_400_000), to: new Date(Date.now() + 8 * 86_400_000) };
  expect(await longestJobs(test.database, scope, 1)).toMatchObject([
    { workflowPath: 'now', durations: { sumMs: 9_000_000_000 } },
  ]);
});
