/** GitHub's things in Regreen's words. Past `github/` and `events/` nobody sees a GitHub payload. */

export interface RepositoryName {
  owner: string;
  name: string;
}

export interface Run {
  id: number;
  attempt: number;
  workflowId: number;
  workflowName: string;
  workflowPath: string;
  runNumber: number;
  event: string;
  status: string;
  conclusion: string | null;
  headSha: string;
  headBranch: string | null;
  /** `owner/name`; differs from the repository's own for forks; null when the fork is gone. */
  headRepository: string | null;
  /** Empty for runs from forks. */
  pullRequests: number[];
  actor: string | null;
  url: string;
  createdAt: string;
  startedAt: string | null;
  updatedAt: string;
}

export interface Step {
  number: number;
  name: string;
  status: string;
  conclusion: string | null;
  startedAt?: string | null;
  completedAt?: string | null;
}

export interface Job {
  id: number;
  runId: number;
  runAttempt: number;
  name: string;
  status: string;
  conclusion: string | null;
  labels: string[];
  createdAt?: string | null;
  startedAt: string | null;
  completedAt: string | null;
  steps: Step[];
}

export interface PullRequest {
  number: number;
  nodeId: string;
  state: 'open' | 'closed';
  merged: boolean;
  draft: boolean;
  author: string;
  title: string;
  body: string;
  headSha: string;
  headBranch: string;
  headRepository: string | null;
  baseBranch: string;
  url: string;
  /** By GitHub's clock and in whole seconds, ISO 8601: what was read is as old as that, whenever it is written down. */
  updatedAt: string;
  /** ISO 8601. */
  mergedAt: string | null;
}

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
  level: 'notice' | 'warning' | 'failure';
  title?: string;
  message: string;
}

/** A comment on lines of the new side of a pull request's diff. */
export interface ReviewComment {
  path: string;
  line: number;
  /** For more than one line. */
  startLine?: number;
  body: string;
}

export interface CheckRunContent {
  /** `null` while it is in progress. */
  conclusion: 'success' | 'failure' | 'neutral' | 'action_required' | null;
  title: string;
  summary: string;
  text?: string;
  detailsUrl?: string;
  /** Buttons: at most 3; 20, 40 and 20 characters. */
  actions?: { label: string; description: string; identifier: string }[];
}

export interface TreeEntry {
  path: string;
  /** `100755` for executables, `120000` for symlinks. */
  mode: string;
  size: number;
}

export interface FileChange {
  path: string;
  content: string;
  /** It has the executable bit, and keeps it. */
  executable?: boolean;
}
