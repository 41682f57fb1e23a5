import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jobConclusion } from '../payloads/actions.ts';
import { ACTIONS_APP_ID } from '../payloads/app.ts';
import type { Platform } from '../platform.ts';
import type { JobState, RunRequest, Workflow, WorkflowPermissions } from '../runner/contract.ts';
import type { Account, CheckRun, Job, Permissions, Repository, Run, RunAttempt } from '../state/model.ts';
import { tellJob, tellRun } from '../webhooks/actions.ts';
import { tellCheckRun } from '../webhooks/checks.ts';
import type { ActionsOptions } from './service.ts';

export interface AttemptOptions {
  /** Names of the jobs to carry out again; all when absent. */
  onlyJobs?: readonly string[];
}

interface Undertaking {
  repository: Repository;
  run: Run;
  attempt: RunAttempt;
  workflow: Workflow;
  options: AttemptOptions;
  settings: ActionsOptions;
}

/** Has the runner carry an attempt out, and books and tells each change of its jobs. Returns how it ended. */
export async function carryOut(platform: Platform, undertaking: Undertaking): Promise<RunAttempt['conclusion']> {
  const { repository, run, attempt } = undertaking;
  Object.assign(attempt, { status: 'in_progress', updatedAt: platform.clock.now() } satisfies Partial<RunAttempt>);
  run.suite.status = 'in_progress';
  await tellRun(platform, repository, run, 'in_progress');
  platform.state.changed();
  keepJobs(platform, undertaking);
  // Changes are booked one after another, in the order in which the runner tells them.
  let booked: Promise<void> = Promise.resolve();
  const book = (state: JobState) => {
    const snapshot = copyOf(state);
    booked = booked.then(() => bookJob(platform, undertaking, snapshot));
    return booked;
  };
  const request = await runRequest(platform, undertaking);
  const result = await undertaking.settings.runner.run(request, { jobChanged: book });
  for (const job of result.jobs) {
    if (isCarriedOut(undertaking, job)) await book(job);
  }
  await booked;
  return result.conclusion;
}

async function runRequest(platform: Platform, undertaking: Undertaking): Promise<RunRequest> {
  const { repository, run, attempt, workflow, options, settings } = undertaking;
  const workDirectory = join(platform.directory, 'runs', `${run.id}-${attempt.number}`);
  await mkdir(workDirectory, { recursive: true });
  const previous = run.attempts.at(-2);
  return {
    workflow,
    event: run.event,
    repository: { owner: repository.owner.login, name: repository.name, gitDir: repository.git.directory },
    headSha: run.headSha,
    checkoutSha: run.checkoutSha,
    headBranch: run.headBranch,
    actor: run.actor.login,
    runId: run.id,
    runNumber: run.number,
    runAttempt: attempt.number,
    ...(options.onlyJobs && previous ? { onlyJobs: options.onlyJobs, previousJobs: previous.jobs.map((job) => job.state) } : {}),
    secrets: { ...secretsOf(repository, run), GITHUB_TOKEN: workflowToken(platform, undertaking) },
    tokenWith: (permissions) => workflowToken(platform, undertaking, permissions),
    apiUrl: platform.urls.api,
    actions: settings.actions,
    toolPaths: settings.toolPaths,
    workDirectory,
    stepTimeoutMs: settings.stepTimeoutMs,
    signal: run.abort.signal,
  };
}

/** Runs for pull requests from forks get no secrets. Source: as below. */
function secretsOf(repository: Repository, run: Run): Readonly<Record<string, string>> {
  return run.headRepository === repository ? repository.secrets : {};
}

/** What GITHUB_TOKEN may have of what the sandbox knows. */
const TOKEN_PERMISSIONS = ['actions', 'checks', 'contents', 'issues', 'pull_requests', 'statuses'] as const;

/**
 * The GITHUB_TOKEN of a run: with the `permissions:` of the workflow or the job, without any with all (a setting of the
 * repository); for pull requests from forks it may read at most.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories
 * and https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions ("all of those that are not specified are set to none")
 */
function workflowToken(platform: Platform, { repository, run }: Undertaking, wanted?: WorkflowPermissions): string {
  const fork = run.headRepository !== repository;
  const levelOf = (name: string) => {
    if (wanted === undefined || wanted === 'write-all') return 'write';
    return wanted === 'read-all' ? 'read' : (wanted[name.replaceAll('_', '-')] ?? 'none');
  };
  const permissions = Object.fromEntries(
    TOKEN_PERMISSIONS.flatMap((name) => {
      const level = levelOf(name);
      return level === 'none' ? [] : [[name, fork ? 'read' : level]];
    }),
  ) as Permissions;
  const token = platform.tokens.forWorkflow(ACTIONS_APP_ID, actionsBot(platform), repository, {
    ...permissions,
    metadata: 'read',
  });
  return token.token;
}

export function actionsBot(platform: Platform): Account {
  const bot = platform.state.account('github-actions[bot]');
  if (!bot) throw new Error('the account of GitHub Actions is missing');
  return bot;
}

function isCarriedOut({ options }: Undertaking, state: JobState): boolean {
  return options.onlyJobs?.includes(state.name) ?? true;
}

/** Jobs that are not carried out again stand in the new attempt as they ended in the one before. */
function keepJobs(platform: Platform, undertaking: Undertaking): void {
  const { run, attempt } = undertaking;
  for (const job of run.attempts.at(-2)?.jobs ?? []) {
    if (!undertaking.options.onlyJobs || isCarriedOut(undertaking, job.state)) continue;
    const kept = newJob(platform, undertaking, job.state);
    kept.runnerId = job.runnerId;
    attempt.jobs.push(kept);
  }
}

async function bookJob(platform: Platform, undertaking: Undertaking, state: JobState): Promise<void> {
  const { repository, run, attempt } = undertaking;
  const known = attempt.jobs.find((job) => job.state.key === state.key && job.state.name === state.name);
  const job = known ?? newJob(platform, undertaking, { ...state, status: 'queued', conclusion: null, steps: [], log: null });
  if (!known) {
    attempt.jobs.push(job);
    await tellCheckRun(platform, repository, job.checkRun, 'created', attempt.triggeringActor);
    if (state.conclusion !== 'skipped') await tellJob(platform, repository, run, job, 'queued');
  }
  const before = job.state.status;
  job.state = state;
  job.runnerId ??= state.startedAt ? job.id % 1000 : null;
  syncCheckRun(job);
  if (before === 'queued' && state.status !== 'queued' && state.conclusion !== 'skipped') {
    await tellInProgress(platform, undertaking, job);
  }
  if (before !== 'completed' && state.status === 'completed') {
    await tellJob(platform, repository, run, job, 'completed');
    await tellCheckRun(platform, repository, job.checkRun, 'completed', attempt.triggeringActor);
  }
  platform.state.changed();
}

/** A job that the runner first tells of when it has ended was in progress too. */
async function tellInProgress(platform: Platform, { repository, run }: Undertaking, job: Job): Promise<void> {
  const ended = job.state;
  job.state = { ...ended, status: 'in_progress', conclusion: null, completedAt: null };
  await tellJob(platform, repository, run, job, 'in_progress');
  job.state = ended;
}

/** A job and its check run have the same id, as on GitHub. */
function newJob(platform: Platform, { repository, run, attempt }: Undertaking, state: JobState): Job {
  const id = platform.state.ids.take('checkRun');
  const checkRun: CheckRun = {
    id,
    suite: run.suite,
    name: state.name,
    headSha: run.headSha,
    externalId: null,
    detailsUrl: `${platform.urls.repositoryPage(repository)}/actions/runs/${run.id}/job/${id}`,
    status: state.status,
    conclusion: jobConclusion(state.conclusion),
    startedAt: state.startedAt ?? state.createdAt,
    completedAt: state.completedAt,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  repository.checkRuns.set(id, checkRun);
  return { id, attempt: attempt.number, state, checkRun, runnerId: null };
}

function syncCheckRun({ checkRun, state }: Job): void {
  checkRun.status = state.status;
  checkRun.conclusion = jobConclusion(state.conclusion);
  checkRun.startedAt = state.startedAt ?? state.createdAt;
  checkRun.completedAt = state.completedAt;
}

function copyOf(state: JobState): JobState {
  return { ...state, labels: [...state.labels], steps: state.steps.map((step) => ({ ...step })) };
}
