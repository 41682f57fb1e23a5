import type { Action, ActionContext } from '../actions/action.ts';
import { resolveAction } from '../actions/registry.ts';
import { stepScope } from '../expressions/contexts.ts';
import { evaluateText } from '../expressions/template.ts';
import type { UsesStepDefinition } from '../workflow/schema.ts';
import { findExecutable } from './environment.ts';
import type { ProcessEnd } from './process.ts';
import { environmentLines } from './script-step.ts';
import type { JobSession } from './session.ts';
import type { StepRun } from './step.ts';
import { StepFault } from './step-fault.ts';

/** What an action wants done after all steps. */
export interface PostStep {
  name: string;
  run: () => Promise<void>;
}

const postSteps = new WeakMap<JobSession, PostStep[]>();

/** The post steps of a job's actions so far, in the order in which they run: the last action's first. */
export function postStepsOf(session: JobSession): PostStep[] {
  return (postSteps.get(session) ?? []).toReversed();
}

/** Carries out a `uses:` step. Rejects with StepFault when the action fails. */
export async function runActionStep(step: StepRun, definition: UsesStepDefinition): Promise<ProcessEnd> {
  const { session, env } = step;
  const resolution = resolveAction(definition.uses, session.request.actions);
  if ('fault' in resolution) throw new StepFault(resolution.fault);
  const { action } = resolution;
  const inputs = inputsOf(step, definition, action);
  session.log.group(`Run ${definition.uses}`, [
    ...(inputs.size === 0 ? [] : ['with:', ...[...inputs].map(([name, value]) => `  ${name}: ${value}`)]),
    ...environmentLines(env),
  ]);
  const stopped: { end: ProcessEnd | null } = { end: null };
  const context = contextOf(step, inputs, (end) => {
    stopped.end = end;
  });
  registerPost(step, action, inputs);
  try {
    for (const [name, value] of Object.entries(await action.main(context))) step.outputs.set(name, value);
  } catch (error) {
    if (!(error instanceof StepStopped)) throw error;
  }
  return stopped.end ?? { kind: 'exited', exitCode: 0 };
}

/** Ends an action whose program was stopped by a timeout or a cancellation. */
class StepStopped extends Error {}

function inputsOf({ session, env }: StepRun, definition: UsesStepDefinition, action: Action): Map<string, string> {
  const scope = stepScope(session, env);
  const given = Object.entries(definition.with ?? {}).map(([name, value]): [string, string] => [
    name,
    evaluateText(String(value ?? ''), 'step', scope),
  ]);
  const { owner, name } = session.request.repository;
  const inputs = new Map([
    ...given,
    ...Object.entries(action.defaults)
      .filter(([key]) => !given.some(([other]) => other === key))
      .map(([key, value]): [string, string] => [key, evaluateText(value, 'step', scope)]),
  ]);
  if (inputs.get('repository') === '') inputs.set('repository', `${owner}/${name}`);
  return inputs;
}

function contextOf(
  step: Pick<StepRun, 'session' | 'environment' | 'timeoutMs' | 'signal' | 'output'>,
  inputs: ReadonlyMap<string, string>,
  onStopped: (end: ProcessEnd) => void,
): ActionContext {
  const { session, environment } = step;
  return {
    session,
    inputs,
    environment,
    command: (line) => step.output.line(line),
    async execute(command, args, options = {}) {
      const file = await findExecutable(command, environment['PATH'] ?? '');
      if (file === null) throw new StepFault(`Unable to locate executable file: ${command}.`);
      const end = await session.groups.run({
        file,
        args,
        cwd: options.cwd ?? session.directories.workspace,
        env: options.env ?? environment,
        timeoutMs: step.timeoutMs,
        signal: step.signal,
        onLine: options.onLine ?? (() => {}),
      });
      if (end.kind === 'not-started') throw new StepFault(end.message);
      if (end.kind !== 'exited') {
        onStopped(end);
        throw new StepStopped();
      }
      return end;
    },
  };
}

function registerPost(step: StepRun, action: Action, inputs: ReadonlyMap<string, string>): void {
  const { post } = action;
  if (!post) return;
  const { session } = step;
  const context = contextOf({ ...step, signal: session.lastSignal }, inputs, () => {});
  const list = postSteps.get(session) ?? [];
  list.push({
    name: `Post ${step.name}`,
    run: async () => {
      try {
        await post(context);
      } catch (error) {
        if (!(error instanceof StepStopped)) throw error;
        throw new StepFault('The operation was canceled.');
      }
    },
  });
  postSteps.set(session, list);
}
