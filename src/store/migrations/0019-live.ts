import { type Kysely, sql } from 'kysely';

/** What has changed, for those who watch: written by the transaction that changes it, whichever that is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** Adds an event of `kind` when one of these columns changes; `old` is null at an insert. */
const watch = (table: string, kind: string, at: string, watched: readonly string[], data: readonly string[]) => [
  `create function tell_${table}() returns trigger language plpgsql as $$
  begin
    insert into live_events (kind, repository_id, data)
    values ('${kind}', new.repository_id, jsonb_build_object(${data.map((one) => `${one.split('=')[0]}, new.${one.split('=')[1]}`).join(', ')}));
    perform pg_notify('regreen_live', '');
    return null;
  end $$`,
  // The past that a backfill reads is no news.
  `create trigger tell_insert after insert on ${table} for each row
    when (new.${at} > now() - interval '1 day') execute function tell_${table}()`,
  `create trigger tell_update after update on ${table} for each row
    when (new.${at} > now() - interval '40 days' and (${watched.map((one) => `old.${one} is distinct from new.${one}`).join(' or ')}))
    execute function tell_${table}()`,
];

const STATEMENTS = [
  // Ids are given out before commits, so a lower one may appear after a higher. What is read in the order of the writing
  // transaction, and only below the oldest that is still open, can't be overtaken.
  `create table live_events (
    transaction xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    kind text not null,
    repository_id bigint not null,
    data jsonb not null,
    at timestamptz not null default clock_timestamp(),
    primary key (transaction, id)
  )`,
  `create index live_events_at on live_events (at)`,
  `create table live_tickets (
    hash bytea primary key check (octet_length(hash) = 32),
    claims jsonb not null,
    expires_at timestamptz not null
  )`,
  ...watch(
    'runs',
    'build',
    'created_at',
    ['status', 'conclusion', 'attempt'],
    [
      `'id'=id`,
      `'attempt'=attempt`,
      `'status'=status`,
      `'conclusion'=conclusion`,
      `'workflow'=workflow_path`,
      `'branch'=head_branch`,
      `'event'=event`,
    ],
  ),
  ...watch(
    'incidents',
    'incident',
    'last_failure_at',
    ['status', 'failures'],
    [`'id'=id`, `'status'=status`, `'failures'=failures`, `'cause'=cause`, `'workflow'=workflow_path`, `'branch'=branch`],
  ),
  ...watch(
    'fixes',
    'fix',
    'created_at',
    ['state', 'outcome'],
    [
      `'id'=id`,
      `'incident'=incident_id`,
      `'state'=state`,
      `'outcome'=outcome`,
      `'branch'=branch`,
      `'pullRequest'=pull_request_number`,
    ],
  ),
  ...watch('approvals', 'approval', 'asked_at', ['state'], [`'id'=id`, `'state'=state`, `'remedy'=remedy`, `'branch'=branch`]),
  ...watch(
    'deployments',
    'deployment',
    'created_at',
    ['state'],
    [`'id'=id`, `'state'=state`, `'environment'=environment`, `'sha'=sha`],
  ),
  // Whoever lost a right is looked at again at once.
  `create function tell_access() returns trigger language plpgsql as $$
  begin
    perform pg_notify('regreen_access', '');
    return null;
  end $$`,
  `create trigger tell_access after update of revoked_at, expires_at or delete on api_keys execute function tell_access()`,
  `create trigger tell_access after insert on revoked_tokens execute function tell_access()`,
];
