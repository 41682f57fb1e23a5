import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Scope } from './scope.ts';

/** Exact numbers of a few times, in milliseconds. */
export interface ExactTimes {
  n: number;
  meanMs: number | null;
  medianMs: number | null;
  p95Ms: number | null;
}

export interface Recovery extends ExactTimes {
  /** Red periods that have not ended; they are in none of the times. */
  open: number;
  /** When the first of these began. */
  openSince: Date | null;
}

type RecoveryScope = Pick<Scope, 'from' | 'to' | 'repositoryId' | 'workflowPath'>;

/** How long the default branches stayed red: the red periods that began in the scope. */
export async function recoveryTimes(database: Database, scope: RecoveryScope): Promise<Recovery> {
  const { rows } = await sql<Recovery>`
    select ${measures('ended_at is not null', 'ended_at')},
      count(*) filter (where ended_at is null) as open, min(started_at) filter (where ended_at is null) as "openSince"
    from red_periods where ${within(scope)}`.execute(database);
  return first(rows);
}

export interface WorkflowRecovery extends Recovery {
  repositoryId: number;
  owner: string;
  name: string;
  workflowPath: string;
}

/** The same for each workflow, those that were red the longest in all first. */
export async function recoveryByWorkflow(
  database: Database,
  scope: RecoveryScope,
  now: Date,
  limit: number,
): Promise<WorkflowRecovery[]> {
  const { rows } = await sql<WorkflowRecovery>`
    select red_periods.repository_id as "repositoryId", repositories.owner, repositories.name,
      red_periods.workflow_path as "workflowPath", ${measures('ended_at is not null', 'ended_at')},
      count(*) filter (where ended_at is null) as open, min(started_at) filter (where ended_at is null) as "openSince"
    from red_periods join repositories on repositories.id = red_periods.repository_id
    where ${within(scope)} group by 1, 2, 3, 4
    order by sum(coalesce(ended_at, ${now}::timestamptz) - started_at) desc, 1, 4 limit ${limit}`.execute(database);
  return rows;
}

export interface IncidentFigures {
  opened: number;
  /** Of those, still open. */
  open: number;
  closed: ExactTimes;
  /** Of those, closed and with a fix of Regreen's that CI has verified. */
  healed: ExactTimes;
  /** Regreen's re-runs that ended green. */
  greenByRerun: number;
}

/** Regreen's incidents that were opened in the scope, on whatever branch, and how long they stayed open. */
export async function incidentFigures(database: Database, scope: RecoveryScope): Promise<IncidentFigures> {
  const { from, to, repositoryId, workflowPath } = scope;
  const opened = sql`opened_at >= ${from} and opened_at < ${to}
    ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}
    ${workflowPath === undefined ? sql`` : sql`and workflow_path = ${workflowPath}`}`;
  const [incidents, reruns] = await Promise.all([
    sql<IncidentRow>`
      select count(*) as opened, count(*) filter (where status = 'open') as open,
        ${measures("status = 'closed'", 'closed_at', 'opened_at')},
        ${measures("status = 'closed' and fixed_by is not null", 'closed_at', 'opened_at', 'healed')}
      from incidents where ${opened}`.execute(database),
    sql<{ n: number }>`select count(*) as n from reruns
      where outcome = 'green' and requested_at >= ${from} and requested_at < ${to}
        ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`}`.execute(database),
  ]);
  const { opened: total, open, healedN, healedMeanMs, healedMedianMs, healedP95Ms, ...closed } = first(incidents.rows);
  return {
    opened: total,
    open,
    closed,
    healed: { n: healedN, meanMs: healedMeanMs, medianMs: healedMedianMs, p95Ms: healedP95Ms },
    greenByRerun: first(reruns.rows).n,
  };
}

interface IncidentRow extends ExactTimes {
  opened: number;
  open: number;
  healedN: number;
  healedMeanMs: number | null;
  healedMedianMs: number | null;
  healedP95Ms: number | null;
}

/**
 * n, mean, and the values at the ranks ⌈0.5 n⌉ and ⌈0.95 n⌉ of the times between two columns. They are put in order as
 * intervals: seconds with their fractions would be decimal numbers, which take twice as long. @param of before their names
 */
function measures(which: string, end: string, start = 'started_at', of = '') {
  const filter = sql.raw(`filter (where ${which})`);
  const time = sql.raw(`${end} - ${start}`);
  const milliseconds = (interval: RawBuilder<unknown>) => sql`round(extract(epoch from ${interval}) * 1000)::bigint`;
  const as = (name: string) => sql.ref(of === '' ? name : of + name.charAt(0).toUpperCase() + name.slice(1));
  const atRank = (share: number) =>
    milliseconds(sql`percentile_disc(${sql.lit(share)}) within group (order by ${time}) ${filter}`);
  return sql`count(*) ${filter} as ${as('n')}, ${milliseconds(sql`avg(${time}) ${filter}`)} as ${as('meanMs')},
    ${atRank(0.5)} as ${as('medianMs')}, ${atRank(0.95)} as ${as('p95Ms')}`;
}

function within({ from, to, repositoryId, workflowPath }: RecoveryScope) {
  return sql`started_at >= ${from} and started_at < ${to}
    ${repositoryId === undefined ? sql`` : sql`and red_periods.repository_id = ${repositoryId}`}
    ${workflowPath === undefined ? sql`` : sql`and red_periods.workflow_path = ${workflowPath}`}`;
}

function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without groups has one row');
  return row;
}
