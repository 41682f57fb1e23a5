import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { BranchState } from '../tables/schema.ts';
import { whenReachable } from './reachable.ts';

/** A repository as people read it. */
export interface RepositoryView {
  id: number;
  owner: string;
  name: string;
  /** Null when the app is no longer installed on it. */
  installationId: number | null;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  defaultBranchState: BranchState;
  defaultBranchSha: string | null;
  openIncidents: number;
  /** When its newest run was created. */
  lastRunAt: Date | null;
  removedAt: Date | null;
}

export interface InstallationView {
  id: number;
  account: string;
  suspended: boolean;
  /** Repositories that the app is installed on through it. */
  repositories: number;
  removedAt: Date | null;
  updatedAt: Date;
}

export interface RepositoryQuery {
  /** Of one account, whatever the case. */
  owner?: string | undefined;
  installationId?: number | undefined;
  state?: BranchState | undefined;
  /** The id of the last one of the page before. */
  after?: number | undefined;
  limit: number;
}

export interface Page<Item> {
  items: Item[];
  /** Null on the last page. */
  next: number | null;
}

/** Where the app is installed. Every method throws `UnavailableError` when the database is away. */
export interface RepositoryViews {
  /** Those that the app is installed on, by their ids. */
  list(query: RepositoryQuery): Promise<Page<RepositoryView>>;
  /** By name, whatever the case; null when the books know none. */
  read(owner: string, name: string): Promise<RepositoryView | null>;
  /** Names of all that are seen and that the app is installed on, in their order. */
  names(): Promise<{ id: number; repository: string }[]>;
  /** Installations that are gone too, by their ids. */
  installations(query: { after?: number | undefined; limit: number }): Promise<Page<InstallationView>>;
}

export function createRepositoryViews(database: Database): RepositoryViews {
  return {
    list: (query) => whenReachable(listRepositories(database, query)),
    read: (owner, name) => whenReachable(readRepository(database, owner, name)),
    names: () => whenReachable(listNames(database)),
    installations: (query) => whenReachable(listInstallations(database, query)),
  };
}

const COLUMNS = sql`repositories.id, repositories.owner, repositories.name, repositories.installation_id as "installationId",
  repositories.private, repositories.archived, repositories.default_branch as "defaultBranch",
  repositories.default_branch_state as "defaultBranchState", repositories.default_branch_sha as "defaultBranchSha",
  (select count(*) from incidents where incidents.repository_id = repositories.id and incidents.status = 'open') as "openIncidents",
  (select max(created_at) from runs where runs.repository_id = repositories.id) as "lastRunAt",
  repositories.removed_at as "removedAt"`;

async function listRepositories(database: Database, query: RepositoryQuery): Promise<Page<RepositoryView>> {
  const { owner, installationId, state, after, limit } = query;
  const { rows } = await sql<RepositoryView>`
    select ${COLUMNS} from repositories
    where removed_at is null
      ${owner === undefined ? sql`` : sql`and lower(owner) = ${owner.toLowerCase()}`}
      ${installationId === undefined ? sql`` : sql`and installation_id = ${installationId}`}
      ${state === undefined ? sql`` : sql`and default_branch_state = ${state}`}
      ${after === undefined ? sql`` : sql`and id > ${after}`}
    order by id limit ${limit + 1}`.execute(database);
  return pageOf(rows, limit);
}

async function readRepository(database: Database, owner: string, name: string): Promise<RepositoryView | null> {
  const { rows } = await sql<RepositoryView>`
    select ${COLUMNS} from repositories
    where lower(owner) = ${owner.toLowerCase()} and lower(name) = ${name.toLowerCase()}
    order by removed_at is not null, updated_at desc limit 1`.execute(database);
  return rows[0] ?? null;
}

async function listNames(database: Database): Promise<{ id: number; repository: string }[]> {
  const { rows } = await sql<{ id: number; repository: string }>`
    select id, owner || '/' || name as repository from repositories where removed_at is null order by 2`.execute(database);
  return rows;
}

async function listInstallations(
  database: Database,
  { after, limit }: { after?: number | undefined; limit: number },
): Promise<Page<InstallationView>> {
  const { rows } = await sql<InstallationView>`
    select id, account, suspended, removed_at as "removedAt", updated_at as "updatedAt",
      (select count(*) from repositories where installation_id = installations.id and repositories.removed_at is null) as repositories
    from installations ${after === undefined ? sql`` : sql`where id > ${after}`}
    order by id limit ${limit + 1}`.execute(database);
  return pageOf(rows, limit);
}

function pageOf<Item extends { id: number }>(rows: readonly Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
