import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A Regreen in a process of its own, with an embedded database: what can be killed. */
export interface ChildRegreen {
  url: string;
  /** SIGKILL, as an out-of-memory killer or a power cut would. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit status */
  terminate(): Promise<number | null>;
}

/**
 * Starts the server of `src/main.ts` on the data in `folder`, and points the sandbox's webhooks to it.
 * @throws when it ends before it is ready, with what it wrote
 */
export async function startChildRegreen(sandbox: Sandbox, folder: string): Promise<ChildRegreen> {
  const child = spawn(process.execPath, [MAIN], {
    // No .env of the project is to be found.
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY: sandbox.app.privateKey,
      WEBHOOK_SECRET: sandbox.app.webhookSecret,
      GITHUB_API_URL: sandbox.apiUrl,
      REGREEN_DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await readyUrl(child);
  sandbox.deliverTo(`${url}${WEBHOOK_PATH}`);
  return {
    url,
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

function readyUrl(child: ChildProcess): Promise<string> {
  const written: string[] = [];
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error('the child has no output');
    stderr.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    createInterface({ input: stdout }).on('line', (line) => {
      written.push(line);
      const { msg, url } = JSON.parse(line) as { msg?: string; url?: string };
      if (msg === 'Regreen is ready' && url !== undefined) resolve(url);
    });
    child.once('exit', (status) => reject(new Error(`Regreen ended with ${status} before it was ready:\n${written.join('\n')}`)));
  });
}
