import { tmpdir } from 'node:os';
import { type Regreen, startRegreen } from '../../src/compose.ts';
import type { Environment } from '../../src/config/environment.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { ConnectionSettings } from '../../src/store/database.ts';
import type { Logger } from '../../src/telemetry/log.ts';
import { type ChildRegreen, type LoggedLine, startChildRegreen } from './child-regreen.ts';

const WARNING = 40;

let isApart = false;

/** From now on, worlds of this test file have a Regreen of several processes. */
export function playApart(): void {
  isApart = true;
}

export function playsApart(): boolean {
  return isApart;
}

export interface Apart {
  sandbox: Sandbox;
  environment: Environment;
  connection: ConnectionSettings;
  log: Logger;
  problems: LoggedLine[];
}

/**
 * A Regreen of five processes on one database: one takes webhooks, two work jobs, and two answer the API, of which one is the
 * test's own, so that tests can look into its database and its queue.
 */
export async function startApart({ sandbox, environment, connection, log, problems }: Apart): Promise<Regreen> {
  const databaseUrl = addressOf(connection);
  const onLine = (line: LoggedLine): void => {
    if (line.level >= WARNING) problems.push(line);
  };
  const start = (role: 'intake' | 'worker' | 'api') =>
    startChildRegreen(sandbox, tmpdir(), { databaseUrl, roles: [role], onLine });
  const own = await startRegreen({ environment: { ...environment, roles: new Set(['api']) }, log, connection });
  const children: ChildRegreen[] = await Promise.all([start('worker'), start('worker'), start('api'), start('intake')]);
  return {
    ...own,
    stop: async () => {
      await Promise.all(children.map((child) => child.terminate()));
      await own.stop();
    },
  };
}

/** The settings as `DATABASE_URL` takes them. */
export function addressOf({
  connectionString,
  host = 'localhost',
  port = 5432,
  user = '',
  password = '',
  database = '',
}: ConnectionSettings): string {
  if (connectionString !== undefined) return connectionString;
  const url = new URL(`postgresql://localhost:${port}/${database}`);
  url.username = user;
  url.password = password;
  // A folder of a socket can't be the host of an address.
  url.searchParams.set('host', host);
  return url.href;
}
