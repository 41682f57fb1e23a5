import { type RawBuilder, sql } from 'kysely';
import { attemptsOf, type BranchKind, RUN_SUMS, summed } from '../books/sums.ts';
import type { Database } from '../database.ts';
import type { RollupLevel } from '../tables/figure-tables.ts';

/** What figures are asked of. Runs belong to the moment at which they were created, re-runs too. */
export interface Scope {
  from: Date;
  /** Not included. */
  to: Date;
  repositoryId?: number | undefined;
  workflowPath?: string | undefined;
  branchKind?: BranchKind | undefined;
  /** The name of a branch; for pull requests that of its head. */
  branch?: string | undefined;
}

/**
 * A `with` clause whose `slices` has the columns of `run_rollups` for the scope: of the sums that are kept where there are
 * such, else of the runs themselves. Either way the same figures come out.
 */
export function slicesOf(scope: Scope, grain: 'hour' | 'day'): RawBuilder<unknown> {
  return isKept(scope, grain) ? keptSlices('slices', scope, grain) : freshSlices(scope, grain);
}

/** Whether the sums of the scope are kept. */
export function isKept({ branch, branchKind }: Scope, grain: 'hour' | 'day'): boolean {
  return branch === undefined && (grain === 'day' || !branchKind);
}

/** A scope whose bounds may be worked out by the database. */
type KeptScope = Omit<Scope, 'from' | 'to' | 'branch'> & Record<'from' | 'to', Date | RawBuilder<unknown>>;

/** The kept sums of the scope. @param more further conditions, each beginning with `and` */
export function keptSlices(
  name: string,
  { from, to, repositoryId, workflowPath, branchKind }: KeptScope,
  grain: 'hour' | 'day',
  more: RawBuilder<unknown> = sql``,
): RawBuilder<unknown> {
  const within = sql`branch_kind = ${branchKind ?? ''} and bucket >= ${from} and bucket < ${to} ${more}`;
  if (grain === 'day' && repositoryId === undefined && workflowPath === undefined) {
    return sql`${sql.ref(name)} as (select * from run_totals where ${within})`;
  }
  // The level is written out, so that only its part of the table is planned.
  return sql`${sql.ref(name)} as (
    select * from run_rollups where level = ${sql.lit(levelOf(grain, workflowPath !== undefined, branchKind !== undefined))} and workflow_path = ${workflowPath ?? ''}
      and ${within}
      ${repositoryId === undefined ? sql`` : sql`and repository_id = ${repositoryId}`})`;
}

function levelOf(grain: 'hour' | 'day', workflow: boolean, kind: boolean): RollupLevel {
  if (grain === 'hour') return workflow ? 'workflow-hour' : 'hour';
  if (workflow) return kind ? 'workflow-kind' : 'workflow';
  return kind ? 'kind' : 'day';
}

function freshSlices(scope: Scope, grain: 'hour' | 'day'): RawBuilder<unknown> {
  // With a kind the sums are made by kind, so that Regreen's own branches can be asked for too.
  const kind = scope.branchKind !== undefined;
  return sql`${attemptsOf(sql`from runs`, runConditions(scope))},
    ${summed([{ name: 'hour', grain, workflow: false, kind }])},
    slices as (select * from (${RUN_SUMS}) as sums where branch_kind = ${scope.branchKind ?? ''})`;
}

/** The scope as conditions on `runs`, each beginning with `and`. */
export function runConditions({ from, to, repositoryId, workflowPath, branch }: Scope): RawBuilder<unknown> {
  return sql`and runs.created_at >= ${from} and runs.created_at < ${to}
    ${repositoryId === undefined ? sql`` : sql`and runs.repository_id = ${repositoryId}`}
    ${workflowPath === undefined ? sql`` : sql`and runs.workflow_path = ${workflowPath}`}
    ${branch === undefined ? sql`` : sql`and runs.head_branch = ${branch}`}`;
}

/** When these days begin in a time zone; `to` is the day after the last. */
export async function daysIn(
  database: Database,
  days: { from: string; to: string },
  timeZone: string,
): Promise<{ from: Date; to: Date }> {
  const begin = (day: string) => sql`${day}::date::timestamp at time zone ${timeZone}::text`;
  const { rows } = await sql<{ from: Date; to: Date }>`
    select ${begin(days.from)} as "from", (${days.to}::date + 1)::timestamp at time zone ${timeZone}::text as "to"`.execute(
    database,
  );
  const [row] = rows;
  if (!row) throw new Error('a row of constants is there');
  return row;
}
