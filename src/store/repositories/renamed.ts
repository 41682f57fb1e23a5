import { sql } from 'kysely';
import { record } from '../audit.ts';
import type { Database } from '../database.ts';

/** A repository and the name, `owner/name`, that it had or has. */
export interface NamedRepository {
  id: number;
  fullName: string;
}

/**
 * Carries another name of repositories to all that says by name that a branch is in them: otherwise what is open under the former one
 * could not be found any more. To be called in the transaction that writes the name.
 */
export async function carryNames(
  transaction: Database,
  before: readonly NamedRepository[],
  now: readonly NamedRepository[],
  at: Date,
): Promise<void> {
  for (const { id, fullName } of now) {
    const former = before.find((one) => one.id === id)?.fullName;
    if (former !== undefined && former !== fullName) await carryName(transaction, { id, former, fullName }, at);
  }
}

async function carryName(
  transaction: Database,
  { id, former, fullName }: { id: number; former: string; fullName: string },
  at: Date,
): Promise<void> {
  const isFormer = sql`repository_id = ${id} and lower(head_repository) = ${former.toLowerCase()}`;
  await sql`update pull_requests set head_repository = ${fullName} where ${isFormer}`.execute(transaction);
  await sql`update runs set head_repository = ${fullName} where ${isFormer}`.execute(transaction);
  await endNamesakes(transaction, { id, former, fullName }, at);
  await sql`update incidents set head_repository = ${fullName} where ${isFormer}`.execute(transaction);
}

/** What was open under the name already is from a time when the repository had it before; the other one tells of the failure now. */
async function endNamesakes(
  transaction: Database,
  { id, former, fullName }: { id: number; former: string; fullName: string },
  at: Date,
): Promise<void> {
  const reason = 'the failure has another incident since the repository was renamed';
  const { rows } = await sql<{ id: string }>`
    update incidents set status = 'closed', closed_at = ${at}, closed_reason = ${reason}
    where repository_id = ${id} and status = 'open' and head_repository = ${fullName} and head_repository <> ${former}
      and exists (select from incidents other
        where other.repository_id = incidents.repository_id and other.status = 'open' and other.id <> incidents.id
          and lower(other.head_repository) = ${former.toLowerCase()}
          and (other.branch, other.workflow_path, other.fingerprint) =
            (incidents.branch, incidents.workflow_path, incidents.fingerprint))
    returning id`.execute(transaction);
  for (const incident of rows) {
    await record(transaction, {
      actor: 'regreen',
      action: 'incident.closed',
      subject: `incident:${incident.id}`,
      repositoryId: id,
      correlationId: null,
      details: { reason },
    });
  }
}
