import PQueue from 'p-queue';
import type { Conclusion, JobState, RunHooks, RunRequest, RunResult } from '../contract.ts';
import { planContexts } from '../expressions/contexts.ts';
import { ExpressionFault } from '../expressions/fault.ts';
import { evaluateCondition } from '../expressions/template.ts';
import { runJob } from '../job/job.ts';
import type { JobPlan } from '../job/session.ts';
import { ancestorsOf, jobsInOrder } from '../workflow/job-graph.ts';
import { definitionOf } from '../workflow/read.ts';
import type { JobDefinition, WorkflowDefinition } from '../workflow/schema.ts';
import { faultyPlan, type Needs, planJobs } from './plan.ts';

/** Jobs that run at the same time. GitHub allows 20 and more; here they share one machine. */
const MAX_JOBS_AT_ONCE = 4;

type JobResult = 'success' | 'failure' | 'cancelled' | 'skipped';

/** What has come of one key of `jobs:`. */
interface KeyOutcome {
  /** As `needs.<key>.result` shows it: a failure that `continue-on-error` allows is a success. */
  result: JobResult;
  outputs: Record<string, string>;
  states: JobState[];
  /** Whether it was carried out in this attempt. */
  isNew: boolean;
}

interface RunScope {
  request: RunRequest;
  workflow: WorkflowDefinition;
  queue: PQueue;
  outcomes: Map<string, KeyOutcome>;
  tell: (job: JobState) => Promise<void>;
}

/** Carries the jobs of a workflow out, each when those it needs have ended. Rejects only when the runner or a hook is broken. */
export async function run(request: RunRequest, hooks: RunHooks): Promise<RunResult> {
  const workflow = definitionOf(request.workflow);
  const scope: RunScope = {
    request,
    workflow,
    queue: new PQueue({ concurrency: MAX_JOBS_AT_ONCE }),
    outcomes: new Map(),
    tell: inOrder(hooks),
  };
  const order = jobsInOrder(workflow.jobs);
  const ended = new Map<string, Promise<void>>();
  for (const key of order) {
    const needs = workflow.jobs[key]?.needs ?? [];
    const ready = Promise.all(needs.map((need) => ended.get(need)));
    ended.set(
      key,
      ready.then(() => runKey(scope, key)).then((outcome) => void scope.outcomes.set(key, outcome)),
    );
  }
  // All are waited for even when one breaks, so that nothing runs on unseen.
  const results = await Promise.allSettled(ended.values());
  const broken = results.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
  const outcomes = Object.keys(workflow.jobs).flatMap((key) => scope.outcomes.get(key) ?? []);
  return { conclusion: conclude(outcomes, request.signal), jobs: outcomes.flatMap(({ states }) => states) };
}

/** Tells the hook one change after the other, each as a copy of the job as it was then. */
function inOrder(hooks: RunHooks): (job: JobState) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (job) => {
    const copy: JobState = { ...job, labels: [...job.labels], steps: job.steps.map((step) => ({ ...step })) };
    last = last.then(() => hooks.jobChanged(copy));
    return last;
  };
}

async function runKey(scope: RunScope, key: string): Promise<KeyOutcome> {
  const { request, workflow } = scope;
  const kept = keptStates(scope, key);
  const definition = workflow.jobs[key];
  if (!definition) throw new RangeError(`The workflow has no job '${key}'.`);
  if (kept === 'all') return keptOutcome(request, definition, key);
  const needs = needsOf(scope, definition);
  if (request.signal.aborted) return endedAtOnce(scope, definition, key, 'cancelled');
  let plans: JobPlan[];
  try {
    if (!evaluateCondition(definition.if, 'job.if', conditionScope(scope, key, needs))) {
      return await endedAtOnce(scope, definition, key, 'skipped');
    }
    plans = planJobs(request, workflow, key, needs);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    plans = [faultyPlan(workflow, definition, key, needs, error.message)];
  }
  return runPlans(scope, plans, kept);
}

/** Of a run that is run again: which earlier jobs of the key stay as they are. */
function keptStates({ request, workflow, outcomes }: RunScope, key: string): 'all' | JobState[] {
  const { onlyJobs, previousJobs = [] } = request;
  if (!onlyJobs) return [];
  const previous = previousJobs.filter((job) => job.key === key);
  const dependsOnNew = [...ancestorsOf(workflow.jobs, key)].some((other) => outcomes.get(other)?.isNew);
  if (dependsOnNew || previous.length === 0) return [];
  const kept = previous.filter((job) => !onlyJobs.includes(job.name) && !onlyJobs.includes(job.key));
  return kept.length === previous.length ? 'all' : kept;
}

function keptOutcome(request: RunRequest, definition: JobDefinition, key: string): KeyOutcome {
  const states = (request.previousJobs ?? []).filter((job) => job.key === key);
  const results = states.map((state) => resultOf(state, definition['continue-on-error'] === true));
  return { result: merge(results), outputs: mergeOutputs(states), states, isNew: false };
}

/** Carries out the jobs of one key: one, or a matrix with `fail-fast` and `max-parallel`. */
async function runPlans(scope: RunScope, plans: readonly JobPlan[], kept: readonly JobState[]): Promise<KeyOutcome> {
  const failed = new AbortController();
  const signal = AbortSignal.any([scope.request.signal, failed.signal]);
  const lane = new PQueue({ concurrency: plans[0]?.strategy['max-parallel'] ?? 1 });
  const ended = await allOrAbort(
    failed,
    plans.map(async (plan) => {
      const earlier = kept.find((job) => job.name === plan.name);
      if (earlier) return { state: earlier, result: resultOf(earlier, plan.continueOnError) };
      const state = newState(plan.key, plan.name, plan.labels);
      await scope.tell(state);
      await lane.add(() => scope.queue.add(() => runOrCancel(scope, plan, state, signal)));
      if (state.conclusion === 'failure' && !plan.continueOnError && plan.strategy['fail-fast']) failed.abort();
      return { state, result: resultOf(state, plan.continueOnError) };
    }),
  );
  const states = ended.map(({ state }) => state);
  return { result: merge(ended.map(({ result }) => result)), outputs: mergeOutputs(states), states, isNew: true };
}

/** Waits for all, even when one breaks: then the others are told to stop, so that nothing runs on unseen. */
async function allOrAbort<T>(abort: AbortController, promises: readonly Promise<T>[]): Promise<T[]> {
  for (const promise of promises) promise.catch(() => abort.abort());
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function runOrCancel(scope: RunScope, plan: JobPlan, state: JobState, signal: AbortSignal): Promise<void> {
  const changed = (): Promise<void> => scope.tell(state);
  if (!signal.aborted) return runJob({ plan, request: scope.request, state, signal, changed });
  endAtOnce(state, 'cancelled');
  return changed();
}

function newState(key: string, name: string, labels: readonly string[]): JobState {
  return {
    key,
    name,
    status: 'queued',
    conclusion: null,
    labels: [...labels],
    createdAt: new Date(),
    startedAt: null,
    completedAt: null,
    steps: [],
    log: null,
  };
}

function endAtOnce(state: JobState, conclusion: 'cancelled' | 'skipped'): void {
  state.status = 'completed';
  state.conclusion = conclusion;
  state.startedAt = state.createdAt;
  state.completedAt = new Date();
}

/** A job that isn't started is one job, whatever its matrix. */
async function endedAtOnce(
  scope: RunScope,
  definition: JobDefinition,
  key: string,
  conclusion: 'cancelled' | 'skipped',
): Promise<KeyOutcome> {
  const state = newState(key, definition.name ?? key, []);
  endAtOnce(state, conclusion);
  await scope.tell(state);
  return { result: conclusion, outputs: {}, states: [state], isNew: true };
}

function needsOf({ outcomes }: RunScope, definition: JobDefinition): Needs {
  return Object.fromEntries(
    (definition.needs ?? []).map((need) => {
      const outcome = outcomes.get(need);
      return [need, { result: outcome?.result ?? 'skipped', outputs: outcome?.outputs ?? {} }];
    }),
  );
}

/**
 * The status functions of a job look at everything before it, directly needed or not.
 * Source: "A failure or skip applies to all jobs in the dependency chain from the point of failure or skip onwards" in
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
 */
function conditionScope(
  { request, workflow, outcomes }: RunScope,
  key: string,
  needs: Needs,
): Parameters<typeof evaluateCondition>[2] {
  const before = [...ancestorsOf(workflow.jobs, key)].map((other) => outcomes.get(other)?.result);
  return {
    contexts: planContexts(request, { needs, workflow }),
    functions: {
      always: () => true,
      success: () => before.every((result) => result === 'success'),
      failure: () => before.includes('failure'),
      cancelled: () => request.signal.aborted,
    },
  };
}

function resultOf({ conclusion }: JobState, continueOnError: boolean): JobResult {
  if (conclusion === 'success' || conclusion === 'skipped' || conclusion === 'cancelled') return conclusion;
  return continueOnError ? 'success' : 'failure';
}

function merge(results: readonly JobResult[]): JobResult {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.length > 0 && results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}

function mergeOutputs(states: readonly JobState[]): Record<string, string> {
  return Object.assign({}, ...states.map(({ outputs }) => outputs ?? {}));
}

function conclude(outcomes: readonly KeyOutcome[], signal: AbortSignal): Conclusion {
  const result = merge(outcomes.map((outcome) => outcome.result));
  const isCancelled = signal.aborted && outcomes.some((outcome) => outcome.states.some((job) => job.conclusion === 'cancelled'));
  return isCancelled ? 'cancelled' : result;
}
