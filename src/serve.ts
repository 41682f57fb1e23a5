import { giveBackMemory } from './compose/give-back-memory.ts';
import type { Regreen } from './compose.ts';
import { type Environment, loadEnvironmentFile, processVariables, readEnvironment } from './config/environment.ts';
import { ConfigurationError, RegreenError } from './errors.ts';
import { onStopSignals } from './stop-signals.ts';
import { startOwnDatabase } from './store/own-database.ts';
import { createLog, type Logger } from './telemetry/log.ts';

/** By then nothing of the start is worked on any more, in milliseconds. */
const START_IS_OVER_MS = 2_000;

/** Starts the server and stays until a signal ends it. Sets the exit status; never throws. */
export async function serve({ roles }: { roles?: string | undefined } = {}): Promise<void> {
  const environment = configured(roles);
  if (!environment) return;
  const log = createLog({ level: environment.log.level });
  const onLost = (part: string) => giveUp(log, part);
  // 1 PostgreSQL starts while the rest of the program is read, which leaves no turn to anything else.
  const own = startOwnDatabase(environment, log, onLost);
  await own?.underWay;
  try {
    // 2 The rest
    const { startRegreen } = await import('./compose.ts');
    const regreen = await startRegreen({ environment, log, onLost, own });
    stopOnSignals(log, regreen);
    setTimeout(() => {
      // It serves as well with more memory.
      giveBackMemory().catch((error: unknown) => log.debug({ err: error }, 'memory of the start was not given back'));
    }, START_IS_OVER_MS).unref();
  } catch (error) {
    await own?.opened.then(
      (database) => database.stop(),
      () => undefined,
    );
    log.fatal({ err: error }, 'Regreen could not start');
    if (error instanceof RegreenError) process.stderr.write(`${error.message}${error.hint ? `\n${error.hint}` : ''}\n`);
    process.exitCode = 1;
  }
}

/** @param roles what the command line says of them; it wins over the environment */
function configured(roles: string | undefined): Environment | null {
  try {
    loadEnvironmentFile();
    return readEnvironment(roles === undefined ? undefined : { ...processVariables(), PROCESS_ROLES: roles });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(isUnconfigured(error) ? FIRST_START : explain(error));
    process.exitCode = 1;
    return null;
  }
}

/** Nothing is set at all: a first look, not a mistake. */
function isUnconfigured(error: ConfigurationError): boolean {
  return error.faults.length === 3 && error.faults.every((fault) => fault.includes(': not set;'));
}

const FIRST_START = `Regreen has no GitHub App to act for yet. To see it work without one: npm run demo
1. npx regreen setup        registers a GitHub App of your own in the browser, and writes .env
2. npm start                starts Regreen
3. npx regreen doctor       says whether all is well, and what is left to do
`;

function explain(error: ConfigurationError): string {
  return [error.message, ...error.faults.map((fault) => `  ${fault}`), error.hint ?? '', ''].join('\n');
}

/** SIGTERM comes from whoever replaces the process, and others stand in for it; SIGINT from a person who waits for the end. */
function stopOnSignals(log: Logger, regreen: Pick<Regreen, 'drain' | 'stop'>): void {
  onStopSignals(
    (signal) => {
      log.info({ signal }, 'stopping: running jobs end first');
      const drained = signal === 'SIGTERM' ? regreen.drain() : Promise.resolve();
      void drained.then(() => regreen.stop()).then(() => process.exit(0));
    },
    (signal) => log.warn({ signal }, 'asked twice to stop; leaving at once'),
  );
}

/** Without the part nothing works; whoever supervises the process starts it again. */
function giveUp(log: Logger, part: string): void {
  log.fatal({ part }, 'a part that Regreen needs has ended; leaving');
  process.exit(1);
}
