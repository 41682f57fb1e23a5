import { toErrorCommand } from './action/commands.ts';
import { explainAndHeal } from './action/explain-and-heal.ts';
import { createOutput } from './action/output.ts';
import { readActionEnvironment } from './config/action-environment.ts';
import { ConfigurationError, RegreenError } from './errors.ts';
import { redactSecrets } from './secrets.ts';

/** Regreen as a step of a workflow; docs/action.md. */
try {
  const environment = readActionEnvironment();
  await explainAndHeal(environment, createOutput(environment), new Date());
} catch (error) {
  process.exitCode = 1;
  const lines = [
    error instanceof Error ? error.message : String(error),
    ...(error instanceof ConfigurationError ? error.faults : []),
    ...(error instanceof RegreenError && error.hint ? [error.hint] : []),
  ];
  process.stdout.write(`${toErrorCommand(redactSecrets(lines.join('\n')))}\n`);
}
