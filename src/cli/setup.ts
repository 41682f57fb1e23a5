import { readTerminalEnvironment } from '../config/environment.ts';
import { RegreenError } from '../errors.ts';
import { type SetupOptions, setUp } from '../setup/setup.ts';
import { processTerminal } from '../setup/terminal.ts';

/** What commander hands over: `--no-open` makes `open` false. Node itself reads `--env-file`, wherever it stands in the command. */
export type SetupArguments = Omit<SetupOptions, 'port' | 'envFile'> & { port: string; dotenv: string };

/** Registers a GitHub App. @returns the exit status: 0, or 1 with the reason on stderr */
export async function runSetup({ port, dotenv, ...options }: SetupArguments): Promise<number> {
  const terminal = processTerminal(readTerminalEnvironment());
  try {
    await setUp({ ...options, port: Number(port), envFile: dotenv }, terminal);
    return 0;
  } catch (error) {
    terminal.say(error instanceof Error ? error.message : String(error));
    if (error instanceof RegreenError && error.hint) terminal.say(error.hint);
    return 1;
  }
}
