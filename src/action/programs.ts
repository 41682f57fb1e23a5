import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ActionOutput } from './output.ts';

/** What programs of the repository, and git on its checkout, are started with. */
export interface ProgramOptions {
  cwd: string;
  /** Whole: nothing of this process's own is added. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export type ProgramEnd = { kind: 'exited'; status: number } | { kind: 'timed-out' };

const LARGEST_ANSWER = 64 * 1024 * 1024;

/** A program that could not be started, or ended otherwise than it should. */
export class ProgramError extends Error {}

/**
 * Runs a shell's script of the repository and shows its output, which the runner takes for no command of ours. What it leaves
 * running ends with it.
 */
export async function runScript(
  { title, script, shell = 'bash' }: { title: string; script: string; shell?: 'bash' | 'sh' | null },
  options: ProgramOptions,
  output: ActionOutput,
): Promise<ProgramEnd> {
  const mute = randomUUID();
  output.command(`::group::Regreen runs ${title.replace(/\p{Cc}+/gu, ' ').replaceAll('%', '%25')}`);
  output.command(`::stop-commands::${mute}`);
  try {
    const args = shell === 'bash' ? ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script] : ['-e', '-c', script];
    const child = spawn(shell ?? 'bash', args, {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stdout, { end: false });
    return await endOf(child, options.timeoutMs);
  } finally {
    // On a line of its own, whatever the program wrote last.
    output.command('');
    output.command(`::${mute}::`);
    output.command('::endgroup::');
  }
}

/** Runs a program of the machine and answers what it wrote. @throws ProgramError when it fails */
export async function answerOf(file: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_ANSWER) chunks.push(chunk);
  });
  const end = await endOf(child, options.timeoutMs);
  if (end.kind === 'timed-out') throw new ProgramError(`${file} took more than ${options.timeoutMs / 1000} s`);
  if (end.status !== 0 || size > LARGEST_ANSWER) throw new ProgramError(`${file} ${args[0] ?? ''} ended with ${end.status}`);
  return Buffer.concat(chunks).toString('utf8');
}

async function endOf(child: ChildProcess, timeoutMs: number): Promise<ProgramEnd> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child);
  }, timeoutMs);
  const closed = once(child, 'close');
  // A program that can't be started says so by both.
  closed.catch(() => {});
  try {
    const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
    // What it leaves running may hold its output open.
    endGroup(child);
    await closed;
    if (late) return { kind: 'timed-out' };
    return { kind: 'exited', status: status ?? (signal === null ? 1 : 128) };
  } catch (error) {
    throw new ProgramError(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** The program leads a group of its own. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended as a whole.
  }
}
