import { sql } from 'kysely';
import type { IncidentStory, Story } from '../../notify/message/story.ts';
import type { TicketSubject } from '../../notify/message/ticket.ts';
import type { NoticeKind } from '../../notify/rules/types.ts';
import type { VerdictKind } from '../../policy/verdict.ts';
import { redactSecrets } from '../../secrets.ts';
import type { Database } from '../database.ts';
import type { ApprovalRemedy } from '../tables/guard-tables.ts';
import type { NoticeDetails } from '../tables/notification-tables.ts';

/** More words of a log are not read in a message. */
const LONGEST_WORDS = 1_500;

/** What a notification tells, the oldest first, with what the books say by now. */
export async function storiesOf(database: Database, notificationId: string): Promise<Story[]> {
  const { rows } = await sql<StoryRow>`
    select notices.id as "noticeId", notices.kind, notices.at, notices.details, repositories.owner, repositories.name,
      ${INCIDENT_COLUMNS}, fixes.id as "fixId", fixes.outcome, fixes.reason as "fixReason",
      fixes.pull_request_number as "fixPull", fixes.changes, approvals.id as "approvalId", approvals.remedy,
      approvals.reason as "approvalReason", approvals.state as "approvalState"
    from notification_items items
      join notices on notices.id = items.notice_id
      left join repositories on repositories.id = notices.repository_id
      left join incidents on incidents.id = notices.incident_id
      left join fixes on fixes.id = notices.fix_id
      left join approvals on approvals.id = notices.approval_id
      ${LATEST_FAILURE}
    where items.notification_id = ${notificationId}
    order by notices.at, notices.id`.execute(database);
  return rows.map(toStory);
}

/** What the books say of an incident; null when it is gone. */
export async function ticketSubjectOf(database: Database, incidentId: string): Promise<TicketSubject | null> {
  const { rows } = await sql<IncidentRow & { owner: string; name: string; approvalPending: boolean }>`
    select repositories.owner, repositories.name, ${INCIDENT_COLUMNS},
      exists (select 1 from approvals where approvals.incident_id = incidents.id and state = 'pending') as "approvalPending"
    from incidents join repositories on repositories.id = incidents.repository_id
      ${LATEST_FAILURE}
    where incidents.id = ${incidentId}`.execute(database);
  const [row] = rows;
  const incident = row && toIncident(row);
  if (!row || !incident) return null;
  const fixes = await database
    .selectFrom('fixes')
    .innerJoin('fix_incidents', 'fix_incidents.fix_id', 'fixes.id')
    .where('fix_incidents.incident_id', '=', incidentId)
    .select(['fixes.id', 'fixes.outcome', 'fixes.reason', 'fixes.pull_request_number', 'fixes.changes'])
    .orderBy('fixes.created_at')
    .execute();
  return {
    repository: `${row.owner}/${row.name}`,
    incident,
    approvalPending: row.approvalPending,
    fixes: fixes.map((fix) => ({
      id: fix.id,
      outcome: fix.outcome,
      reason: fix.reason,
      pullRequestNumber: fix.pull_request_number,
      fixers: fix.changes.map((change) => change.fixer),
    })),
  };
}

const INCIDENT_COLUMNS = sql`incidents.id as "incidentId", incidents.branch, incidents.pull_request_number as "pullRequestNumber",
  incidents.workflow_path as "workflowPath", incidents.cause, incidents.status, incidents.failures,
  incidents.opened_at as "openedAt", incidents.closed_at as "closedAt", incidents.closed_reason as "closedReason",
  failure.workflow_name as "workflowName", failure.job_name as "jobName", failure.head_sha as "headSha",
  failure.url as "runUrl", failure.verdict, failure.test, failure.diagnostic, failure.excerpt`;

/** A diagnosis may hold thousands of findings; the first of them says what it is. */
const LATEST_FAILURE = sql`left join lateral (
  select runs.workflow_name, diagnoses.job_name, diagnoses.head_sha, runs.url, diagnoses.verdict ->> 'kind' as verdict,
    diagnoses.diagnosis #> '{tests,failed,0}' as test, diagnoses.diagnosis #> '{diagnostics,0}' as diagnostic,
    left(diagnoses.excerpt, ${sql.lit(LONGEST_WORDS)}) as excerpt
  from diagnoses join runs on runs.id = diagnoses.run_id and runs.attempt = diagnoses.run_attempt
  where diagnoses.incident_id = incidents.id and coalesce(runs.head_branch, runs.head_sha) = incidents.branch
  order by diagnoses.run_id desc, diagnoses.run_attempt desc, diagnoses.id limit 1) as failure on true`;

interface IncidentRow {
  incidentId: string | null;
  branch: string;
  pullRequestNumber: number | null;
  workflowPath: string;
  cause: IncidentStory['cause'];
  status: IncidentStory['status'];
  failures: number;
  openedAt: Date;
  closedAt: Date | null;
  closedReason: string | null;
  workflowName: string | null;
  jobName: string;
  headSha: string;
  runUrl: string;
  verdict: VerdictKind | null;
  test: { name?: string; suite?: string; file?: string; line?: number; message?: string } | null;
  diagnostic: { tool?: string; path?: string; line?: number; message?: string; code?: string } | null;
  excerpt: string | null;
}

interface StoryRow extends IncidentRow {
  noticeId: number;
  kind: NoticeKind;
  at: Date;
  details: NoticeDetails;
  owner: string | null;
  name: string | null;
  fixId: string | null;
  outcome: string | null;
  fixReason: string | null;
  fixPull: number | null;
  changes: { fixer: string }[] | null;
  approvalId: string | null;
  remedy: ApprovalRemedy;
  approvalReason: string;
  approvalState: string;
}

function toStory(row: StoryRow): Story {
  return {
    noticeId: row.noticeId,
    kind: row.kind,
    at: row.at,
    repository: row.owner === null ? null : `${row.owner}/${row.name}`,
    reason: row.details.reason ?? null,
    channel: row.details.channel ?? null,
    incident: toIncident(row),
    fix:
      row.fixId === null
        ? null
        : {
            id: row.fixId,
            outcome: row.outcome,
            reason: row.fixReason,
            pullRequestNumber: row.fixPull,
            fixers: (row.changes ?? []).map(({ fixer }) => fixer),
          },
    approval:
      row.approvalId === null
        ? null
        : { id: row.approvalId, remedy: row.remedy, reason: row.approvalReason, state: row.approvalState },
  };
}

function toIncident(row: IncidentRow): IncidentStory | null {
  if (row.incidentId === null) return null;
  return {
    id: row.incidentId,
    branch: row.branch,
    pullRequestNumber: row.pullRequestNumber,
    workflowPath: row.workflowPath,
    cause: row.cause,
    status: row.status,
    failures: row.failures,
    openedAt: row.openedAt,
    closedAt: row.closedAt,
    closedReason: row.closedReason,
    failure:
      row.workflowName === null
        ? null
        : {
            workflowName: row.workflowName,
            jobName: row.jobName,
            headSha: row.headSha,
            runUrl: row.runUrl,
            verdict: row.verdict,
            words: wordsOf(row),
            place: placeOf(row.test?.file, row.test?.line) ?? placeOf(row.diagnostic?.path, row.diagnostic?.line),
          },
  };
}

/** A failed test, else a finding, else the excerpt. Secrets were taken out when it was read; what leaves here is looked at again. */
function wordsOf({ test, diagnostic, excerpt }: IncidentRow): string | null {
  const found = test?.name
    ? [[test.suite, test.name].filter(Boolean).join(' › '), test.message].filter(Boolean).join('\n')
    : diagnostic?.message
      ? [diagnostic.tool, diagnostic.code, diagnostic.message].filter(Boolean).join(' ')
      : excerpt;
  return found ? redactSecrets(found).slice(0, LONGEST_WORDS) : null;
}

function placeOf(path: string | undefined, line: number | undefined): string | null {
  if (!path) return null;
  return line === undefined || line === null ? path : `${path}:${line}`;
}
