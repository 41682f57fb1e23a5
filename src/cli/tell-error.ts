import { ConfigurationError, RegreenError } from '../errors.ts';

/** Says on stderr what went wrong and what can be done about it. @returns the exit status, 1 */
export function tellError(error: unknown): 1 {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof ConfigurationError) for (const fault of error.faults) process.stderr.write(`  ${fault}\n`);
  if (error instanceof RegreenError && error.hint) process.stderr.write(`${error.hint}\n`);
  return 1;
}
