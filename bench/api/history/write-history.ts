import type pg from 'pg';
import type { Database } from '../../../src/store/database.ts';
import { DeploymentWriter } from './deployments.ts';
import { HealingWriter } from './healing.ts';
import { chance, seeded } from './random.ts';
import { RunWriter } from './runs.ts';
import { makeShops, type Shop } from './shops.ts';
import { Rows, type Table } from './tables.ts';

export interface HistoryPlan {
  seed: number;
  /** Runs in all; a re-run is another attempt of one. */
  runs: number;
  repositories: number;
  days: number;
  /** The last moment of it: runs that would end later are under way. */
  end: Date;
}

export interface WrittenHistory {
  shops: readonly Shop[];
  counts: Partial<Record<Table, number>>;
}

const DAY_MS = 24 * 3_600_000;
/** A transaction writes about so many rows. */
const ROWS_AT_ONCE = 50_000;
/** Sunday to Saturday. */
const WORK_OF_DAY = [0.2, 1, 1.1, 1.1, 1.05, 0.9, 0.2];

/** Fills empty books with a made-up past; the same rows for the same plan. */
export async function writeHistory(
  { pool, database }: { pool: pg.Pool; database: Database },
  plan: HistoryPlan,
): Promise<WrittenHistory> {
  const random = seeded(plan.seed);
  const shops = makeShops(random, plan.repositories);
  await database
    .insertInto('repositories')
    .values(shops.map(({ id, owner, name }) => ({ id, owner, name, default_branch: 'main' })))
    .execute();
  const rows = new Rows();
  const runs = new RunWriter(random, rows, plan.end);
  const healing = new HealingWriter(random, rows);
  const deployments = new DeploymentWriter(random, rows);
  // While PostgreSQL writes, the next rows are made.
  let writing = Promise.resolve();
  for (const { shop, createdAt } of starts(plan, shops, random)) {
    const attempts = runs.write(shop, createdAt);
    healing.write(attempts);
    deployments.write(attempts);
    if (rows.waiting < ROWS_AT_ONCE) continue;
    await writing;
    writing = rows.write(pool);
    // A rejection is seen at the next await.
    writing.catch(() => undefined);
  }
  healing.finish();
  await writing;
  await rows.write(pool);
  await writeFlakyTests(pool);
  return { shops, counts: rows.counts };
}

/** When runs begin, day by day, and in each repository one after the other. */
function* starts(plan: HistoryPlan, shops: readonly Shop[], random: () => number): Generator<{ shop: Shop; createdAt: Date }> {
  const days = Array.from({ length: plan.days }, (_, day) => new Date(plan.end.getTime() - (plan.days - day) * DAY_MS));
  const work = days.map((day) => WORK_OF_DAY[day.getUTCDay()] ?? 1);
  const allWork = work.reduce((sum, one) => sum + one, 0);
  const allWeight = shops.reduce((sum, { weight }) => sum + weight, 0);
  const owed = new Map<number, number>();
  for (const [index, day] of days.entries()) {
    for (const shop of shops) {
      const due = (owed.get(shop.id) ?? 0) + (plan.runs * (work[index] ?? 0) * shop.weight) / allWork / allWeight;
      owed.set(shop.id, due - Math.floor(due));
      const moments = Array.from({ length: Math.floor(due) }, () => momentOfDay(random)).sort((a, b) => a - b);
      for (const part of moments) yield { shop, createdAt: new Date(day.getTime() + Math.floor(part * 86_400) * 1_000) };
    }
  }
}

/** Most of a day's runs are in its working hours, whichever these are. */
function momentOfDay(random: () => number): number {
  return chance(random, 0.2) ? random() : 0.3 + 0.25 * (random() + random());
}

/** What is known of tests that have flickered follows from when they did. */
async function writeFlakyTests(pool: pg.Pool): Promise<void> {
  await pool.query(`insert into flaky_tests (repository_id, workflow_path, job_name, test, state, score, last_flake_at, updated_at)
    select repository_id, workflow_path, job_name, test, case when count(*) > 2 then 'flaky' else 'suspected' end,
      least(count(*) / 20.0, 1), max(at), max(at)
    from flake_events group by 1, 2, 3, 4`);
}
