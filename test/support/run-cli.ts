import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const launcher = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * `regreen` in a process of its own; `onStdout` gets all that it has written so far. As in a terminal, it is started by the launcher,
 * and `kill` is Ctrl-C, which reaches both; otherwise `kill` is SIGTERM.
 */
export function runCli(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; isInTerminal?: boolean; onStdout?: (text: string, kill: () => void) => void } = {},
): Promise<Ended> {
  const { env = process.env, isInTerminal = false, onStdout } = options;
  const program = isInTerminal ? [launcher, cli] : [cli];
  const child = spawn(process.execPath, [...program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isInTerminal,
  });
  const kill = () => void (isInTerminal ? process.kill(-(child.pid ?? 0), 'SIGINT') : child.kill('SIGTERM'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onStdout?.(stdout, kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return once(child, 'close').then(([status]) => ({ status, stdout, stderr }));
}
