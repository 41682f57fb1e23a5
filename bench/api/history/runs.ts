import { below, chance, hex, pick, pickWeighted, type Random, spreadAround } from './random.ts';
import type { JobKind, Shop, WorkflowKind } from './shops.ts';
import type { Rows } from './tables.ts';

/** One execution of a run, as what comes after it needs to know it. */
export interface Attempt {
  shop: Shop;
  workflow: WorkflowKind;
  runId: number;
  number: number;
  push: Push;
  conclusion: string | null;
  completedAt: Date;
  /** The job that failed, if one did. */
  failedJob: { id: number; name: string } | null;
}

/** What was pushed: several workflows run for one. */
export interface Push {
  event: string;
  branch: string;
  sha: string;
  actor: string;
  pullRequest: number | null;
  /** How many workflows may still start for it. */
  left: number;
}

/** What a repository has come to. */
interface ShopState {
  push: Push | null;
  pullRequests: number;
  runs: number;
  /** Workflows that are red on the default branch. */
  red: Set<string>;
}

const DEFAULT_BRANCH = 'main';
/** A share of the jobs comes with its steps: they are most of the bytes, and only two answers read them. */
const STEPS_SHARE = 0.25;
const MINUTE_MS = 60_000;

/** Writes runs with their jobs, in the order in which they are created. */
export class RunWriter {
  readonly #random: Random;
  readonly #rows: Rows;
  /** What is not over by then is under way. */
  readonly #end: Date;
  readonly #states = new Map<number, ShopState>();
  #runId = 10_000_000_000;
  #jobId = 50_000_000_000;

  constructor(random: Random, rows: Rows, end: Date) {
    this.#random = random;
    this.#rows = rows;
    this.#end = end;
  }

  /** One run with all its attempts, oldest first. */
  write(shop: Shop, createdAt: Date): Attempt[] {
    const random = this.#random;
    const state = this.#stateOf(shop);
    const workflow = pickWeighted(random, shop.workflows);
    const push = this.#pushOf(shop, state, workflow, createdAt);
    this.#runId += 1 + below(random, 3);
    state.runs += 1;
    const run = { id: this.#runId, number: state.runs, shop, workflow, push, createdAt };
    const first = this.#attempt(run, 1, createdAt, this.#ending(state, workflow, push), workflow.jobs);
    const attempts = [first];
    if (first.conclusion === 'failure' && first.failedJob && chance(random, 0.3)) {
      const again = workflow.jobs.filter(({ name }) => name === first.failedJob?.name);
      const startedAt = later(first.completedAt, 30 + below(random, 3_600));
      attempts.push(this.#attempt(run, 2, startedAt, chance(random, 0.6) ? 'success' : 'failure', again));
    }
    if (push.branch === DEFAULT_BRANCH && push.event !== 'pull_request') {
      const last = attempts.at(-1)?.conclusion;
      if (last === 'success') state.red.delete(workflow.path);
      if (last === 'failure') state.red.add(workflow.path);
    }
    return attempts;
  }

  #stateOf(shop: Shop): ShopState {
    const known = this.#states.get(shop.id) ?? { push: null, pullRequests: 0, runs: 0, red: new Set<string>() };
    this.#states.set(shop.id, known);
    return known;
  }

  #pushOf(shop: Shop, state: ShopState, workflow: WorkflowKind, at: Date): Push {
    const random = this.#random;
    if (workflow.name === 'Nightly') return this.#newPush(shop, 'schedule', DEFAULT_BRANCH, null);
    if (state.push && state.push.left > 0) {
      state.push.left -= 1;
      return state.push;
    }
    const what = random();
    if (what < 0.3) state.push = this.#newPush(shop, 'push', DEFAULT_BRANCH, null);
    else if (what < 0.4) state.push = this.#newPush(shop, 'push', `release/${below(random, 20)}`, null);
    else if (what < 0.43) state.push = this.#newPush(shop, 'push', `regreen/ci-${hex(random, 6)}`, null);
    else if (what < 0.44) state.push = this.#newPush(shop, 'workflow_dispatch', DEFAULT_BRANCH, null);
    else state.push = this.#pullRequest(shop, state, at);
    return state.push;
  }

  #pullRequest(shop: Shop, state: ShopState, at: Date): Push {
    const random = this.#random;
    state.pullRequests += 1;
    const number = state.pullRequests;
    const reverts = chance(random, 0.01);
    const branch = reverts ? `revert-${number}-change` : `change-${number}`;
    const push = this.#newPush(shop, 'pull_request', branch, number);
    const mergedAt = chance(random, 0.75) ? later(at, below(random, 200_000)) : null;
    const merged = mergedAt !== null && mergedAt < this.#end;
    const title = reverts ? `Revert "Change ${number}"` : `Change ${number}`;
    this.#rows.add(
      'pull_requests',
      shop.id,
      number,
      merged || at.getTime() < this.#end.getTime() - 20 * 24 * 60 * MINUTE_MS ? 'closed' : 'open',
      merged,
      push.actor,
      title,
      push.sha,
      branch,
      `${shop.owner}/${shop.name}`,
      DEFAULT_BRANCH,
      merged ? mergedAt : at,
      merged ? mergedAt : null,
    );
    return push;
  }

  #newPush(shop: Shop, event: string, branch: string, pullRequest: number | null): Push {
    const random = this.#random;
    return { event, branch, sha: hex(random, 40), actor: pick(random, shop.people), pullRequest, left: below(random, 3) };
  }

  #ending(state: ShopState, workflow: WorkflowKind, push: Push): string {
    const what = this.#random();
    if (what < 0.05) return 'cancelled';
    if (what < 0.06) return 'skipped';
    const onMain = push.branch === DEFAULT_BRANCH;
    const redPart = onMain ? (state.red.has(workflow.path) ? 0.5 : 0.06) : 0.18;
    return chance(this.#random, redPart) ? 'failure' : 'success';
  }

  #attempt(run: Run, number: number, startedAt: Date, wanted: string, kinds: readonly JobKind[]): Attempt {
    const random = this.#random;
    const { shop, workflow, push } = run;
    const failing = wanted === 'failure' ? below(random, kinds.length) : -1;
    let completedAt = later(startedAt, 5);
    let failedJob: Attempt['failedJob'] = null;
    for (const [index, kind] of wanted === 'skipped' ? [] : kinds.entries()) {
      this.#jobId += 1 + below(random, 3);
      const conclusion =
        index === failing ? 'failure' : wanted === 'cancelled' && index === kinds.length - 1 ? 'cancelled' : 'success';
      const ended = this.#job(run, number, { id: this.#jobId, kind, conclusion, queuedAt: later(startedAt, below(random, 5)) });
      if (ended > completedAt) completedAt = ended;
      if (index === failing) failedJob = { id: this.#jobId, name: kind.name };
    }
    completedAt = later(completedAt, 3);
    const over = completedAt < this.#end;
    const status = over ? 'completed' : 'in_progress';
    const conclusion = over ? wanted : null;
    this.#rows.add(
      'runs',
      run.id,
      number,
      shop.id,
      workflow.id,
      workflow.name,
      workflow.path,
      run.number,
      push.event,
      status,
      conclusion,
      push.sha,
      push.branch,
      `${shop.owner}/${shop.name}`,
      push.pullRequest,
      push.actor,
      `https://github.com/${shop.owner}/${shop.name}/actions/runs/${run.id}`,
      run.createdAt,
      startedAt,
      over ? completedAt : null,
      startedAt,
      over ? completedAt : startedAt,
    );
    return { shop, workflow, runId: run.id, number, push, conclusion, completedAt, failedJob: over ? failedJob : null };
  }

  /** @returns when it ended, or will */
  #job(run: Run, attempt: number, job: { id: number; kind: JobKind; conclusion: string; queuedAt: Date }): Date {
    const random = this.#random;
    const runningAt = later(job.queuedAt, spreadAround(random, 8));
    const completedAt = later(runningAt, spreadAround(random, job.kind.medianSeconds));
    const over = completedAt < this.#end;
    const running = runningAt < this.#end;
    const steps = over && chance(random, STEPS_SHARE) ? stepsOf(job.kind, job.conclusion, runningAt, completedAt) : '[]';
    this.#rows.add(
      'jobs',
      job.id,
      run.id,
      attempt,
      run.shop.id,
      job.kind.name,
      over ? 'completed' : running ? 'in_progress' : 'queued',
      over ? job.conclusion : null,
      ['ubuntu-latest'],
      job.queuedAt,
      job.queuedAt,
      running ? runningAt : null,
      running ? runningAt : null,
      over ? completedAt : null,
      steps,
    );
    return completedAt;
  }
}

interface Run {
  id: number;
  number: number;
  shop: Shop;
  workflow: WorkflowKind;
  push: Push;
  createdAt: Date;
}

function stepsOf(kind: JobKind, conclusion: string, from: Date, to: Date): string {
  const seconds = (to.getTime() - from.getTime()) / 1_000;
  const cuts = [0, 0.02, 0.2, 0.98, 1].map((part) => later(from, Math.round(part * seconds)).toISOString());
  const names = ['Set up job', 'Run npm ci', `Run ${kind.command}`, 'Complete job'];
  return JSON.stringify(
    names.map((name, index) => ({
      number: index + 1,
      name,
      status: 'completed',
      conclusion: index === 2 ? conclusion : 'success',
      startedAt: cuts[index],
      completedAt: cuts[index + 1],
    })),
  );
}

export function later(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1_000);
}
