/**
 * What the sandbox's GitHub and its runner say to each other. The GitHub side owns runs, ids, events and the API;
 * the runner side owns workflow files: reading them, deciding which an event starts, and carrying them out.
 */

/** Something that happened in a repository and may start workflows. */
export interface TriggerEvent {
  name: 'push' | 'pull_request' | 'workflow_dispatch' | 'schedule' | 'workflow_run';
  /** The activity type, e.g. `synchronize` for `pull_request`. */
  action?: string;
  /** `refs/heads/main`, or `refs/pull/7/merge` for pull requests. */
  ref: string;
  /** For `pull_request`: the branch that it wants to be merged into. `branches:` filters this one. */
  baseBranch?: string;
  /** Repository-relative paths that the push or pull request changes. `paths:` filters these. */
  changedPaths: readonly string[];
  /** What a workflow sees as `github.event`. */
  payload: Record<string, unknown>;
}

/** A workflow file that can be run. `jobs` and the rest of its inside belong to the runner. */
export interface Workflow {
  /** `.github/workflows/ci.yml` */
  path: string;
  /** `name:`, or the path where there is none, as GitHub does. */
  name: string;
  /** Names of the events that it listens to. */
  events: readonly string[];
  jobs: Readonly<Record<string, unknown>>;
  [more: string]: unknown;
}

/** Why GitHub would refuse the file: it then makes a run that fails at once with no jobs. */
export interface WorkflowFault {
  path: string;
  message: string;
  line: number | null;
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out' | 'startup_failure';

export interface StepState {
  number: number;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: Date | null;
  completedAt: Date | null;
}

/** What a workflow command such as `::error file=a.ts,line=3::text`, or the runner itself, says about a job. */
export interface JobAnnotation {
  level: 'failure' | 'warning' | 'notice';
  message: string;
  title: string | null;
  /** Repository-relative, or `.github` when the command named no file, as on GitHub. */
  path: string;
  startLine: number;
  endLine: number;
  startColumn: number | null;
  endColumn: number | null;
}

/** A job of a run, after the matrix is unfolded. */
export interface JobState {
  /** The key under `jobs:`. */
  key: string;
  /** As shown to people: `name:`, or the key, with matrix values in parentheses. */
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  labels: string[];
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  steps: StepState[];
  /** The job's whole log in the form GitHub's runner writes; filled when the job is completed (`null` when it never started). */
  log: Buffer | null;
  /** The annotations of the job's own check run; filled when the job is completed. */
  annotations?: JobAnnotation[];
  /** What its steps have written for people, in Markdown; absent for nothing. */
  summary?: string;
  /** The values of the job's `outputs:`; needed in `previousJobs` when jobs that depend on it run again. */
  outputs?: Record<string, string>;
}

/** `permissions:` of a workflow or a job, by GitHub's names such as `pull-requests`. */
export type WorkflowPermissions = 'read-all' | 'write-all' | Readonly<Record<string, 'read' | 'write' | 'none'>>;

export interface RunRequest {
  workflow: Workflow;
  event: TriggerEvent;
  repository: { owner: string; name: string /** The bare git repository. */; gitDir: string };
  headSha: string;
  /** The commit that `actions/checkout` checks out: the head, or the merge of a pull request. */
  checkoutSha: string;
  headBranch: string;
  actor: string;
  runId: number;
  runNumber: number;
  runAttempt: number;
  /** Names of the jobs to carry out again; absent for all. Others keep their state from `previousJobs`. */
  onlyJobs?: readonly string[];
  previousJobs?: readonly JobState[];
  /** What `secrets.*` holds. Values are masked as `***` in logs, as GitHub does. */
  secrets: Readonly<Record<string, string>>;
  /** Makes the GITHUB_TOKEN of a job that names its `permissions:`; absent where all have the one of `secrets`. */
  tokenWith?: (permissions: WorkflowPermissions) => string;
  /** Where the API is, for steps that ask it; GitHub's own address when absent. */
  apiUrl?: string;
  /** Folders of actions that the runner carries out by their action.yml, by the name before the `@`. */
  actions?: Readonly<Record<string, string>>;
  /** What `vars.*` holds; absent for nothing. */
  variables?: Readonly<Record<string, string>>;
  /** Folders put before PATH in every step: where tools such as prettier are found. */
  toolPaths: readonly string[];
  /** A folder of the runner's own for this run; the runner removes what it made. */
  workDirectory: string;
  /** Hard limit for one step, in milliseconds. */
  stepTimeoutMs: number;
  signal: AbortSignal;
}

/** Told as the run goes on, in order. The GitHub side turns them into API state and `workflow_job` webhooks. */
export interface RunHooks {
  jobChanged(job: JobState): void | Promise<void>;
}

export interface RunResult {
  conclusion: Conclusion;
  jobs: JobState[];
}

export interface WorkflowRunner {
  /** Reads a workflow file as GitHub would. Never throws on bad input. `isWorkflowFault` of index.ts tells the two apart. */
  readWorkflow(path: string, content: string): Workflow | WorkflowFault;
  /** Whether the event starts the workflow: event names, types, branch, tag and path filters. Pure. */
  isTriggeredBy(workflow: Workflow, event: TriggerEvent): boolean;
  /** Carries the jobs out for real. Resolves when all have ended; rejects only when the runner itself is broken. */
  run(request: RunRequest, hooks: RunHooks): Promise<RunResult>;
}
