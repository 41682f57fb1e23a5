import type { FailedJob } from '../../../src/action/diagnose.ts';
import { failedCommands } from '../../../src/action/failed-commands.ts';

/** The scripts that the action would run again where this command of a job had failed; empty where it can't. */
export function failedCommandsOf(workflow: string, job: string, command: string): string[] {
  const failed = { name: job, steps: [{ name: `Run ${command}`, conclusion: 'failure' }] } as unknown as FailedJob;
  const found = failedCommands(workflow, failed);
  return 'commands' in found ? found.commands.map(({ script }) => script) : [];
}
