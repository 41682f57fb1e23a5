import { type Environment, loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { openStore } from '../store/open.ts';
import { createLog } from '../telemetry/log.ts';
import { tellError } from './tell-error.ts';

/** Brings the database up to date and starts nothing. @returns the exit status: 0, or 1 with what went wrong on stderr */
export async function runMigrate(): Promise<number> {
  try {
    loadEnvironmentFile();
    await migrateOnly(readEnvironment());
    process.stdout.write('The database is up to date.\n');
    return 0;
  } catch (error) {
    return tellError(error);
  }
}

/** The same with a configuration. */
export async function migrateOnly(environment: Pick<Environment, 'store' | 'log'>): Promise<void> {
  const log = createLog({ level: environment.log.level });
  const store = await openStore({ environment, log, connections: 2 });
  await store.close();
}
