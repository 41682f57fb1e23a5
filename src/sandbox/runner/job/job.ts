import { rm } from 'node:fs/promises';
import { resolveAction } from '../actions/registry.ts';
import type { JobState, RunRequest, StepState } from '../contract.ts';
import { planContexts, stepScope } from '../expressions/contexts.ts';
import type { Scope } from '../expressions/expression.ts';
import { ExpressionFault } from '../expressions/fault.ts';
import { evaluateText, evaluateValue } from '../expressions/template.ts';
import { postStepsOf } from './action-step.ts';
import { endOrphans, makeRemovable } from './clean-up.ts';
import { type JobPlan, type JobSession, openSession } from './session.ts';
import { writeSetUp } from './set-up-log.ts';
import { completeStep, evaluateEnv, rawStepName, runStep } from './step.ts';
import { StepFault } from './step-fault.ts';

/** How long steps with `always()` may still run in a job that was cancelled. GitHub gives 5 minutes; the sandbox is for tests. */
const CANCELLATION_GRACE_MS = 10_000;

export interface JobOptions {
  plan: JobPlan;
  request: RunRequest;
  state: JobState;
  /** Aborted when the run is cancelled, or a sibling in the matrix has failed. */
  signal: AbortSignal;
  changed: () => Promise<void>;
}

/** Carries out one job. When it resolves, `state` is complete and nothing of the job is left: no process, no file. */
export async function runJob(options: JobOptions): Promise<void> {
  const { plan, state, changed } = options;
  const limits = jobLimits(options.signal, plan.timeoutMinutes);
  try {
    const session = await openSession({ ...options, ...limits });
    // GitHub's server says it, so it is an annotation and not in the log; the log has "The operation was canceled."
    limits.onTimeout(() => session.log.annotate('failure', timeoutMessage(plan)));
    await runSession(session);
    state.conclusion = session.status;
    state.log = session.log.toBuffer();
    state.annotations = [...session.log.annotations];
  } finally {
    limits.clear();
  }
  state.status = 'completed';
  state.completedAt = new Date();
  await changed();
}

async function runSession(session: JobSession): Promise<void> {
  const { plan, state } = session;
  const definitions = plan.definition.steps ?? [];
  try {
    state.status = 'in_progress';
    state.startedAt = new Date();
    state.steps = [newStep(1, 'Set up job'), ...definitions.map((step, index) => newStep(index + 2, rawStepName(step)))];
    if (!(await setUp(session))) return;
    for (const [index, definition] of definitions.entries()) {
      const step = state.steps[index + 1];
      if (step) await runStep(session, definition, step);
    }
    await runPostSteps(session);
    await complete(session);
  } finally {
    await endOrphans(session);
    await removeHome(session.directories.home);
  }
}

interface JobLimits {
  signal: AbortSignal;
  lastSignal: AbortSignal;
  onTimeout: (told: () => void) => void;
  clear: () => void;
}

function jobLimits(cancelled: AbortSignal, timeoutMinutes: number): JobLimits {
  const timeout = new AbortController();
  const last = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMinutes * 60_000);
  const signal = AbortSignal.any([cancelled, timeout.signal]);
  let graceTimer: NodeJS.Timeout | undefined;
  const startGrace = (): void => {
    graceTimer = setTimeout(() => last.abort(), CANCELLATION_GRACE_MS);
  };
  if (signal.aborted) startGrace();
  else signal.addEventListener('abort', startGrace, { once: true });
  return {
    signal,
    lastSignal: last.signal,
    onTimeout: (told) => (timeout.signal.aborted ? told() : timeout.signal.addEventListener('abort', told, { once: true })),
    clear: () => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      signal.removeEventListener('abort', startGrace);
    },
  };
}

function newStep(number: number, name: string): StepState {
  return { number, name, status: 'queued', conclusion: null, startedAt: null, completedAt: null };
}

/** Whether the job can go on. When not, the set-up is its only step, as on GitHub. */
async function setUp(session: JobSession): Promise<boolean> {
  const { state, log, plan } = session;
  const [step] = state.steps;
  if (!step) throw new Error('A job has at least the step that sets it up.');
  step.status = 'in_progress';
  step.startedAt = new Date();
  await session.changed();
  writeSetUp(session);
  const fault = plan.fault ?? unresolvedAction(plan, session.request) ?? jobEnvFault(session);
  if (fault !== null) {
    log.error(fault);
    session.status = 'failure';
    state.steps = [step];
  } else {
    log.write(`Complete job name: ${plan.name}`);
    if (session.signal.aborted) session.status = 'cancelled';
  }
  completeStep(step, fault === null ? 'success' : 'failure');
  await session.changed();
  return fault === null;
}

function unresolvedAction({ definition }: JobPlan, request: RunRequest): string | null {
  for (const step of definition.steps ?? []) {
    if (!('uses' in step)) continue;
    const resolution = resolveAction(step.uses, request.actions);
    if ('fault' in resolution) return resolution.fault;
  }
  return null;
}

function jobEnvFault(session: JobSession): string | null {
  const { plan, request } = session;
  const contexts = { ...planContexts(request, plan), matrix: plan.combination, strategy: plan.strategy };
  const scope: Scope = { contexts, functions: {} };
  try {
    const ofWorkflow = evaluateEnv(plan.workflow.env, (value) => evaluateValue(value, 'env', scope));
    const ofJob = evaluateEnv(plan.definition.env, (value) => evaluateValue(value, 'job.env', scope));
    for (const [name, value] of [...ofWorkflow, ...ofJob]) session.env.set(name, value);
    return null;
  } catch (error) {
    if (error instanceof ExpressionFault) return error.message;
    throw error;
  }
}

function timeoutMessage({ timeoutMinutes }: JobPlan): string {
  const seconds = Math.round(timeoutMinutes * 60);
  const hours = seconds >= 3600 ? `${Math.floor(seconds / 3600)}h` : '';
  return `The job has exceeded the maximum execution time of ${hours}${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}

async function runPostSteps(session: JobSession): Promise<void> {
  for (const post of postStepsOf(session)) {
    const step = await beginStep(session, post.name);
    try {
      await post.run();
      completeStep(step, 'success');
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      session.log.error(error.message);
      if (session.status === 'success') session.status = 'failure';
      completeStep(step, 'failure');
    }
    await session.changed();
  }
}

async function beginStep(session: JobSession, name: string): Promise<StepState> {
  const step = newStep(session.state.steps.length + 1, name);
  step.status = 'in_progress';
  step.startedAt = new Date();
  session.state.steps.push(step);
  session.log.startStep();
  await session.changed();
  return step;
}

async function complete(session: JobSession): Promise<void> {
  const step = await beginStep(session, 'Complete job');
  if (Object.keys(session.plan.definition.outputs ?? {}).length > 0) setOutputs(session);
  session.log.write('Cleaning up orphan processes');
  for (const { pid, name } of await endOrphans(session)) session.log.write(`Terminate orphan process: pid (${pid}) (${name})`);
  completeStep(step, 'success');
}

function setOutputs(session: JobSession): void {
  const { log, masker, plan, state } = session;
  log.write('Evaluate and set job outputs');
  const scope = stepScope(session, session.env);
  const outputs: Record<string, string> = {};
  for (const [name, template] of Object.entries(plan.definition.outputs ?? {})) {
    try {
      const value = evaluateText(String(template ?? ''), 'job.outputs', scope);
      if (masker.mask(value) !== value) log.warning(`Skip output '${name}' since it may contain secret.`);
      else {
        log.write(`Set output '${name}'`);
        outputs[name] = value;
      }
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      log.error(error.message);
      session.status = 'failure';
    }
  }
  state.outputs = outputs;
}

async function removeHome(home: string): Promise<void> {
  try {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A step may have taken rights from its own folders.
    await makeRemovable(home);
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
