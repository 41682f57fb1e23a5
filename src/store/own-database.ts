import type { Environment } from '../config/environment.ts';
import type { Logger } from '../telemetry/log.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from './embedded/index.ts';

/** The embedded PostgreSQL, on its way. */
export interface OwnDatabase {
  /** Rejects with `EmbeddedDatabaseError`, whoever awaits it. */
  readonly opened: Promise<EmbeddedDatabase>;
  /** Resolves when one of PostgreSQL's programs runs, and there is nothing to do but wait for it (or when it has failed). */
  readonly underWay: Promise<void>;
}

/**
 * Starts the embedded PostgreSQL, where the environment names no database. It is a file of its own, with little behind it, so that
 * PostgreSQL can start while the rest of the program is read: its first start takes a second.
 * @param onLost called when it has ended, and nobody has asked for that
 * @returns `null` where the environment names a database
 */
export function startOwnDatabase(
  { store }: Pick<Environment, 'store'>,
  log: Logger,
  onLost?: (part: string) => void,
): OwnDatabase | null {
  if (store.databaseUrl !== null) return null;
  const underWay = Promise.withResolvers<void>();
  const opened = open(store.dataFolder, log, onLost, underWay.resolve);
  // It may fail before anybody awaits it, which is no fault of its own.
  opened.catch(() => undefined).finally(underWay.resolve);
  return { opened, underWay: underWay.promise };
}

async function open(
  folder: string,
  log: Logger,
  onLost: ((part: string) => void) | undefined,
  onProgram: () => void,
): Promise<EmbeddedDatabase> {
  const embedded = await startEmbeddedDatabase({
    folder,
    onLog: (text) => log.debug({ text: text.trim() }, 'postgresql'),
    onProgram,
  });
  let stopping = false;
  void embedded.ended.then(() => {
    if (!stopping) onLost?.('the embedded PostgreSQL');
  });
  return {
    ...embedded,
    stop: () => {
      stopping = true;
      return embedded.stop();
    },
  };
}
