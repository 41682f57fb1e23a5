import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';

/** Something that may have been missed. */
interface Missed {
  repositoryId: number;
}

/** What is older than `until` and younger than `since`; at most `limit`, by lot, so that nothing stands in front for ever. */
export interface SweepWindow {
  since: Date;
  until: Date;
  limit: number;
}

/** When something is to be asked about again: each time twice as late, up to a longest wait, and not for ever. */
export interface Patience {
  firstMs: number;
  longestMs: number;
  times: number;
}

/** Whether something is due to be asked about; the answer counts as one time. One statement, for processes that sweep at once. */
export async function isDue(database: Database, subject: string, patience: Patience, now: Date): Promise<boolean> {
  const row = await database
    .insertInto('sweeps')
    .values({ subject, times: 1, last_at: now })
    .onConflict((conflict) =>
      conflict
        .column('subject')
        .doUpdateSet((eb) => ({ times: eb('sweeps.times', '+', 1), last_at: now }))
        .where(waitIsOver(patience, now)),
    )
    .returning('times')
    .executeTakeFirst();
  return row !== undefined;
}

/** Of a row of `sweeps`: whether it may be asked about again. */
export function waitIsOver({ firstMs, longestMs, times }: Patience, now: Date): RawBuilder<boolean> {
  const wait = sql`least(${firstMs} * power(2, least(sweeps.times, 30) - 1), ${longestMs}) * interval '1 millisecond'`;
  return sql<boolean>`(sweeps.times < ${times} and sweeps.last_at + ${wait} <= ${now})`;
}

/** What could not be asked about says nothing yet: the waits begin anew. */
export async function restartWaits(database: Database, subject: string, now: Date): Promise<void> {
  await database.updateTable('sweeps').set({ times: 1, last_at: now }).where('subject', '=', subject).execute();
}

/**
 * The installation by which a repository can be reached; `null` where Regreen is not installed (any more), or is suspended, or
 * the repository takes no changes since it is archived.
 */
export async function workingInstallation(database: Database, repositoryId: number): Promise<number | null> {
  const row = await workingRepositories(database).where('repositories.id', '=', repositoryId).executeTakeFirst();
  return row?.installationId ?? null;
}

/** Repositories in which something can be done, with their installations. */
export function workingRepositories(database: Database) {
  return database
    .selectFrom('repositories')
    .leftJoin('installations', 'installations.id', 'repositories.installation_id')
    .where('repositories.removed_at', 'is', null)
    .where('repositories.archived', '=', false)
    .where('installations.removed_at', 'is', null)
    .where(sql<boolean>`not coalesce(installations.suspended, false)`)
    .select(['repositories.id', 'repositories.installation_id as installationId']);
}

/** Forgets what nobody will ask about again. */
export async function forgetSweeps(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('sweeps').where('last_at', '<', before).execute();
}

/** Re-runs of ours of which no end is known. */
export async function rerunsUnderWay(database: Database, window: SweepWindow): Promise<(Missed & { runId: number })[]> {
  return database
    .selectFrom('reruns')
    .select(['repository_id as repositoryId', 'run_id as runId'])
    .where('outcome', 'is', null)
    .where('requested_at', '>', window.since)
    .where('requested_at', '<', window.until)
    .orderBy(sql`random()`)
    .limit(window.limit)
    .execute();
}

/** Attempts that began and of which no end is known, or that were not the last. */
export async function runsUnderWay(database: Database, window: SweepWindow): Promise<(Missed & { runId: number })[]> {
  return database
    .selectFrom('runs')
    .select(['repository_id as repositoryId', 'id as runId'])
    .where('status', '<>', 'completed')
    .where('created_at', '>', window.since)
    .where('received_at', '<', window.until)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('runs as later')
            .select('id')
            .whereRef('later.id', '=', 'runs.id')
            .whereRef('later.attempt', '>', 'runs.attempt'),
        ),
      ),
    )
    .orderBy(sql`random()`)
    .limit(window.limit)
    .execute();
}

const RED = ['failure', 'timed_out', 'startup_failure'];

/**
 * Red attempts, the latest of their runs, whose logs nobody has read or whose re-run was allowed and not written down; those of
 * Regreen's own branches are for verification.
 */
export async function redWithoutSequel(
  database: Database,
  window: SweepWindow & { ownPrefix: string },
): Promise<(Missed & { runId: number; attempt: number })[]> {
  const { rows } = await sql<Missed & { runId: number; attempt: number }>`
    select runs.repository_id as "repositoryId", runs.id as "runId", runs.attempt
    from runs
    where runs.status = 'completed' and runs.conclusion = any(${RED})
      and runs.completed_at between ${window.since} and ${window.until}
      and coalesce(runs.head_branch, '') not like ${`${window.ownPrefix}%`}
      and not exists (
        select from diagnoses where diagnoses.run_id = runs.id and diagnoses.run_attempt = runs.attempt
          and (not jsonb_path_exists(diagnoses.decision, '$.remedies[*] ? (@.remedy == "rerun" && @.verdict == "allowed")')
            or exists (select from reruns where reruns.run_id = runs.id and reruns.attempt = runs.attempt)))
      and not exists (select from runs later where later.id = runs.id and later.attempt > runs.attempt)
    order by random() limit ${window.limit}`.execute(database);
  return rows;
}

/** A head on which something may be done and nothing was, neither done nor declined nor asked. */
export interface UnansweredHead extends Missed {
  branch: string;
  /** `owner/name` of the repository that the branch is in; empty when it is gone. */
  headRepository: string;
  headSha: string;
  pullRequestNumber: number | null;
  mayFix: boolean;
  mayAsk: boolean;
  maySuggest: boolean;
}

/** Heads with open incidents that are red there by the newest run, and of which the books say nothing further. */
export async function unansweredHeads(database: Database, window: SweepWindow): Promise<UnansweredHead[]> {
  const { rows } = await sql<UnansweredHead>`
    select incidents.repository_id as "repositoryId", incidents.branch, incidents.head_repository as "headRepository", newest.head_sha as "headSha",
      max(incidents.pull_request_number) as "pullRequestNumber",
      bool_or(jsonb_path_exists(newest.decision, '$.remedies[*] ? (@.remedy == "fix" && @.verdict == "allowed" ||
        @.remedy == "delegate" && @.verdict != "refused")')) as "mayFix",
      bool_or(jsonb_path_exists(newest.decision, '$.remedies[*] ? (@.verdict == "asked")')) as "mayAsk",
      bool_or(jsonb_path_exists(newest.decision, '$.remedies[*] ? (@.remedy == "suggest" && @.verdict == "allowed")')) as "maySuggest"
    from incidents
    join lateral (
      select diagnoses.* from diagnoses
      join runs on runs.id = diagnoses.run_id and runs.attempt = diagnoses.run_attempt
      where diagnoses.incident_id = incidents.id and coalesce(runs.head_branch, runs.head_sha) = incidents.branch
      order by diagnoses.run_id desc, diagnoses.run_attempt desc limit 1
    ) newest on true
    where incidents.status = 'open' and incidents.last_failure_at > ${window.since}
      and newest.created_at between ${window.since} and ${window.until}
      and jsonb_path_exists(newest.decision, '$.remedies[*] ? (@.verdict == "asked" ||
        (@.remedy == "fix" || @.remedy == "suggest" || @.remedy == "delegate") && @.verdict == "allowed")')
      and not exists (select from declines
        where declines.incident_id = incidents.id and declines.head_sha = newest.head_sha)
      and not exists (select from approvals
        where approvals.repository_id = incidents.repository_id and approvals.head_sha = newest.head_sha)
      and not exists (select from fix_incidents join fixes on fixes.id = fix_incidents.fix_id
        where fix_incidents.incident_id = incidents.id and fixes.base_sha = newest.head_sha)
    group by incidents.repository_id, incidents.branch, incidents.head_repository, newest.head_sha
    order by random() limit ${window.limit}`.execute(database);
  return rows;
}

/** Fixes that were begun and came to no pull request and no end. */
export async function unfinishedFixes(
  database: Database,
  window: SweepWindow,
): Promise<(Missed & { fixId: string; branch: string; headSha: string; suggestsOn: number | null })[]> {
  const { rows } = await sql<Missed & { fixId: string; branch: string; headSha: string; suggestsOn: number | null }>`
    select repository_id as "repositoryId", id as "fixId", base_branch as branch, base_sha as "headSha",
      case when delivery = 'suggestion' then pull_request_number end as "suggestsOn"
    from fixes
    where state in ('planned', 'committed') and created_at between ${window.since} and ${window.until}
    order by random() limit ${window.limit}`.execute(database);
  return rows;
}

/** Pull requests that are open in the books and that a fix or an incident hangs on. */
export async function awaitedPulls(database: Database, window: SweepWindow): Promise<(Missed & { number: number })[]> {
  const { rows } = await sql<Missed & { number: number }>`
    select pulls.repository_id as "repositoryId", pulls.number
    from pull_requests pulls
    where pulls.state = 'open' and pulls.updated_at between ${window.since} and ${window.until}
      and (exists (select from fixes
          where fixes.repository_id = pulls.repository_id and fixes.pull_request_number = pulls.number)
        or exists (select from incidents where incidents.repository_id = pulls.repository_id
          and incidents.pull_request_number = pulls.number and incidents.status = 'open'))
    order by random() limit ${window.limit}`.execute(database);
  return rows;
}
