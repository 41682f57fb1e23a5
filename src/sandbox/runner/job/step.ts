import type { StepState } from '../contract.ts';
import { stepScope } from '../expressions/contexts.ts';
import { ExpressionFault } from '../expressions/fault.ts';
import { evaluateCondition, evaluateText, evaluateValue } from '../expressions/template.ts';
import { CommandProcessor } from '../log/commands.ts';
import type { EnvDefinition, StepDefinition } from '../workflow/schema.ts';
import { runActionStep } from './action-step.ts';
import { stepEnvironment } from './environment.ts';
import { createFileCommands, FileCommandError, readFileCommands } from './file-commands.ts';
import type { ProcessEnd } from './process.ts';
import { firstLine, runScript } from './script-step.ts';
import type { JobSession, StepConclusion } from './session.ts';
import { StepFault } from './step-fault.ts';

/** What happens to run a step, once its expressions and files are there. */
export interface StepRun {
  session: JobSession;
  definition: StepDefinition;
  name: string;
  env: ReadonlyMap<string, string>;
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal;
  timeoutMs: number;
  output: CommandProcessor;
  outputs: Map<string, string>;
}

/** The name of a step before its expressions are evaluated. */
export function rawStepName(definition: StepDefinition): string {
  if (definition.name) return definition.name;
  return 'uses' in definition ? `Run ${definition.uses}` : `Run ${firstLine(definition.run)}`;
}

/** Carries out one step of the workflow, from its condition to its outputs. Rejects only when the runner is broken. */
export async function runStep(session: JobSession, definition: StepDefinition, state: StepState): Promise<void> {
  const outputs = new Map<string, string>();
  state.startedAt = new Date();
  session.log.startStep();
  if (session.signal.aborted) session.status = 'cancelled';
  let outcome: StepConclusion;
  try {
    const env = stepEnv(session, definition.env);
    if (evaluateCondition(definition.if, 'step.if', stepScope(session, env))) {
      outcome = await carryOut(session, definition, state, env, outputs);
    } else {
      outcome = 'skipped';
    }
  } catch (error) {
    outcome = faultOf(session, error);
  }
  const conclusion = outcome === 'failure' && continuesOnError(session, definition) ? 'success' : outcome;
  if (definition.id !== undefined) {
    session.steps.set(definition.id, { outputs: Object.fromEntries(outputs), outcome, conclusion });
  }
  if (session.signal.aborted) session.status = 'cancelled';
  else if (conclusion === 'failure') session.status = 'failure';
  completeStep(state, conclusion);
  await session.changed();
}

export function completeStep(state: StepState, conclusion: StepConclusion): void {
  state.status = 'completed';
  state.conclusion = conclusion;
  state.completedAt = new Date();
}

async function carryOut(
  session: JobSession,
  definition: StepDefinition,
  state: StepState,
  env: ReadonlyMap<string, string>,
  outputs: Map<string, string>,
): Promise<StepConclusion> {
  const scope = stepScope(session, env);
  state.name = evaluateText(rawStepName(definition), 'step', scope);
  state.status = 'in_progress';
  await session.changed();
  const files = await createFileCommands(session.directories.temp);
  let hasFailedCommand = false;
  const output = new CommandProcessor(session.log, {
    setOutput: (name, value) => outputs.set(name, value),
    addMask: (value) => session.masker.add(value),
    commandFailed: () => {
      hasFailedCommand = true;
    },
  });
  const timeoutMs = stepTimeout(session, definition, env);
  const end = await runAny({
    session,
    definition,
    name: state.name,
    env,
    environment: stepEnvironment(session, env, files.variables),
    signal: signalOf(session, definition, env),
    timeoutMs,
    output,
    outputs,
  });
  const conclusion = conclude(session, end, state.name, timeoutMs);
  const results = await readFileCommands(files);
  if (results.summary !== '') session.state.summary = `${session.state.summary ?? ''}${results.summary}`;
  for (const [name, value] of results.outputs) outputs.set(name, value);
  for (const [name, value] of results.env) session.env.set(name, value);
  session.addedPaths.push(...results.paths);
  return conclusion === 'success' && hasFailedCommand ? 'failure' : conclusion;
}

function runAny(step: StepRun): Promise<ProcessEnd> {
  const { definition, session, env } = step;
  if ('uses' in definition) return runActionStep(step, definition);
  const scope = stepScope(session, env);
  const defaults = runDefaults(session, env);
  const optional = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : evaluateText(text, 'step', scope);
  return runScript(session, {
    ...step,
    script: evaluateText(definition.run, 'step', scope),
    shell: optional(definition.shell) ?? defaults.shell,
    workingDirectory: optional(definition['working-directory']) ?? defaults['working-directory'] ?? '',
  });
}

function runDefaults(session: JobSession, env: ReadonlyMap<string, string>): { shell?: string; 'working-directory'?: string } {
  const { workflow, definition } = session.plan;
  const scope = stepScope(session, env);
  const merged = { ...workflow.defaults?.run, ...definition.defaults?.run };
  const entries = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, evaluateText(value, 'job.defaults.run', scope)]));
}

function conclude({ log }: JobSession, end: ProcessEnd, name: string, timeoutMs: number): StepConclusion {
  switch (end.kind) {
    case 'exited':
      if (end.exitCode === 0) return 'success';
      log.error(`Process completed with exit code ${end.exitCode}.`);
      return 'failure';
    case 'timed-out':
      log.error(`The action '${name}' has timed out after ${minutesText(timeoutMs)} minutes.`);
      return 'failure';
    case 'cancelled':
      log.error('The operation was canceled.');
      return 'cancelled';
    case 'not-started':
      log.error(end.message);
      return 'failure';
  }
}

function minutesText(milliseconds: number): string {
  return String(Number((milliseconds / 60_000).toFixed(2)));
}

/** Faults of the workflow's author end the step; anything else is the runner's own fault and goes up. */
function faultOf(session: JobSession, error: unknown): StepConclusion {
  if (error instanceof FileCommandError) {
    session.log.error(`Unable to process file command '${error.command}' successfully.`);
  } else if (!(error instanceof ExpressionFault || error instanceof StepFault)) throw error;
  session.log.error(error.message);
  return 'failure';
}

/** `env` of the job and the steps before, with the step's own over it. */
function stepEnv(session: JobSession, own: EnvDefinition | undefined): Map<string, string> {
  const scope = stepScope(session, session.env);
  return new Map([...session.env, ...evaluateEnv(own, (value) => evaluateValue(value, 'step', scope))]);
}

/** An `env:` mapping with its values evaluated, as texts. Throws ExpressionFault when it isn't a mapping in the end. */
export function evaluateEnv(env: EnvDefinition | undefined, evaluate: (value: unknown) => unknown): [string, string][] {
  if (env === undefined) return [];
  const value = evaluate(env);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ExpressionFault('A mapping was expected');
  return Object.entries(value).map(([name, item]) => [name, textOf(item)]);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') throw new ExpressionFault('A scalar value was expected');
  return String(value);
}

function continuesOnError(session: JobSession, definition: StepDefinition): boolean {
  try {
    return evaluateValue(definition['continue-on-error'], 'step', stepScope(session, session.env)) === true;
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    session.log.error('The step failed and an error occurred when attempting to determine whether to continue on error.');
    session.log.error(error.message);
    return false;
  }
}

/** `timeout-minutes` of the step, within the run's hard limit for a step. In milliseconds. */
function stepTimeout(session: JobSession, definition: StepDefinition, env: ReadonlyMap<string, string>): number {
  const minutes = Number(evaluateValue(definition['timeout-minutes'] ?? 0, 'step', stepScope(session, env)));
  const limit = session.request.stepTimeoutMs;
  return minutes > 0 ? Math.min(minutes * 60_000, limit) : limit;
}

/** When the job is cancelled, a step goes on whose condition still holds then, such as `always()`; GitHub asks again too. */
function signalOf(session: JobSession, definition: StepDefinition, env: ReadonlyMap<string, string>): AbortSignal {
  const runsWhenCancelled = evaluateCondition(definition.if, 'step.if', stepScope(session, env, 'cancelled'));
  return runsWhenCancelled ? session.lastSignal : session.signal;
}
