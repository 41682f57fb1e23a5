import { sql } from 'kysely';
import type { Database } from '../store/database.ts';
import { DEAD_LETTERS } from './queues.ts';

/** How the queue is, as somebody finds it who works on nothing. */
export interface QueueInspection {
  waiting: number;
  /** How long the job that is due longest has waited, in seconds; 0 where none waits. */
  lagSeconds: number;
  /** The queue in which it waits. */
  slowest: string | null;
  deadLetters: number;
}

interface Row {
  name: string;
  waiting: number;
  lag: number | null;
}

/** @returns null where there has never been a queue in this database */
export async function inspectQueue(database: Database): Promise<QueueInspection | null> {
  const exists = await sql<{ found: boolean }>`select to_regclass('pgboss.job') is not null as found`.execute(database);
  if (!exists.rows[0]?.found) return null;
  const { rows } = await sql<Row>`
    select name, count(*)::int as waiting, extract(epoch from now() - min(start_after))::float8 as lag
    from pgboss.job where state < 'active' and start_after <= now() group by name`.execute(database);
  const due = rows.filter(({ name }) => !name.startsWith('__pgboss') && name !== DEAD_LETTERS);
  const [slowest] = due.toSorted((a, b) => (b.lag ?? 0) - (a.lag ?? 0));
  return {
    waiting: due.reduce((sum, { waiting }) => sum + waiting, 0),
    lagSeconds: Math.max(0, Math.round(slowest?.lag ?? 0)),
    slowest: slowest?.name ?? null,
    deadLetters: rows.find(({ name }) => name === DEAD_LETTERS)?.waiting ?? 0,
  };
}
