import { randomUUID } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobState, RunRequest } from '../contract.ts';
import { JobLog } from '../log/job-log.ts';
import { SecretMasker } from '../log/masker.ts';
import type { JobDefinition, WorkflowDefinition } from '../workflow/schema.ts';
import { ProcessGroups } from './process.ts';

/** One job to carry out: its expressions that GitHub evaluates before a runner gets it have been evaluated. */
export interface JobPlan {
  key: string;
  name: string;
  workflow: WorkflowDefinition;
  definition: JobDefinition;
  labels: string[];
  combination: Record<string, unknown>;
  strategy: { 'fail-fast': boolean; 'job-index': number; 'job-total': number; 'max-parallel': number };
  needs: Readonly<Record<string, { result: string; outputs: Record<string, string> }>>;
  continueOnError: boolean;
  timeoutMinutes: number;
  /** Why the job can't start; it then fails while it is set up. */
  fault: string | null;
}

export type JobStatus = 'success' | 'failure' | 'cancelled';
export type StepConclusion = JobStatus | 'skipped';

export interface StepRecord {
  outputs: Record<string, string>;
  outcome: StepConclusion;
  conclusion: StepConclusion;
}

/** The folders of one job, laid out as on GitHub's hosted runner, under a home of the job's own. */
export interface JobDirectories {
  home: string;
  workspace: string;
  temp: string;
  toolCache: string;
}

/** Everything that lives as long as one job. */
export interface JobSession {
  plan: JobPlan;
  request: RunRequest;
  state: JobState;
  directories: JobDirectories;
  log: JobLog;
  masker: SecretMasker;
  groups: ProcessGroups;
  /** A name in every process's environment, by which what is left behind is found. */
  trackingId: string;
  /** Aborted when the job is cancelled or has run too long. */
  signal: AbortSignal;
  /** Aborted some time after `signal`: until then steps with `always()` may run. */
  lastSignal: AbortSignal;
  /** `env` of the workflow and the job, and what steps have put into GITHUB_ENV. */
  env: Map<string, string>;
  /** What steps have put into GITHUB_PATH; the last comes first in PATH. */
  addedPaths: string[];
  steps: Map<string, StepRecord>;
  status: JobStatus;
  /** Told after each change of `state`. */
  changed: () => Promise<void>;
}

export interface SessionOptions {
  plan: JobPlan;
  request: RunRequest;
  state: JobState;
  signal: AbortSignal;
  lastSignal: AbortSignal;
  changed: () => Promise<void>;
}

/** Makes the job's folders and what its steps share. */
export async function openSession(options: SessionOptions): Promise<JobSession> {
  const request = withOwnToken(options.request, options.plan);
  const directories = await createDirectories(request);
  const masker = new SecretMasker();
  for (const secret of Object.values(request.secrets)) masker.add(secret);
  await writeFile(eventPath(directories), JSON.stringify(request.event.payload));
  return {
    ...options,
    request,
    directories,
    masker,
    log: new JobLog(masker, directories),
    groups: new ProcessGroups(),
    trackingId: `github_${randomUUID()}`,
    env: new Map(),
    addedPaths: [],
    steps: new Map(),
    status: 'success',
  };
}

/** The job's `permissions:` over the workflow's. */
function withOwnToken(request: RunRequest, { definition, workflow }: JobPlan): RunRequest {
  const permissions = definition.permissions ?? workflow.permissions;
  if (permissions === undefined || !request.tokenWith) return request;
  return { ...request, secrets: { ...request.secrets, GITHUB_TOKEN: request.tokenWith(permissions) } };
}

/** Where the job finds the event that started the run. */
export function eventPath({ temp }: JobDirectories): string {
  return path.join(temp, '_github_workflow', 'event.json');
}

async function createDirectories(request: RunRequest): Promise<JobDirectories> {
  await mkdir(request.workDirectory, { recursive: true });
  // Tools print real paths, so a link in the way would hide the folder from the log's rewriting.
  const home = path.join(await realpath(request.workDirectory), `job-${randomUUID()}`);
  const { name } = request.repository;
  const directories = {
    home,
    workspace: path.join(home, 'work', name, name),
    temp: path.join(home, 'work', '_temp'),
    toolCache: path.join(home, 'toolcache'),
  };
  await mkdir(directories.workspace, { recursive: true });
  await mkdir(directories.toolCache, { recursive: true });
  await mkdir(path.dirname(eventPath(directories)), { recursive: true });
  return directories;
}
