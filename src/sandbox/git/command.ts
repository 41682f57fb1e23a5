import { spawn } from 'node:child_process';

/** The environment of every git child: no configuration of the machine or its user, no prompts, no hooks of theirs. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  // The repositories' folder may belong to another user than the one who runs git (root in a checkout of somebody's).
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
};

/** What one git command may print. Bigger output is an error, not a full memory. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** A git command that ended with another status than 0. */
export class GitError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args[0] ?? ''} ended with ${exitCode ?? 'a signal'}: ${stderr.trim().slice(0, 2000)}`);
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface GitResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

interface GitCommandOptions {
  input?: Buffer | string;
  /** Exit statuses that are an answer and no error; 0 always is. */
  accept?: readonly number[];
}

/** Runs `git --git-dir=<gitDir> <args>` and collects what it prints. Throws `GitError` on an exit status not accepted. */
export function git(gitDir: string, args: readonly string[], options: GitCommandOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [`--git-dir=${gitDir}`, ...args], { env: GIT_ENVIRONMENT, timeout: TIMEOUT_MS });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const errors = Buffer.concat(stderr).toString('utf8');
      if (exitCode === null || (exitCode !== 0 && !options.accept?.includes(exitCode))) {
        reject(new GitError(args, exitCode, errors));
        return;
      }
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: errors });
    });
    // A child that ends before it has read its input closes the pipe: its exit status tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** The command's output as text without the trailing newline. */
export async function gitText(gitDir: string, args: readonly string[], options: GitCommandOptions = {}): Promise<string> {
  return (await git(gitDir, args, options)).stdout.toString('utf8').trimEnd();
}
