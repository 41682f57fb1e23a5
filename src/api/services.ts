import type { ApiKey } from '../config/api-keys.ts';
import type { Requests } from '../healing/requests/requests.ts';
import type { Analytics } from '../insights/views.ts';
import type { NotifyAdmin } from '../notify/admin.ts';
import type { Tasks } from '../queue/tasks.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { KeyStore } from '../store/access/api-keys.ts';
import type { TokenStore } from '../store/access/revoked-tokens.ts';
import type { AgentViews } from '../store/agent-calls/agent-views.ts';
import type { ApprovalViews } from '../store/approvals/approval-views.ts';
import type { AuditViews } from '../store/audit-views.ts';
import type { BuildViews } from '../store/books/build-views.ts';
import type { DeploymentViews } from '../store/books/deployment-views.ts';
import type { IncidentViews } from '../store/incidents/incident-views.ts';
import type { OutsideViews } from '../store/incidents/outside-incidents.ts';
import type { TicketStore } from '../store/live/live-tickets.ts';
import type { Store } from '../store/open.ts';
import type { RepositoryViews } from '../store/repositories/repository-views.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { TokenSigner } from './access/tokens.ts';

/** Everything that the router needs of the rest of Regreen; `compose/api-services.ts` fills it in. */
export interface ApiServices {
  log: Logger;
  metrics: Metrics;
  /** Keys of the configuration; there are more in `keys`. */
  apiKeys: readonly ApiKey[];
  keys: KeyStore;
  tokens: TokenStore;
  tokenSigner: TokenSigner;
  tickets: TicketStore;
  /** Sign-in with GitHub; null where it is not configured. */
  signIn: SignIn | null;
  limits: ApiLimits;
  /** Counts hourly limits over all processes; null where there is only this one. */
  limitPool: Store['pool'] | null;
  /** Origins whose pages may read answers in a browser. */
  corsOrigins: readonly string[];
  /** Where people reach this server, e.g. `https://regreen.example.com`; null where it was not said. */
  publicUrl: string | null;
  /** Addresses or networks of reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Where traces go; nowhere when left out. */
  tracing?: Tracing;
  health: HealthChecks;
  /** Read at each request, so it must not wait. */
  readiness(): Readiness;
  /** The repositories that whoever is asking may see. */
  visibleRepositoryIds(): Promise<number[]>;
  incidents: IncidentViews;
  agents: AgentViews;
  /** Takes what the back end of coding agents tells by its own webhook; null where none is configured. */
  agentWebhook: { hear(body: Uint8Array, headers: Iterable<[string, string]>): boolean } | null;
  /** How the coding agent is; null where none is configured. */
  agentState(): Promise<{ backend: string; model: string; restsUntil: Date | null } | null>;
  approvals: ApprovalViews;
  outside: OutsideViews;
  audit: AuditViews;
  builds: BuildViews;
  repositories: RepositoryViews;
  tasks: Tasks;
  notifications: NotifyAdmin;
  /** What people ask for; the caller's role was checked. */
  requests: Requests;
  deployments: DeploymentViews;
  analytics: Analytics;
  triggerDiagnosis(request: TriggerRequest): Promise<TriggerResult>;
  /** Hears a yes or no; the caller's role was checked. */
  decideApproval(request: ApprovalRequest): Promise<ApprovalResult>;
  /** The clock. */
  now(): Date;
}

export interface ApiLimits {
  /** Diagnoses that one key may ask for in an hour; requirements say 50 unless configured. */
  diagnosesPerHour: number;
  /** Approvals that one key may decide in an hour; requirements say 20 unless configured. */
  approvalsPerHour: number;
  /** Fixes that one key may ask for in an hour; requirements say 100 unless configured. */
  fixesPerHour: number;
  /** Requests of any kind that one key may send in a minute. */
  requestsPerMinute: number;
}

/**
 * Looks at one component and answers with a sentence for people. Rejects when the component is down: the message of a
 * `RegreenError` is shown to anybody who asks, the message of any other error is only logged. `signal` aborts when
 * nobody waits any more.
 */
export type HealthCheck = (signal: AbortSignal) => Promise<{ status: 'up' | 'degraded'; message: string }>;

export interface HealthChecks {
  /** Without it nothing can be accepted. */
  database: HealthCheck;
  /** Without it nothing is worked on. */
  queue: HealthCheck;
  /** Without it work waits, and nothing is lost. Called once a minute at most. */
  github: HealthCheck;
  /** Without it fixers work on. Never asks the agent, for each question costs. */
  agent: HealthCheck;
  /** The channels of notifications, by what became of the last messages. */
  slack: HealthCheck;
  webhooks: HealthCheck;
  linear: HealthCheck;
  githubIssues: HealthCheck;
}

/** Whether requests should be sent to this process; `reasons` are sentences, empty when it is ready. */
export interface Readiness {
  ready: boolean;
  reasons: readonly string[];
}

export interface TriggerRequest {
  repository: { owner: string; name: string };
  /** GitHub's id of the workflow run, or of one of its jobs. */
  which: { runId: number /** The latest when undefined. */; attempt: number | undefined } | { jobId: number };
  /** Who asked, for the audit: `api-key:` and the start of the key's hash. */
  requestedBy: string;
  correlationId: string;
}

/** The job's id in the queue, or why there is none. */
export type TriggerResult =
  | { kind: 'queued'; taskId: string; runId: number; attempt: number }
  /** GitHub has no such repository, or nobody may see it. */
  | { kind: 'unknown-repository' }
  /** The repository may exist; the app is not installed there (or was removed or suspended). */
  | { kind: 'not-installed' }
  | { kind: 'unknown-run' };

export interface ApprovalRequest {
  id: string;
  to: 'approved' | 'rejected';
  /** Who decides, for the books: `api-key:` and the start of the key's hash, or a person's login. */
  requestedBy: string;
  /** Whether that is a person: then GitHub is asked for their permission. */
  isPerson: boolean;
  /** What the caller says about it. */
  reason: string | null;
}

/** What came of a word, or why it had no effect. */
export type ApprovalResult =
  | { kind: 'done' }
  | { kind: 'unknown' }
  | { kind: 'not-installed' }
  | {
      kind: 'refused';
      why: 'not-permitted' | 'own-change' | 'stopped' | 'expired' | 'moved-on' | 'ended' | 'decided';
      /** As it is now. */
      state: string;
      decidedBy: string | null;
    };
