import { afterAll, beforeAll, expect, it } from 'vitest';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { forget } from '../../../src/insights/retention.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { arrive, runArrivals } from '../../support/history.ts';
import { DEPLOYMENTS, RUNS, SHOP } from './golden-history.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await arrive(test.database, [...RUNS, ...DEPLOYMENTS]);
  await refreshFigures(test.database);
});
afterAll(() => test.drop());

async function column(query: string): Promise<unknown[]> {
  return (await test.pool.query<Record<string, unknown>>(query)).rows.map((row) => Object.values(row)[0]);
}

const keep = { deliveries: 30, runs: 70, figures: 400 };
/** 70 days before are the 3rd of November 2026. */
const LATER = new Date('2027-01-12T15:00:00Z');

/** Protects what people look back at: sums outlive the rows that they were made of. */
it('old runs go with their jobs, and the sums of their days stay, whatever is told of them later', async () => {
  const sums = () => column("select runs from run_rollups where level = 'day' order by bucket");
  const before = await sums();
  expect(before).toEqual([3, 4, 2]);
  const forgotten = await forget(test.database, keep, LATER);
  // 10, 15 and both attempts of 20 were created on the 2nd; the rest on the 3rd, of which no hour is too old.
  expect(forgotten).toMatchObject({ runs: 4, sums: 0, deployments: 0 });
  expect(await column('select distinct id from runs order by id')).toEqual([30, 40, 50, 60, 70, 80, 85, 90]);
  expect(await column('select id from jobs where id < 300')).toEqual([]);
  // A word that comes after all must not make a sum of what is left.
  await arrive(
    test.database,
    runArrivals(SHOP, {
      id: 21,
      created: '2026-11-02T18:00:00Z',
      attempts: [{ started: '2026-11-02T18:00:00Z', completed: '2026-11-02T18:05:00Z', conclusion: 'success' }],
    }),
  );
  await refreshFigures(test.database);
  expect(await sums()).toEqual(before);
});

it('sums, outages and deployments go when their own time has come; what is still red stays', async () => {
  await forget(test.database, keep, new Date('2028-06-01T00:00:00Z'));
  expect(await column('select count(*) from run_rollups')).toEqual([0]);
  expect(await column('select count(*) from step_rollups')).toEqual([0]);
  expect(await column('select count(*) from deployment_states')).toEqual([0]);
  expect(await column('select ended_at from red_periods')).toEqual([null]);
});

it('deliveries go once they are worked, in batches, and never before', async () => {
  await test.pool.query('truncate forgotten');
  await test.pool.query(`
    insert into deliveries (guid, event, body, state, correlation_id, received_at)
    select state || n, 'push', '', state, 'c', timestamptz '2026-11-01' from unnest(array['done', 'failed', 'received']) state,
      generate_series(1, 3000) n`);
  expect(await forget(test.database, keep, new Date('2026-11-20T00:00:00Z'))).toMatchObject({ deliveries: 0 });
  expect(await forget(test.database, keep, new Date('2026-12-20T00:00:00Z'))).toMatchObject({ deliveries: 6_000 });
  expect(await column('select distinct state from deliveries')).toEqual(['received']);
});
