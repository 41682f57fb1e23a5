import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { OwnServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Unix socket that answers with the settings of the shared PostgreSQL, started when first asked for. */
    sharedPostgresSocket: string;
  }
}

async function startServer(): Promise<OwnServer> {
  // What makes it is loaded by runs that need it.
  const [{ startOwnServer }, { createTemplate }] = await Promise.all([import('./postgres-server.ts'), import('./database.ts')]);
  const server = await startOwnServer();
  try {
    await createTemplate(server.connection);
    return server;
  } catch (error) {
    await server.remove();
    throw error;
  }
}

/**
 * One embedded PostgreSQL for a whole run, started only when a test asks for a database: a run of pure unit tests
 * pays nothing. Workers ask over a Unix socket, for they are other processes.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-run-'));
  const socket = join(folder, 'postgres.sock');
  let starting: Promise<OwnServer> | undefined;
  const broker = createServer((_request, response) => {
    starting ??= startServer();
    starting.then(
      (server) => response.end(JSON.stringify(server.connection)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => broker.listen(socket, resolve));
  project.provide('sharedPostgresSocket', socket);
  return async () => {
    broker.close();
    await (await starting?.catch(() => undefined))?.remove();
    await rm(folder, { recursive: true, force: true });
  };
}
