import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WrittenHistory, writeHistory } from '../../../bench/api/history/write-history.ts';
import { overview } from '../../../src/insights/analytics.ts';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const END = new Date('2026-11-20T12:00:00Z');
const PLAN = { seed: 7, runs: 400, repositories: 5, days: 20, end: END };

let test: TestDatabase;
let written: WrittenHistory;

beforeAll(async () => {
  test = await createTestDatabase();
  written = await writeHistory(test, PLAN);
});
afterAll(() => test.drop());

/** All rows, whatever their order. */
async function digest(): Promise<unknown> {
  const tables = ['runs', 'jobs', 'incidents', 'diagnoses', 'deployments', 'flake_events', 'pull_requests'];
  return Promise.all(
    tables.map(async (table) => {
      const columns = table === 'diagnoses' ? "to_jsonb(t) - 'id'" : 'to_jsonb(t)';
      const { rows } = await test.pool.query(
        `select md5(string_agg((${columns})::text, '' order by (${columns})::text)) from ${table} t`,
      );
      return rows[0];
    }),
  );
}

/** Protects `npm run bench:api`: the tables change, and its figures are worth something only on the same books. */
describe('the made-up history of the bench', () => {
  it('has what it was asked for, and the books can sum it up', async () => {
    expect(written.counts.runs).toBeGreaterThanOrEqual(395);
    expect(written.counts.jobs).toBeGreaterThan(1_200);
    await test.pool.query("insert into touched_runs (run_id) select distinct id from runs where status = 'completed'");
    await refreshFigures(test.database);
    const figures = await overview(test.database, {
      from: new Date('2026-10-30T00:00:00Z'),
      to: new Date('2026-11-21T00:00:00Z'),
    });
    const { rows } = await test.pool.query(
      `select count(distinct id)::int as runs from runs where status = 'completed' and head_branch not like 'regreen/%'`,
    );
    expect(figures.runs.runs).toBe(rows[0]?.runs);
    expect(figures.recovery.n + figures.recovery.open).toBeGreaterThan(0);
    expect(figures.incidents.opened).toBeGreaterThan(0);
  });

  it('is the same for the same seed', async () => {
    const first = await digest();
    await test.pool.query('truncate repositories, touched_runs cascade');
    await writeHistory(test, PLAN);
    expect(await digest()).toEqual(first);
  });
});
