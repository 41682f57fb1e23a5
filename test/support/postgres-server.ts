import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../src/store/database.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/store/embedded/index.ts';

const SOCKET_NAME = '.s.PGSQL.5432';

/** A real PostgreSQL of a test's own, whose address stays the same while it is stopped and started. */
export interface OwnServer {
  connection: ConnectionSettings;
  start(): Promise<void>;
  /** The clean end: sessions are closed and told so. */
  stop(): Promise<void>;
  /** The unclean end: SIGKILL, as an out-of-memory killer or a power cut would. */
  crash(): Promise<void>;
  /** Stops the server and deletes its data. */
  remove(): Promise<void>;
}

/** Starts a server in a temporary folder; `onLog` gets what the server says. */
export async function startOwnServer(onLog: (text: string) => void = () => undefined): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-test-'));
  // As root the server runs under another account, which must be able to enter.
  await chmod(folder, 0o755);
  let server: EmbeddedDatabase | undefined;
  const start = async () => {
    server = await startEmbeddedDatabase({ folder, onLog });
    await pointTo(folder, server.connection);
  };
  const stop = async () => server?.stop();
  await start();
  return {
    connection: { ...server?.connection, host: folder },
    start,
    stop,
    crash: async () => {
      const pid = Number((await readFile(join(folder, 'postgresql', 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await server?.ended;
      await stop();
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server takes a new socket folder at each start; a symlink in `folder` always leads to the newest. */
async function pointTo(folder: string, connection: ConnectionSettings): Promise<void> {
  const draft = join(folder, randomUUID());
  await symlink(join(connection.host ?? '', SOCKET_NAME), draft);
  await rename(draft, join(folder, SOCKET_NAME));
}
