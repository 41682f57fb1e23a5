import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { removeFolder, temporaryFolder } from './folder.ts';
import { WEBHOOK_SECRET } from './payload.ts';

export interface ChildServer {
  port: number;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

export interface IntakeServer extends ChildServer {
  /** Logs that the server has analysed so far; 0 unless it was started with `ANALYSE`. */
  logsAnalysed(): Promise<number>;
}

/** What a server of `bench/servers/` tells. */
export type ServerMessage = { listening: number } | { logsAnalysed: number };

/** Regreen's receiver on an embedded PostgreSQL of its own, in a process of its own. */
export async function startIntakeServer(environment: Record<string, string> = {}): Promise<IntakeServer> {
  const folder = await temporaryFolder();
  const { child, port } = await startServer('intake-server.ts', { WEBHOOK_SECRET, REGREEN_DATA_DIR: folder, ...environment });
  return {
    port,
    logsAnalysed: async () => {
      child.send('logsAnalysed');
      const [message] = (await once(child, 'message')) as [ServerMessage];
      return 'logsAnalysed' in message ? message.logsAnalysed : 0;
    },
    stop: async () => {
      await stopChild(child);
      await removeFolder(folder);
    },
  };
}

/** A plain Probot 14 server, in a process of its own. */
export async function startProbotServer(): Promise<ChildServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const { child, port } = await startServer('probot-server.ts', { WEBHOOK_SECRET, APP_ID: '1', PRIVATE_KEY: privateKey });
  return { port, stop: () => stopChild(child) };
}

/** Live updates on a PostgreSQL that `environment` names, in a process of its own. */
export async function startLiveServer(environment: Record<string, string>): Promise<ChildServer> {
  const { child, port } = await startServer('live-server.ts', environment);
  return { port, stop: () => stopChild(child) };
}

async function startServer(file: string, environment: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  const path = fileURLToPath(new URL(`../servers/${file}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, path], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended before it listened`)));
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [ServerMessage];
  ended.catch(() => undefined);
  if (!('listening' in message)) throw new Error(`${file} did not say where it listens`);
  return { child, port: message.listening };
}

/** SIGTERM, and SIGKILL when it has not ended in time. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
}
