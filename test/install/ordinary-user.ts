import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Somebody who owns nothing but a folder. */
export interface OrdinaryUser {
  folder: string;
  /** Runs a command in the user's folder, and tells each line that it writes. */
  start(command: string, onLine?: (line: string) => void): RunningCommand;
}

export interface RunningCommand {
  child: ChildProcess;
  /** Resolves with the exit status. */
  ended: Promise<number | null>;
  /** What it has written so far. */
  lines: readonly string[];
}

/** Debian's account of nobody. */
const NOBODY = 65_534;
/** What would configure a Regreen, or a Node, from outside. */
const NOT_PASSED =
  /^(?:APP_ID|PRIVATE_KEY|WEBHOOK_|DATABASE_URL|GITHUB_|REGREEN_|API_|AGENT_|ENCRYPTION_|PORT$|HOST$|NODE_OPTIONS|npm_)/;

/** The account of this process; where that is root, one without any rights. */
export function ordinaryUser(folder: string): OrdinaryUser {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  const passed = Object.entries(process.env).filter(([name]) => !NOT_PASSED.test(name));
  const env = { ...Object.fromEntries(passed), HOME: folder, USER: 'nobody', CI: 'true' };
  return {
    folder,
    start: (command, onLine) => {
      const child = spawn('bash', ['-c', command], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that what the command starts can be ended with it.
        detached: true,
        ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      });
      const lines: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          onLine?.(line);
        });
      }
      const ended = once(child, 'close').then(([status]) => status as number | null);
      return { child, ended, lines };
    },
  };
}
