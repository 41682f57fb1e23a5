import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessRole } from '../../src/config/process-roles.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { EmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { untilReady, urlOf } from '../api/server.ts';
import { stopChild } from '../support/child.ts';
import { freePort } from '../support/port.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A process of Regreen that does a part of the work. */
export interface RoleProcess {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startRole(
  role: ProcessRole,
  parts: { sandbox: Sandbox; folder: string; database: EmbeddedDatabase; jobsAtOnce: number },
): Promise<RoleProcess> {
  const { sandbox, folder, database, jobsAtOnce } = parts;
  const port = await freePort();
  const child = spawn(process.execPath, [...process.execArgv, MAIN, '--role', role], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY: sandbox.app.privateKey,
      WEBHOOK_SECRET: sandbox.app.webhookSecret,
      GITHUB_API_URL: sandbox.apiUrl,
      DATABASE_URL: urlOf(database.connection),
      JOBS_AT_ONCE: String(jobsAtOnce),
      PORT: String(port),
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'error',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return { url, pid: child.pid ?? 0, stop: () => stopChild(child) };
}
