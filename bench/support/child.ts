import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ChildServer {
  pid: number;
  port: number;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Starts a server of `bench/servers/` in a process of its own; it says `listening PORT` on standard output when it is
 * ready, and ends on SIGTERM.
 */
export async function startChildServer(file: string, environment: Record<string, string> = {}): Promise<ChildServer> {
  const path = fileURLToPath(new URL(`../servers/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
  });
  const port = await portSaid(child, file);
  return { pid: child.pid ?? 0, port, stop: () => stopChild(child) };
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

async function portSaid(child: ChildProcess, file: string): Promise<number> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port !== undefined) {
      child.stdout.resume();
      return Number(port);
    }
  }
  throw new Error(`${file} ended before it listened`);
}
