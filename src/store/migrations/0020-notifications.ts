import { type Kysely, sql } from 'kysely';

/**
 * Who is told what. State changes write a notice by triggers, so that it is in the transaction of the change, whoever makes it:
 * no code can forget it, and neither a kill nor a retry loses or doubles it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...TABLES, ...TRIGGERS]) await sql.raw(statement).execute(db);
}

const TABLES = [
  `create table notices (
    id bigint generated always as identity primary key,
    -- What makes it one: the same change tells once.
    key text not null unique,
    kind text not null,
    repository_id bigint references repositories on delete cascade,
    incident_id uuid references incidents on delete cascade,
    fix_id uuid references fixes on delete cascade,
    approval_id uuid references approvals on delete cascade,
    details jsonb not null default '{}',
    at timestamptz not null,
    -- When the rules were laid on it.
    weighed_at timestamptz
  )`,
  `create index notices_unweighed on notices (id) where weighed_at is null`,
  `create index notices_at on notices (at)`,
  `create table notification_channels (
    id uuid primary key default gen_random_uuid(),
    name text not null unique,
    kind text not null check (kind in ('slack', 'webhook', 'linear', 'github-issue')),
    settings jsonb not null,
    -- Sealed under the key of that id; null where the channel has no secret.
    secret bytea,
    secret_key text,
    secret_hint text,
    enabled boolean not null default true,
    paused_at timestamptz,
    paused_reason text,
    failures_in_a_row integer not null default 0,
    last_sent_at timestamptz,
    last_failed_at timestamptz,
    last_failure text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((secret is null) = (secret_key is null))
  )`,
  `create table notification_rules (
    id uuid primary key default gen_random_uuid(),
    name text not null unique,
    enabled boolean not null default true,
    rule jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create table notification_settings (
    only_row boolean primary key default true check (only_row),
    settings jsonb not null,
    updated_at timestamptz not null
  )`,
  `create table notifications (
    id uuid primary key default gen_random_uuid(),
    channel_id uuid references notification_channels on delete set null,
    channel_name text not null,
    rule_id uuid references notification_rules on delete set null,
    repository_id bigint references repositories on delete cascade,
    purpose text not null check (purpose in ('notices', 'summary', 'test', 'manual', 'digest')),
    -- Notices of one group that come while it waits are told by it.
    group_key text not null,
    status text not null check (status in ('waiting', 'held', 'sending', 'sent', 'failed', 'merged', 'dropped')),
    held_for text check (held_for in ('quiet-hours', 'paused')),
    -- What a person wrote, or what a digest is about.
    content jsonb,
    title text,
    reason text,
    error_code text,
    attempts integer not null default 0,
    url text,
    due_at timestamptz not null,
    queued_at timestamptz,
    created_at timestamptz not null,
    ended_at timestamptz,
    check ((status = 'held') = (held_for is not null))
  )`,
  `create index notifications_unsent on notifications (channel_id, group_key) where status in ('waiting', 'held', 'sending')`,
  `create index notifications_due on notifications (due_at) where status in ('waiting', 'held')`,
  `create index notifications_newest on notifications (created_at desc, id desc)`,
  `create index notifications_of_channel on notifications (channel_id, created_at desc, id desc)`,
  `create table notification_items (
    notification_id uuid not null references notifications on delete cascade,
    notice_id bigint not null references notices on delete cascade,
    channel_id uuid not null,
    -- Whose state it tells of, and what was told.
    subject text not null,
    kind text not null,
    at timestamptz not null,
    primary key (notification_id, notice_id)
  )`,
  `create index notification_items_told on notification_items (channel_id, subject, at desc)`,
  `create index notification_items_notice on notification_items (notice_id)`,
  `create table notification_tickets (
    channel_id uuid not null references notification_channels on delete cascade,
    incident_id uuid not null references incidents on delete cascade,
    -- At Linear the id that we gave it, at GitHub the number of the issue.
    external_id text,
    url text,
    state text not null check (state in ('planned', 'open', 'closed')),
    content_hash text,
    updated_at timestamptz not null,
    primary key (channel_id, incident_id)
  )`,
];

const TRIGGERS = [
  // One word for each red run: the first failure of an incident makes the branch red, those of later runs find it red still.
  `create function notice_of_failure() returns trigger language plpgsql as $$
  declare
    incident incidents;
    run_key text := new.run_id || ':' || new.run_attempt;
  begin
    select * into incident from incidents where id = new.incident_id;
    -- What fails on the branch of a fix belongs to the judgement on the fix.
    if exists (select 1 from runs where runs.id = new.run_id and runs.attempt = new.run_attempt
      and coalesce(runs.head_branch, runs.head_sha) <> incident.branch) then return null; end if;
    if incident.failures = 0 then
      insert into notices (key, kind, repository_id, incident_id, details, at)
      values ('red:' || incident.id, 'went-red', new.repository_id, incident.id, jsonb_build_object('run', run_key), incident.opened_at)
      on conflict (key) do nothing;
      if found then return null; end if;
    end if;
    insert into notices (key, kind, repository_id, incident_id, details, at)
    select 'still-red:' || incident.id || ':' || run_key, 'still-red', new.repository_id, incident.id,
      jsonb_build_object('run', run_key), greatest(new.created_at, incident.last_failure_at)
    where not exists (select 1 from notices where key = 'red:' || incident.id and details ->> 'run' = run_key)
      and not exists (select 1 from diagnoses where incident_id = incident.id and run_id = new.run_id
        and run_attempt = new.run_attempt and id <> new.id)
    on conflict (key) do nothing;
    return null;
  end $$`,
  `create trigger notice_of_failure after insert on diagnoses for each row execute function notice_of_failure()`,

  // Closed is not green: a pull request may have been merged red. The newest run that has ended says which it is.
  `create function notice_of_closing() returns trigger language plpgsql as $$
  declare
    latest text;
  begin
    select conclusion into latest from runs
    where repository_id = new.repository_id and workflow_path = new.workflow_path and head_branch = new.branch
      and coalesce(head_repository, '') = new.head_repository and status = 'completed'
    order by created_at desc, id desc, attempt desc limit 1;
    insert into notices (key, kind, repository_id, incident_id, at)
    values ('closed:' || new.id, case when latest = 'success' then 'green-again' else 'incident-ended' end,
      new.repository_id, new.id, new.closed_at)
    on conflict (key) do nothing;
    return null;
  end $$`,
  `create trigger notice_of_closing after update of status on incidents for each row
    when (old.status = 'open' and new.status = 'closed') execute function notice_of_closing()`,

  `create function notice_of_fix() returns trigger language plpgsql as $$
  begin
    if old.state <> 'proposed' and new.state = 'proposed' then
      insert into notices (key, kind, repository_id, incident_id, fix_id, at)
      values ('fix-proposed:' || new.id, 'fix-proposed', new.repository_id, new.incident_id, new.id, now())
      on conflict (key) do nothing;
    end if;
    if old.outcome is distinct from new.outcome and new.outcome in ('verified', 'refuted') then
      insert into notices (key, kind, repository_id, incident_id, fix_id, at)
      values ('fix-' || new.outcome || ':' || new.id, 'fix-' || new.outcome, new.repository_id, new.incident_id, new.id,
        coalesce(new.ended_at, now()))
      on conflict (key) do nothing;
    end if;
    return null;
  end $$`,
  `create trigger notice_of_fix after update of state, outcome on fixes for each row execute function notice_of_fix()`,

  `create function notice_of_approval() returns trigger language plpgsql as $$
  begin
    insert into notices (key, kind, repository_id, incident_id, approval_id, at)
    values ('approval:' || new.id || ':' || extract(epoch from new.asked_at), 'approval-wanted', new.repository_id,
      new.incident_id, new.id, new.asked_at)
    on conflict (key) do nothing;
    return null;
  end $$`,
  `create trigger notice_of_approval after insert on approvals for each row
    when (new.state = 'pending') execute function notice_of_approval()`,
  `create trigger notice_of_approval_again after update of state on approvals for each row
    when (new.state = 'pending' and old.state <> 'pending') execute function notice_of_approval()`,

  `create function notice_of_breaker() returns trigger language plpgsql as $$
  begin
    insert into notices (key, kind, repository_id, details, at)
    values ('breaker:' || new.repository_id || ':' || extract(epoch from new.opened_at), 'breaker-open', new.repository_id,
      jsonb_build_object('reason', new.reason), new.opened_at)
    on conflict (key) do nothing;
    return null;
  end $$`,
  `create trigger notice_of_breaker after insert or update on breakers for each row
    when (new.resumed_at is null) execute function notice_of_breaker()`,
];
