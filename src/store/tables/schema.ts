import type { Generated, JSONColumnType } from 'kysely';
import type { ApiKeysTable, RevokedTokensTable, SessionsTable } from './access-tables.ts';
import type { AgentCallsTable } from './agent-tables.ts';
import type {
  DeploymentStatesTable,
  DeploymentsTable,
  ExternalChecksTable,
  JobsTable,
  PullRequestsTable,
  RunsTable,
  TouchedRunsTable,
} from './book-tables.ts';
import type {
  BackfillsTable,
  ForgottenTable,
  JobRollupsTable,
  JobWeeksTable,
  RedPeriodsTable,
  RunRollupsTable,
  RunTotalsTable,
  StepRollupsTable,
  TouchedJobWeeksTable,
  TouchedTotalsTable,
} from './figure-tables.ts';
import type {
  AnswersTable,
  ApprovalsTable,
  BreakersTable,
  DeclinesTable,
  FlakeEventsTable,
  FlakyTestsTable,
  RerunsTable,
  StopsTable,
  SweepsTable,
  ThreadsTable,
} from './guard-tables.ts';
import type { DiagnosesTable, FixesTable, FixIncidentsTable, IncidentsTable, ReportsTable } from './healing-tables.ts';
import type { LiveEventsTable, LiveTicketsTable } from './live-tables.ts';
import type {
  NoticesTable,
  NotificationChannelsTable,
  NotificationItemsTable,
  NotificationRulesTable,
  NotificationSettingsTable,
  NotificationsTable,
  NotificationTicketsTable,
} from './notification-tables.ts';
import type { OutsideIncidentsTable } from './outside-tables.ts';
import type { GeneratedTimestamp, Timestamp } from './timestamp.ts';

export type DeliveryState = 'received' | 'processing' | 'done' | 'failed';

export interface DeliveriesTable {
  guid: string;
  event: string;
  body: Buffer;
  state: Generated<DeliveryState>;
  attempts: Generated<number>;
  correlation_id: string;
  received_at: GeneratedTimestamp;
  finished_at: Timestamp | null;
  error_code: string | null;
  error_message: string | null;
}

export interface InstallationsTable {
  id: number;
  account: string;
  suspended: Generated<boolean>;
  removed_at: Timestamp | null;
  updated_at: GeneratedTimestamp;
}

export type BranchState = 'green' | 'red' | 'unknown';

export interface RepositoriesTable {
  id: number;
  installation_id: number | null;
  owner: string;
  name: string;
  default_branch: string;
  private: Generated<boolean>;
  archived: Generated<boolean>;
  removed_at: Timestamp | null;
  default_branch_state: Generated<BranchState>;
  default_branch_sha: string | null;
  described_at: GeneratedTimestamp;
  updated_at: GeneratedTimestamp;
}

export interface AuditTable {
  id: Generated<number>;
  at: GeneratedTimestamp;
  actor: string;
  action: string;
  subject: string;
  repository_id: number | null;
  correlation_id: string | null;
  details: JSONColumnType<Record<string, unknown>>;
}

/** What an organisation says for all its repositories, as it was read last. */
export interface OrganizationDefaultsTable {
  /** In lower case. */
  owner: string;
  text: string | null;
  /** False for a file that is no text, or too large. */
  readable: Generated<boolean>;
  read_at: GeneratedTimestamp;
  /** When it was last told to have changed. */
  changed_at: GeneratedTimestamp;
}

/** Every table, as Kysely sees it. GitHub's ids are below 2^53, so `bigint` columns are read as numbers. */
export interface Tables {
  organization_defaults: OrganizationDefaultsTable;
  deliveries: DeliveriesTable;
  installations: InstallationsTable;
  repositories: RepositoriesTable;
  pull_requests: PullRequestsTable;
  runs: RunsTable;
  jobs: JobsTable;
  external_checks: ExternalChecksTable;
  incidents: IncidentsTable;
  outside_incidents: OutsideIncidentsTable;
  diagnoses: DiagnosesTable;
  reports: ReportsTable;
  fixes: FixesTable;
  fix_incidents: FixIncidentsTable;
  reruns: RerunsTable;
  flake_events: FlakeEventsTable;
  flaky_tests: FlakyTestsTable;
  approvals: ApprovalsTable;
  breakers: BreakersTable;
  stops: StopsTable;
  threads: ThreadsTable;
  answers: AnswersTable;
  declines: DeclinesTable;
  sweeps: SweepsTable;
  agent_calls: AgentCallsTable;
  deployments: DeploymentsTable;
  deployment_states: DeploymentStatesTable;
  touched_runs: TouchedRunsTable;
  run_rollups: RunRollupsTable;
  run_totals: RunTotalsTable;
  touched_totals: TouchedTotalsTable;
  job_weeks: JobWeeksTable;
  touched_job_weeks: TouchedJobWeeksTable;
  job_rollups: JobRollupsTable;
  step_rollups: StepRollupsTable;
  red_periods: RedPeriodsTable;
  forgotten: ForgottenTable;
  backfills: BackfillsTable;
  notices: NoticesTable;
  notification_channels: NotificationChannelsTable;
  notification_rules: NotificationRulesTable;
  notification_settings: NotificationSettingsTable;
  notifications: NotificationsTable;
  notification_items: NotificationItemsTable;
  notification_tickets: NotificationTicketsTable;
  audit: AuditTable;
  live_events: LiveEventsTable;
  live_tickets: LiveTicketsTable;
  api_keys: ApiKeysTable;
  revoked_tokens: RevokedTokensTable;
  sessions: SessionsTable;
}
