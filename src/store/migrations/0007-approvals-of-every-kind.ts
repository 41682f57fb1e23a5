import { type Kysely, sql } from 'kysely';

/** Approvals of re-runs too, with who asked, who decided and from where; stopped pull requests; answers to commands. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table approvals
    add column remedy text not null default 'fix' check (remedy in ('fix', 'rerun')),
    add column run_id bigint,
    add column run_attempt integer,
    -- Why a person must agree, in a sentence.
    add column reason text not null default '',
    -- The person who asked for the remedy; null where Regreen did.
    add column asked_by text,
    -- button, comment:ID, review-comment:ID or api.
    add column decided_from text,
    add column decision_reason text,
    -- The newest try that was answered without effect: {by, why, at}.
    add column refused jsonb`,
  `create index approvals_commit on approvals (repository_id, head_sha)`,
  `create index approvals_newest on approvals (asked_at desc, id)`,
  `create index approvals_waiting on approvals (state, expires_at) where state in ('pending', 'approved')`,

  // A pull request that Regreen leaves alone until a person says otherwise.
  `create table stops (
    repository_id bigint not null references repositories on delete cascade,
    number integer not null,
    stopped_at timestamptz not null,
    stopped_by text not null,
    resumed_at timestamptz,
    resumed_by text,
    primary key (repository_id, number)
  )`,

  // Regreen's one comment in each issue or pull request.
  `create table threads (
    repository_id bigint not null references repositories on delete cascade,
    number integer not null,
    comment_id bigint,
    content_hash text,
    primary key (repository_id, number)
  )`,
  `create table answers (
    repository_id bigint not null references repositories on delete cascade,
    -- issue or review: GitHub numbers the comments of each by themselves.
    thread text not null check (thread in ('issue', 'review')),
    comment_id bigint not null,
    number integer not null,
    author text not null,
    command text not null,
    -- Markdown, ready to be shown.
    text text not null,
    -- What is said only once in a thread has the same key.
    once text,
    at timestamptz not null,
    primary key (repository_id, thread, comment_id)
  )`,
  `create unique index answers_once on answers (repository_id, number, once) where once is not null`,
  `create index answers_thread on answers (repository_id, number, at desc)`,
];
