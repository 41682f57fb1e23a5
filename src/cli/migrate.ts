import { type Environment, loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { ConfigurationError, RegreenError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { createLog } from '../telemetry/log.ts';

/** Brings the database up to date and starts nothing. @returns the exit status: 0, or 1 with what went wrong on stderr */
export async function runMigrate(): Promise<number> {
  try {
    loadEnvironmentFile();
    await migrateOnly(readEnvironment());
    process.stdout.write('The database is up to date.\n');
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof ConfigurationError) for (const fault of error.faults) process.stderr.write(`  ${fault}\n`);
    if (error instanceof RegreenError && error.hint) process.stderr.write(`${error.hint}\n`);
    return 1;
  }
}

/** The same with a configuration. */
export async function migrateOnly(environment: Pick<Environment, 'store' | 'log'>): Promise<void> {
  const log = createLog({ level: environment.log.level });
  const store = await openStore({ environment, log, connections: 2 });
  await store.close();
}
