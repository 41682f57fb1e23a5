import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { BranchState } from '../tables/schema.ts';
import { whenReachable } from './reachable.ts';
import { carryNames, type NamedRepository } from './renamed.ts';

/** What events say of a repository. */
export interface KnownRepository {
  id: number;
  installationId: number | null;
  owner: string;
  name: string;
  defaultBranch: string;
  private: boolean;
  archived: boolean;
}

export interface StoredRepository extends KnownRepository {
  defaultBranchSha: string | null;
  defaultBranchState: BranchState;
  removedAt: Date | null;
}

/** A repository as one event describes it. */
export interface ToldRepository {
  known: KnownRepository;
  /** GitHub's `updated_at` of the repository; `null` when the event has none. */
  describedAt: string | null;
}

/**
 * Adds the repository or brings it up to date. An event without an installation does not forget the known one, and one
 * that tells of an older state changes nothing: after a rename, late events still carry the old name. A repository that
 * was removed comes back with an event that tells of a later state than the removal: late events tell of earlier ones.
 * @param describedAt GitHub's `updated_at` of the repository; `null` when the event has none
 */
export async function saveRepository(
  database: Database,
  repository: KnownRepository,
  describedAt: string | null = null,
): Promise<void> {
  await saveRepositories(database, [{ known: repository, describedAt }]);
}

/**
 * The same for what many events tell. Every event tells of its repository, and nearly none says anything new: rows are only
 * written for those.
 */
export async function saveRepositories(database: Database, told: readonly ToldRepository[]): Promise<void> {
  const different = new Map(told.map((one) => [JSON.stringify(one), one]));
  for (const one of await newsAmong(database, [...different.values()])) await writeRepository(database, one);
}

/** With its name goes what hangs on it. */
async function writeRepository(database: Database, { known, describedAt }: ToldRepository): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const before = await namesOf(transaction, [known.id]);
    await upsertRepository(transaction, { known, describedAt });
    await carryNames(transaction, before, await namesOf(transaction, [known.id]), new Date());
  });
}

/** The repositories' names, which nobody else changes before the end of the transaction. */
async function namesOf(transaction: Database, ids: readonly number[]): Promise<NamedRepository[]> {
  return transaction
    .selectFrom('repositories')
    .select(['id', sql<string>`owner || '/' || name`.as('fullName')])
    .where('id', 'in', ids)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

async function upsertRepository(database: Database, { known, describedAt }: ToldRepository): Promise<void> {
  const values = {
    installation_id: known.installationId,
    owner: known.owner,
    name: known.name,
    default_branch: known.defaultBranch,
    private: known.private,
    archived: known.archived,
  };
  const isGone = sql<boolean>`repositories.removed_at >= ${describedAt ?? '-infinity'}::timestamptz`;
  await database
    .insertInto('repositories')
    .values({ id: known.id, ...values, described_at: describedAt ?? '-infinity' })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({
          ...values,
          installation_id: sql`case when ${isGone} then null
            else coalesce(excluded.installation_id, repositories.installation_id) end`,
          removed_at: sql`case when ${isGone} then repositories.removed_at end`,
          described_at: eb.fn('greatest', ['excluded.described_at', 'repositories.described_at']),
          updated_at: new Date(),
        }))
        .where(sql<boolean>`repositories.described_at <= ${describedAt ?? 'infinity'}::timestamptz`),
    )
    .execute();
}

/** Those that the books do not say already, in their order. */
async function newsAmong(database: Database, told: readonly ToldRepository[]): Promise<ToldRepository[]> {
  if (told.length === 0) return [];
  const of = <Value>(value: (one: ToldRepository) => Value) => told.map(value);
  const { rows } = await sql<{ place: number }>`
    select place from unnest(${of(({ known }) => known.id)}::bigint[], ${of(({ known }) => known.installationId)}::bigint[],
      ${of(({ known }) => known.owner)}::text[], ${of(({ known }) => known.name)}::text[],
      ${of(({ known }) => known.defaultBranch)}::text[], ${of(({ known }) => known.private)}::boolean[],
      ${of(({ known }) => known.archived)}::boolean[], ${of(({ describedAt }) => describedAt)}::timestamptz[])
      with ordinality as told (id, installation_id, owner, name, default_branch, private, archived, described_at, place)
    where not exists (
      select from repositories where repositories.id = told.id and (
        repositories.described_at > coalesce(told.described_at, 'infinity')
        or (removed_at is null and repositories.described_at >= coalesce(told.described_at, '-infinity')
          and (repositories.owner, repositories.name, repositories.default_branch, repositories.private, repositories.archived)
            = (told.owner, told.name, told.default_branch, told.private, told.archived)
          and (told.installation_id is null or repositories.installation_id = told.installation_id))))
    order by place`.execute(database);
  return rows.flatMap(({ place }) => told[place - 1] ?? []);
}

/**
 * Adds what an installation event names: no more than id and full name, and not of when. What is known already stays, also the name:
 * the event may come later than one that tells of another.
 */
export async function saveInstalledRepositories(
  database: Database,
  installationId: number,
  repositories: readonly { id: number; owner: string; name: string; private: boolean }[],
): Promise<void> {
  if (repositories.length === 0) return;
  const ids = repositories.map(({ id }) => id);
  const isDescribed = sql<boolean>`repositories.removed_at is null and repositories.described_at > '-infinity'`;
  await database.transaction().execute(async (transaction) => {
    const before = await namesOf(transaction, ids);
    await transaction
      .insertInto('repositories')
      .values(
        repositories.map(({ id, owner, name, private: isPrivate }) => ({
          id,
          owner,
          name,
          private: isPrivate,
          installation_id: installationId,
          default_branch: 'main',
        })),
      )
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          installation_id: installationId,
          owner: sql`case when ${isDescribed} then repositories.owner else excluded.owner end`,
          name: sql`case when ${isDescribed} then repositories.name else excluded.name end`,
          private: sql`excluded.private`,
          removed_at: null,
          updated_at: new Date(),
        }),
      )
      .execute();
    await carryNames(transaction, before, await namesOf(transaction, ids), new Date());
  });
}

/**
 * The repositories are no longer ours to touch; their books stay.
 * @param installationId whose they were: one that another installation has by now stays. `null`: they are gone.
 */
export async function removeRepositories(
  database: Database,
  { ids, installationId, at }: { ids: readonly number[]; installationId: number | null; at: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await database
    .updateTable('repositories')
    .set({ removed_at: at, installation_id: null, updated_at: at })
    .where('id', 'in', ids)
    .$if(installationId !== null, (query) =>
      query.where((eb) => eb.or([eb('installation_id', '=', installationId), eb('installation_id', 'is', null)])),
    )
    .execute();
}

/** A repository of which it is certain that this installation has it now, whatever was heard before. */
export async function takeOverRepository(
  database: Database,
  { id, installationId, at }: { id: number; installationId: number; at: Date },
): Promise<void> {
  await database
    .updateTable('repositories')
    .set({ removed_at: null, installation_id: installationId, updated_at: at })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('removed_at', 'is not', null), eb('installation_id', 'is distinct from', installationId)]))
    .execute();
}

export async function removeInstallationRepositories(database: Database, installationId: number, at: Date): Promise<void> {
  await database
    .updateTable('repositories')
    .set({ removed_at: at, installation_id: null, updated_at: at })
    .where('installation_id', '=', installationId)
    .execute();
}

export async function findRepository(database: Database, id: number): Promise<StoredRepository | null> {
  const row = await database.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toRepository(row) : null;
}

/** By `owner/name`, whatever the case, as GitHub does. */
export async function findRepositoryByName(database: Database, owner: string, name: string): Promise<StoredRepository | null> {
  const row = await database
    .selectFrom('repositories')
    .selectAll()
    .where((eb) => eb(eb.fn('lower', ['owner']), '=', owner.toLowerCase()))
    .where((eb) => eb(eb.fn('lower', ['name']), '=', name.toLowerCase()))
    .where('removed_at', 'is', null)
    .orderBy('updated_at', 'desc')
    .executeTakeFirst();
  return row ? toRepository(row) : null;
}

function toRepository(row: {
  id: number;
  installation_id: number | null;
  owner: string;
  name: string;
  default_branch: string;
  private: boolean;
  archived: boolean;
  removed_at: Date | null;
  default_branch_state: BranchState;
  default_branch_sha: string | null;
}): StoredRepository {
  return {
    id: row.id,
    installationId: row.installation_id,
    owner: row.owner,
    name: row.name,
    defaultBranch: row.default_branch,
    private: row.private,
    archived: row.archived,
    removedAt: row.removed_at,
    defaultBranchSha: row.default_branch_sha,
    defaultBranchState: row.default_branch_state,
  };
}

/** All repositories that a database shows. */
export async function repositoryIds(database: Database): Promise<number[]> {
  const rows = await whenReachable(database.selectFrom('repositories').select('id').orderBy('id').execute());
  return rows.map(({ id }) => id);
}

/** All repositories that the app is installed on. */
export async function installedRepositoryIds(database: Database): Promise<number[]> {
  const rows = await database
    .selectFrom('repositories')
    .select('id')
    .where('installation_id', 'is not', null)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
