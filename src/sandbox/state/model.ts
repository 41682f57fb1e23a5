import type { components } from '@octokit/openapi-types';
import type { GitRepository } from '../git/repository.ts';
import type { JobState, TriggerEvent, Workflow } from '../runner/contract.ts';
import type { EventName } from './events.ts';

export type Permissions = components['schemas']['app-permissions'];
export type PermissionName = keyof Permissions;
export type Plan = 'free' | 'pro' | 'team' | 'enterprise';
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';
export type ReactionContent = components['schemas']['reaction']['content'];
export type AuthorAssociation = components['schemas']['author-association'];

export interface Account {
  id: number;
  login: string;
  kind: 'User' | 'Organization' | 'Bot';
  plan: Plan;
  name: string;
  email: string;
  createdAt: Date;
}

export interface App {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  description: string | null;
  owner: Account;
  /** Acts in the app's name: `slug[bot]`. */
  bot: Account;
  permissions: Permissions;
  events: readonly EventName[];
  webhookSecret: string;
  createdAt: Date;
}

export interface Installation {
  id: number;
  account: Account;
  selection: 'all' | 'selected';
  /** Ids of the repositories when `selection` is `selected`. */
  repositoryIds: Set<number>;
  permissions: Permissions;
  events: readonly EventName[];
  suspendedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Repository {
  id: number;
  owner: Account;
  name: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  parent: Repository | null;
  createdAt: Date;
  updatedAt: Date;
  pushedAt: Date;
  git: GitRepository;
  collaborators: Map<string, Role>;
  secrets: Readonly<Record<string, string>>;
  /** Which people's pull requests from forks wait for an approval before workflows run. */
  forkApproval: 'first_time_contributors' | 'none';
  allowAutoMerge: boolean;
  /** "Allow GitHub Actions to create and approve pull requests": off in new repositories. */
  actionsMayOpenPulls: boolean;
  /** Which ways of merging the settings allow. */
  mergeMethods: Set<'merge' | 'squash' | 'rebase'>;
  /** Rules of protected branches: how many approving reviews a pull request onto them needs. */
  protectedBranches: Map<string, { approvals: number }>;
  /** Issues and pull requests share one row of numbers. */
  nextNumber: number;
  issues: Map<number, Issue>;
  pulls: Map<number, PullRequest>;
  labels: Map<string, Label>;
  checkSuites: Map<number, CheckSuite>;
  checkRuns: Map<number, CheckRun>;
  statuses: CommitStatus[];
  workflows: Map<string, WorkflowRecord>;
  runs: Map<number, Run>;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: Account;
  /** Whether the app made it. */
  byApp: boolean;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null;
  labels: Label[];
  assignees: Account[];
  comments: Comment[];
  reactions: Reaction[];
  locked: boolean;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: Account | null;
}

export interface Comment {
  id: number;
  body: string;
  user: Account;
  byApp: boolean;
  reactions: Reaction[];
  createdAt: Date;
  updatedAt: Date;
}

export interface Reaction {
  id: number;
  content: ReactionContent;
  user: Account;
  createdAt: Date;
}

export interface PullRequest {
  id: number;
  issue: Issue;
  head: { repository: Repository; ref: string; sha: string };
  base: { ref: string; sha: string };
  draft: boolean;
  mergedAt: Date | null;
  mergedBy: Account | null;
  /** The merge commit: of the test merge while open, of the merge afterwards; `null` when it conflicts. */
  mergeCommitSha: string | null;
  autoMerge: { method: 'merge' | 'squash' | 'rebase'; enabledBy: Account; title: string; message: string } | null;
  maintainerCanModify: boolean;
  requestedReviewers: Account[];
  reviews: Review[];
  reviewComments: ReviewComment[];
}

export interface Review {
  id: number;
  user: Account;
  body: string;
  state: 'PENDING' | 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  commitSha: string;
  submittedAt: Date;
}

export interface ReviewComment {
  id: number;
  reviewId: number;
  user: Account;
  body: string;
  path: string;
  commitSha: string;
  diffHunk: string;
  line: number | null;
  side: 'LEFT' | 'RIGHT';
  startLine: number | null;
  startSide: 'LEFT' | 'RIGHT' | null;
  subject: 'line' | 'file';
  inReplyTo: number | null;
  reactions: Reaction[];
  createdAt: Date;
  updatedAt: Date;
}

/** Who checks: the app under test, or GitHub Actions. */
export type CheckOwner = 'app' | 'github-actions';
export type CheckStatus = 'queued' | 'in_progress' | 'completed';
export type CheckConclusion = NonNullable<components['schemas']['check-run']['conclusion']>;

export interface CheckSuite {
  id: number;
  owner: CheckOwner;
  headSha: string;
  headBranch: string | null;
  before: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | 'startup_failure' | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn: number | null;
  endColumn: number | null;
  level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string | null;
  rawDetails: string | null;
}

export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

export interface CheckRun {
  id: number;
  suite: CheckSuite;
  name: string;
  headSha: string;
  externalId: string | null;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: Date;
  completedAt: Date | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  actions: CheckAction[];
}

export interface CommitStatus {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account;
  createdAt: Date;
}

export interface WorkflowRecord {
  id: number;
  path: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
  runCount: number;
}

export type RunStatus = 'queued' | 'in_progress' | 'completed';
export type RunConclusion = JobState['conclusion'] | 'action_required';

export interface Job {
  id: number;
  attempt: number;
  state: JobState;
  checkRun: CheckRun;
  runnerId: number | null;
}

export interface RunAttempt {
  number: number;
  status: RunStatus;
  conclusion: RunConclusion;
  triggeringActor: Account;
  startedAt: Date;
  updatedAt: Date;
  jobs: Job[];
}

export interface Run {
  id: number;
  number: number;
  record: WorkflowRecord;
  /** The file as read at the commit; `null` when GitHub could not read it. */
  workflow: Workflow | null;
  event: TriggerEvent;
  headRepository: Repository;
  headBranch: string;
  headSha: string;
  checkoutSha: string;
  actor: Account;
  title: string;
  suite: CheckSuite;
  pullNumbers: number[];
  createdAt: Date;
  attempts: RunAttempt[];
  abort: AbortController;
}

export interface Delivery {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  deliveredAt: Date;
  redelivery: boolean;
  durationSeconds: number;
  /** Text as GitHub shows it: `OK`, `Invalid HTTP Response: 503`, `timed out`. Empty while under way. */
  status: string;
  /** 0 when there was no answer. */
  statusCode: number;
  installationId: number | null;
  repositoryId: number | null;
  url: string;
  requestHeaders: Record<string, string>;
  /** The body as sent, byte for byte. */
  body: string;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** One request that reached the API, for counting what a client spends. */
export interface RecordedRequest {
  at: Date;
  method: string;
  /** The route's template, `/repos/{owner}/{repo}/pulls`. */
  route: string;
  path: string;
  status: number;
  /** `app`, `installation:<id>`, `workflow`, `person:<login>` or `anonymous`. */
  caller: string;
}
