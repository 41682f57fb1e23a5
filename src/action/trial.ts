import { join } from 'node:path';
import { readFile } from '../github/files.ts';
import type { Action, CheckoutOrReason } from './action.ts';
import { failedCommands, type StepCommand } from './failed-commands.ts';
import type { Failure } from './failures.ts';
import type { Made } from './make.ts';
import { runScript } from './programs.ts';

/** What the commands that had failed say of a change. */
export type Trial =
  | { kind: 'passed'; commands: string[] }
  | { kind: 'failed'; command: string }
  /** They could not be run again here; the reason is a clause. */
  | { kind: 'unchecked'; reason: string };

const COMMAND_TIMEOUT_MS = 10 * 60_000;

/** Runs the commands that made jobs red again, in the checkout with the change; afterwards it is as it was. */
export async function tryOut(
  action: Action,
  made: Made,
  failures: readonly Failure[],
  checkout: CheckoutOrReason,
): Promise<Trial> {
  const { at, occasion } = action;
  if (typeof checkout === 'string') return unchecked(checkout);
  // 1 Which commands?
  const names = new Set(made.work.flatMap(({ diagnoses }) => diagnoses.map(({ jobName }) => jobName)));
  const text = await readFile(at, occasion.run.workflowPath, occasion.run.headSha);
  const commands: StepCommand[] = [];
  for (const { job } of failures.filter((one) => names.has(one.job.name))) {
    const found = failedCommands(text, job);
    if ('reason' in found) return unchecked(found.reason);
    commands.push(...found.commands);
  }
  // 2 Try them on the change
  const blocked = await checkout.apply(made.edits);
  if (blocked !== null) return unchecked(blocked);
  try {
    return await runAll(action, checkout.folder, distinct(commands));
  } finally {
    await checkout.restore();
  }
}

async function runAll({ environment, output }: Action, root: string, commands: readonly StepCommand[]): Promise<Trial> {
  for (const command of commands) {
    const options = {
      cwd: join(root, command.folder),
      env: { ...environment.forPrograms, ...command.env },
      timeoutMs: COMMAND_TIMEOUT_MS,
    };
    const end = await runScript(command, options, output);
    if (end.kind === 'timed-out') return unchecked(`\`${command.title}\` took more than ${COMMAND_TIMEOUT_MS / 60_000} minutes`);
    if (end.status !== 0) return { kind: 'failed', command: command.title };
  }
  return { kind: 'passed', commands: commands.map(({ title }) => title) };
}

/** Jobs of a matrix run the same. */
function distinct(commands: readonly StepCommand[]): StepCommand[] {
  return [...new Map(commands.map((one) => [JSON.stringify(one), one])).values()];
}

function unchecked(reason: string): Trial {
  return { kind: 'unchecked', reason };
}
