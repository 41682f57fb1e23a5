import { createSuite } from '../operations/checks.ts';
import type { Platform } from '../platform.ts';
import type { TriggerEvent, Workflow, WorkflowRunner } from '../runner/contract.ts';
import type { Account, PullRequest, Repository, Run, RunAttempt, WorkflowRecord } from '../state/model.ts';
import { isFork } from '../state/state.ts';
import { tellRun } from '../webhooks/actions.ts';
import { tellSuite } from '../webhooks/checks.ts';
import { triggerAfterRun } from './after-run.ts';
import { needsApproval } from './approval.ts';
import { type AttemptOptions, carryOut } from './attempt.ts';
import { Slots } from './slots.ts';
import { type ReadWorkflow, readWorkflows } from './workflow-files.ts';

/** Something that may start workflows, with what the runs then say about themselves. */
export interface Trigger {
  event: TriggerEvent;
  headRepository: Repository;
  headBranch: string;
  headSha: string;
  checkoutSha: string;
  actor: Account;
  title: string;
  pull: PullRequest | null;
  /** By GITHUB_TOKEN. */
  byWorkflow?: boolean;
}

export interface ActionsOptions {
  runner: WorkflowRunner;
  /** Folders put before PATH in every step. */
  toolPaths: readonly string[];
  /** Actions of others by the name before the `@`: the folder in which their action.yml is. */
  actions: Readonly<Record<string, string>>;
  stepTimeoutMs: number;
  /** Runs under way at once. */
  concurrentRuns: number;
}

/** GitHub Actions: starts runs for what happens, keeps their state, and has the runner carry them out. */
export class ActionsService {
  readonly options: ActionsOptions;
  private readonly slots: Slots;
  private turn: Promise<void> = Promise.resolve();

  constructor(options: ActionsOptions) {
    this.options = options;
    this.slots = new Slots(options.concurrentRuns);
  }

  /** Starts what listens to the event, in the background; events take their turn. */
  trigger(platform: Platform, repository: Repository, trigger: Trigger): void {
    this.turn = this.turn.then(() => this.start(platform, repository, trigger));
    platform.background.track(this.turn);
    // A fault is told by `idle`; what comes after it still takes its turn.
    this.turn = this.turn.catch(() => undefined);
  }

  private async start(platform: Platform, repository: Repository, trigger: Trigger): Promise<void> {
    if (await isSkipped(trigger)) return;
    for (const file of await readWorkflows(this.options.runner, repository, trigger.checkoutSha)) {
      if (file.workflow && !this.options.runner.isTriggeredBy(file.workflow, trigger.event)) continue;
      // A file that can't be read makes a failed run for pushes, as there is no telling what it listens to.
      if (!file.workflow && trigger.event.name !== 'push') continue;
      await this.startRun(platform, repository, trigger, file);
    }
  }

  private async startRun(platform: Platform, repository: Repository, trigger: Trigger, file: ReadWorkflow): Promise<void> {
    const run = newRun(platform, repository, trigger, file);
    const attempt = newAttempt(platform, run, trigger.actor);
    await tellRun(platform, repository, run, 'requested');
    if (!file.workflow) {
      await finish(platform, repository, run, attempt, 'startup_failure');
    } else if (needsApproval(repository, trigger)) {
      await finish(platform, repository, run, attempt, 'action_required');
    } else {
      this.schedule(platform, repository, run, file.workflow, {});
    }
    platform.state.changed();
  }

  /** Another attempt of a run: all jobs, or those named. */
  async startAttempt(
    platform: Platform,
    repository: Repository,
    run: Run,
    actor: Account,
    options: AttemptOptions,
  ): Promise<void> {
    if (!run.workflow) throw new Error(`run ${run.id} has no workflow that could run`);
    run.abort = new AbortController();
    run.suite.status = 'queued';
    run.suite.conclusion = null;
    newAttempt(platform, run, actor);
    await tellRun(platform, repository, run, 'requested');
    this.schedule(platform, repository, run, run.workflow, options);
    platform.state.changed();
  }

  /** Lets a run that waited for approval go on, in the same attempt. */
  async approve(platform: Platform, repository: Repository, run: Run): Promise<void> {
    const attempt = run.attempts.at(-1);
    if (!attempt || !run.workflow) return;
    Object.assign(attempt, { status: 'queued', conclusion: null } satisfies Partial<RunAttempt>);
    Object.assign(run.suite, { status: 'queued', conclusion: null });
    this.schedule(platform, repository, run, run.workflow, {});
    platform.state.changed();
  }

  private schedule(platform: Platform, repository: Repository, run: Run, workflow: Workflow, options: AttemptOptions): void {
    const attempt = run.attempts.at(-1);
    if (!attempt) throw new Error(`run ${run.id} has no attempt`);
    const work = this.slots.use(async () => {
      const conclusion = await carryOut(platform, { repository, run, attempt, workflow, options, settings: this.options });
      await finish(platform, repository, run, attempt, conclusion);
    });
    platform.background.track(work);
  }
}

async function isSkipped({ event, headRepository, headSha }: Trigger): Promise<boolean> {
  // Source: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
  if (event.name !== 'push' && event.name !== 'pull_request') return false;
  const commit = await headRepository.git.commit(headSha);
  return /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(commit?.message ?? '');
}

function newRun(platform: Platform, repository: Repository, trigger: Trigger, file: ReadWorkflow): Run {
  const record = workflowRecord(platform, repository, file);
  record.runCount += 1;
  const fork = trigger.headRepository !== repository;
  const branch = fork ? null : trigger.headBranch;
  const run: Run = {
    id: platform.state.ids.take('run'),
    number: record.runCount,
    record,
    workflow: file.workflow,
    event: trigger.event,
    headRepository: trigger.headRepository,
    headBranch: trigger.headBranch,
    headSha: trigger.headSha,
    checkoutSha: trigger.checkoutSha,
    actor: trigger.actor,
    title: trigger.title,
    suite: createSuite(platform, repository, { owner: 'github-actions', sha: trigger.headSha, branch }),
    pullNumbers: trigger.pull && !isFork(trigger.pull, repository) ? [trigger.pull.issue.number] : [],
    createdAt: platform.clock.now(),
    attempts: [],
    abort: new AbortController(),
  };
  repository.runs.set(run.id, run);
  return run;
}

function newAttempt(platform: Platform, run: Run, actor: Account): RunAttempt {
  const now = platform.clock.now();
  const attempt: RunAttempt = {
    number: run.attempts.length + 1,
    status: 'queued',
    conclusion: null,
    triggeringActor: actor,
    startedAt: now,
    updatedAt: now,
    jobs: [],
  };
  run.attempts.push(attempt);
  return attempt;
}

function workflowRecord(platform: Platform, repository: Repository, file: ReadWorkflow): WorkflowRecord {
  const now = platform.clock.now();
  const name = file.workflow?.name ?? file.path;
  const known = repository.workflows.get(file.path);
  if (known) {
    Object.assign(known, { name, updatedAt: now } satisfies Partial<WorkflowRecord>);
    return known;
  }
  const record = { id: platform.state.ids.take('workflow'), path: file.path, name, createdAt: now, updatedAt: now, runCount: 0 };
  repository.workflows.set(file.path, record);
  return record;
}

async function finish(
  platform: Platform,
  repository: Repository,
  run: Run,
  attempt: RunAttempt,
  conclusion: RunAttempt['conclusion'],
): Promise<void> {
  const now = platform.clock.now();
  Object.assign(attempt, { status: 'completed', conclusion, updatedAt: now } satisfies Partial<RunAttempt>);
  Object.assign(run.suite, { status: 'completed', conclusion, updatedAt: now });
  await tellSuite(platform, repository, run.suite, 'completed', attempt.triggeringActor);
  await tellRun(platform, repository, run, 'completed');
  await triggerAfterRun(platform, repository, run);
  platform.state.changed();
}
