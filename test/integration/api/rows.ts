import { randomBytes, randomUUID } from 'node:crypto';
import type { Insertable } from 'kysely';
import { EXAMPLE_KEY_ID } from '../../../src/api/schemas/access.ts';
import { approvalDetailsExample } from '../../../src/api/schemas/approval.ts';
import { EXAMPLE_INCIDENT_ID, incidentDetailsExample } from '../../../src/api/schemas/incident-examples.ts';
import {
  channelExample,
  EXAMPLE_CHANNEL_ID,
  EXAMPLE_NOTIFICATION_ID,
  ruleExample,
} from '../../../src/api/schemas/notification.ts';
import { outsideExample } from '../../../src/api/schemas/outside.ts';
import type { Diagnosis } from '../../../src/diagnosis/types.ts';
import { placeOf } from '../../../src/notify/channels/send.ts';
import { createSealer } from '../../../src/notify/sealing.ts';
import type { Database } from '../../../src/store/database.ts';
import type { ApprovalsTable } from '../../../src/store/tables/guard-tables.ts';
import type { DiagnosesTable, IncidentsTable } from '../../../src/store/tables/healing-tables.ts';
import { ENCRYPTION_KEY } from '../../support/notify/channels.ts';

export async function insertRepository(database: Database, id: number, fullName: string): Promise<void> {
  const [owner = '', name = ''] = fullName.split('/');
  await database.insertInto('repositories').values({ id, owner, name, default_branch: 'main' }).execute();
}

/** An open incident of repository 1 unless `changes` say otherwise; answers with its id. */
export async function insertIncident(database: Database, changes: Partial<Insertable<IncidentsTable>> = {}): Promise<string> {
  const { id } = await database
    .insertInto('incidents')
    .values({
      repository_id: 1,
      head_repository: 'octo/shop',
      branch: 'main',
      pull_request_number: null,
      workflow_path: '.github/workflows/ci.yml',
      fingerprint: randomUUID(),
      cause: 'lint',
      status: 'open',
      opened_at: '2026-11-01T00:00:00Z',
      last_failure_at: '2026-11-01T00:00:00Z',
      ...changes,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function insertDiagnosis(
  database: Database,
  incidentId: string,
  changes: Partial<Insertable<DiagnosesTable>> & Pick<Insertable<DiagnosesTable>, 'run_id'>,
): Promise<void> {
  await database
    .insertInto('diagnoses')
    .values({
      incident_id: incidentId,
      repository_id: 1,
      run_attempt: 1,
      job_id: null,
      job_name: 'test',
      head_sha: 'a'.repeat(40),
      fingerprint: 'f',
      cause: 'lint',
      confidence: 0.9,
      diagnosis: JSON.stringify(diagnosisOf([])),
      excerpt: '',
      decision: JSON.stringify({ mode: 'annotate', remedies: [] }),
      ...changes,
    })
    .execute();
}

/** The rows behind the incident of the API's examples. */
export async function insertExampleIncident(database: Database): Promise<void> {
  const example = incidentDetailsExample;
  await insertRepository(database, 1, example.repository);
  await insertIncident(database, {
    id: EXAMPLE_INCIDENT_ID,
    branch: example.branch,
    pull_request_number: example.pullRequest,
    workflow_path: example.workflow,
    fingerprint: example.fingerprint,
    cause: example.cause,
    status: example.status,
    failures: example.failures,
    opened_at: example.openedAt,
    last_failure_at: example.lastFailureAt,
    closed_at: example.closedAt,
    closed_reason: example.closedReason,
    fixed_by: example.fixedBy,
  });
  for (const entry of example.timeline) {
    if (entry.type === 'failure') await insertFailure(database, entry);
    if (entry.type === 'fix') await insertFix(database, entry);
  }
}

/** The row behind the approval of the API's examples; its incident must be there. */
export async function insertExampleApproval(
  database: Database,
  changes: Partial<Insertable<ApprovalsTable>> = {},
): Promise<void> {
  const example = approvalDetailsExample;
  await database
    .insertInto('approvals')
    .values({
      id: example.id,
      repository_id: 1,
      incident_id: example.incident,
      remedy: example.remedy,
      branch: example.branch,
      head_sha: example.headSha,
      state: example.state,
      patch: example.patch,
      patch_hash: example.patchHash,
      fixers: example.fixers,
      reason: example.reason,
      asked_at: example.askedAt,
      expires_at: example.expiresAt,
      ...changes,
    })
    .execute();
}

/** A key of the id of the API's examples. */
export async function insertExampleKey(database: Database): Promise<void> {
  await database
    .insertInto('api_keys')
    .values({
      id: EXAMPLE_KEY_ID,
      name: 'of the examples',
      prefix: 'rg_k3q9x0ab',
      hash: randomBytes(32),
      role: 'viewer',
      scopes: null,
      installations: null,
      created_at: new Date(),
      created_by: 'somebody',
      expires_at: null,
    })
    .execute();
}

/** The row behind the outside incident of the API's examples. */
export async function insertExampleOutside(database: Database): Promise<void> {
  const { repository: _repository, labels, openedAt, lastEventAt, closedAt, reportedBy, ...row } = outsideExample;
  await database
    .insertInto('outside_incidents')
    .values({
      ...row,
      repository_id: 1,
      labels: JSON.stringify(labels),
      started_at: openedAt,
      opened_at: openedAt,
      last_event_at: lastEventAt,
      closed_at: closedAt,
      reported_by: reportedBy,
    })
    .execute();
}

type Entry<Type extends 'failure' | 'fix'> = Extract<(typeof incidentDetailsExample)['timeline'][number], { type: Type }>;

async function insertFailure(database: Database, entry: Entry<'failure'>): Promise<void> {
  await database
    .insertInto('runs')
    .values({
      id: entry.run.id,
      attempt: entry.run.attempt,
      repository_id: 1,
      workflow_id: 5,
      workflow_name: 'CI',
      workflow_path: incidentDetailsExample.workflow,
      run_number: 17,
      event: 'pull_request',
      status: 'completed',
      head_sha: entry.headSha,
      url: entry.run.url ?? '',
      created_at: entry.at,
    })
    .execute();
  await insertDiagnosis(database, EXAMPLE_INCIDENT_ID, {
    id: entry.diagnosisId,
    run_id: entry.run.id,
    run_attempt: entry.run.attempt,
    job_id: entry.job.id,
    job_name: entry.job.name,
    head_sha: entry.headSha,
    cause: entry.cause,
    confidence: entry.confidence,
    diagnosis: JSON.stringify(diagnosisOf(entry.failedSteps)),
    excerpt: entry.excerpt,
    decision: JSON.stringify(entry.decision),
    verdict: JSON.stringify(entry.verdict),
    created_at: entry.at,
  });
}

async function insertFix(database: Database, entry: Entry<'fix'>): Promise<void> {
  await database
    .insertInto('fixes')
    .values({
      id: entry.id,
      incident_id: EXAMPLE_INCIDENT_ID,
      repository_id: 1,
      attempt: entry.attempt,
      fixer: entry.fixer,
      fixer_version: entry.fixerVersion,
      state: entry.state,
      outcome: entry.outcome,
      reason: entry.reason,
      workflow_path: incidentDetailsExample.workflow,
      base_branch: entry.baseBranch,
      base_sha: 'b'.repeat(40),
      branch: entry.branch,
      commit_sha: entry.commit,
      pull_request_number: entry.pullRequest,
      patch_hash: 'hash',
      patch: '--- a/src/index.ts',
      paths: entry.paths,
      changes: JSON.stringify(entry.changes),
      delivery: entry.delivery,
      verified_by_run: entry.verifiedByRun,
      correlation_id: 'c',
      created_at: entry.at,
      ended_at: entry.endedAt,
    })
    .execute();
  await database
    .insertInto('fix_incidents')
    .values({
      fix_id: entry.id,
      incident_id: EXAMPLE_INCIDENT_ID,
      workflow_path: incidentDetailsExample.workflow,
      fingerprint: 'f',
      jobs: ['test'],
    })
    .execute();
}

function diagnosisOf(steps: readonly string[]): Diagnosis {
  return {
    format: 'github-actions',
    lines: 10,
    failedSteps: steps.map((name) => ({ name, startLine: 1, endLine: 9, exitCode: 1 })),
    excerpts: [],
    diagnostics: [],
    tests: null,
    cause: { category: 'lint', confidence: 0.9, evidence: [3] },
    fingerprint: 'f',
  };
}

/** The channel, the rule and the notification of the examples, and no others. The rule tells another channel, so that this one may go. */
export async function replaceExampleNotifications(database: Database): Promise<void> {
  for (const table of ['notifications', 'notification_rules', 'notification_settings', 'notification_channels'] as const) {
    await database.deleteFrom(table).execute();
  }
  const { createdAt, updatedAt, lastSentAt } = channelExample;
  const secret = { url: 'https://hooks.slack.com/services/T00000000/B00000000/EXAMPLE' };
  await database
    .insertInto('notification_channels')
    .values({
      id: EXAMPLE_CHANNEL_ID,
      name: channelExample.name,
      kind: 'slack',
      settings: '{}',
      ...sealedColumns(secret),
      secret_hint: channelExample.secretHint,
      last_sent_at: lastSentAt,
      created_at: createdAt,
      updated_at: updatedAt,
    })
    .execute();
  const { id, name, enabled, createdAt: _created, updatedAt: _updated, ...rule } = ruleExample;
  const told = { ...rule, channels: ['00000000-0000-4000-8000-000000000001'] };
  const at = { created_at: createdAt, updated_at: updatedAt };
  await database
    .insertInto('notification_rules')
    .values({ id, name, enabled, rule: JSON.stringify(told), ...at })
    .execute();
  await database
    .insertInto('notifications')
    .values({
      id: EXAMPLE_NOTIFICATION_ID,
      channel_id: EXAMPLE_CHANNEL_ID,
      channel_name: channelExample.name,
      purpose: 'manual',
      group_key: 'example',
      status: 'failed',
      attempts: 7,
      reason: 'Slack answered 500.',
      error_code: 'SLACK_HTTP_500',
      due_at: createdAt,
      created_at: createdAt,
      ended_at: updatedAt,
    })
    .execute();
}

function sealedColumns(secret: Record<string, string>) {
  const { sealed, keyId } = createSealer([ENCRYPTION_KEY]).seal(JSON.stringify(secret), placeOf(EXAMPLE_CHANNEL_ID));
  return { secret: sealed, secret_key: keyId };
}
