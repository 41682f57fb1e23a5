import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PROCESS_ROLES, type ProcessRole } from '../../src/config/process-roles.ts';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const run = promisify(execFile);

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** A Regreen in a process of its own: what can be killed. */
export interface ChildRegreen {
  url: string;
  /** SIGKILL, as an out-of-memory killer or a power cut would. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** `regreen keys create`, in another process. @throws with what it wrote when it fails */
  createKey(): Promise<{ key: string }>;
  /** SIGTERM. @returns the exit status */
  terminate(): Promise<number | null>;
}

export interface ChildOptions {
  /** A database that other processes use as well; without it the child has one of its own in its folder. */
  databaseUrl?: string;
  /** What it does of all that there is to do; only what takes webhooks gets the sandbox's. */
  roles?: readonly ProcessRole[];
  /** More of its environment. */
  variables?: Readonly<Record<string, string>>;
  /** Hears each line that it logs. */
  onLine?: (line: LoggedLine) => void;
}

/** A line of the log; levels are pino's. */
export interface LoggedLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/**
 * Starts the server of `src/main.ts` on the data in `folder`, and points the sandbox's webhooks to it.
 * @throws when it ends before it is ready, with what it wrote
 */
export async function startChildRegreen(sandbox: Sandbox, folder: string, options: ChildOptions = {}): Promise<ChildRegreen> {
  const { databaseUrl, roles = PROCESS_ROLES, variables = {}, onLine } = options;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    APP_ID: String(sandbox.app.id),
    PRIVATE_KEY: sandbox.app.privateKey,
    WEBHOOK_SECRET: sandbox.app.webhookSecret,
    GITHUB_API_URL: sandbox.apiUrl,
    REGREEN_DATA_DIR: folder,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    PORT: '0',
    // Nobody but the test sends it anything.
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'info',
    ...variables,
  };
  const child = spawn(process.execPath, [MAIN, '--role', roles.join(',')], {
    // No .env of the project is to be found.
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await readyUrl(child, onLine);
  if (roles.includes('intake')) sandbox.deliverTo(`${url}${WEBHOOK_PATH}`);
  return {
    url,
    createKey: async () => {
      const parameters = ['keys', 'create', '--name', 'made beside it', '--role', 'admin'];
      const { stdout } = await run(process.execPath, [CLI, ...parameters], { cwd: folder, env });
      return { key: /^rg_\S+$/m.exec(stdout)?.[0] ?? '' };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    terminate: async () => {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

function readyUrl(child: ChildProcess, onLine?: (line: LoggedLine) => void): Promise<string> {
  const written: string[] = [];
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error('the child has no output');
    stderr.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    createInterface({ input: stdout }).on('line', (line) => {
      written.push(line);
      const logged = JSON.parse(line) as LoggedLine;
      onLine?.(logged);
      if (logged.msg === 'Regreen is ready' && typeof logged['url'] === 'string') resolve(logged['url']);
    });
    child.once('exit', (status) => reject(new Error(`Regreen ended with ${status} before it was ready:\n${written.join('\n')}`)));
  });
}
