import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A shell in which one command follows the other, as in a terminal: variables and the folder stay. */
export interface Session {
  /** Runs a command to its end. @param onLine hears each line that it writes */
  run(command: string, onLine?: (line: string) => void): Promise<Ended>;
  /** Starts a command that stays, and resolves once it has written a line of this form; ends the one that stayed before. */
  start(command: string, ready: RegExp): Promise<Ended>;
  /** Ends what stays, by SIGTERM. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface Ended {
  /** 0 for what stays. */
  status: number;
  lines: readonly string[];
}

/** What a command may take: machines are busy at times. */
const PATIENCE_MS = 5 * 60_000;

/** Commands come NUL-terminated over descriptor 3. With `set -m` each has a process group, by which all that it started is ended. */
const LOOP = `set -m; exec 2>&1
while IFS= read -r -d '' regreen_docs_command <&3; do eval "$regreen_docs_command" 3<&-; done`;

/** All of the group are to be gone: npm ends before the server that it started. */
const END = `kill -TERM -- "-$regreen_docs_staying"
while kill -0 -- "-$regreen_docs_staying" 2>/dev/null; do sleep 0.05; done; true`;

export function startSession(folder: string, env: Readonly<Record<string, string>>): Session {
  const shell = spawn('bash', ['--noprofile', '--norc', '-c', LOOP], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const output = listenTo(shell);
  const type = (text: string) => (shell.stdio[3] as NodeJS.WritableStream).write(`${text}\0`);
  let staying: Ending | null = null;
  const session: Session = {
    run: async (command, onLine) => {
      const mark = `:${randomBytes(8).toString('hex')}:`;
      const ended = output.until((line) => line.startsWith(mark), onLine);
      type(`${command} </dev/null\nprintf '\\n${mark}%s\\n' "$?"`);
      return { status: Number((await ended).last.slice(mark.length)), lines: (await ended).lines };
    },
    start: async (command, ready) => {
      await session.stop();
      const mark = `:${randomBytes(8).toString('hex')}:`;
      const isEnd = (line: string) => line.startsWith(mark);
      const begun = output.until((line) => ready.test(line) || isEnd(line));
      type(`{ ${command}\nprintf '\\n${mark}%s\\n' "$?"; } </dev/null &\nregreen_docs_staying=$!`);
      const { last, lines } = await begun;
      if (isEnd(last)) return { status: Number(last.slice(mark.length)) || 1, lines };
      staying = { mark };
      return { status: 0, lines };
    },
    stop: async () => {
      if (staying === null) return;
      staying = null;
      await session.run(END);
    },
    close: async () => {
      await session.stop();
      const gone = once(shell, 'close');
      shell.stdio[3]?.destroy();
      await gone;
    },
  };
  return session;
}

interface Ending {
  mark: string;
}

/** Lines as they come, for whoever waits for one. */
function listenTo(shell: ChildProcess) {
  const listeners = new Set<(line: string) => void>();
  if (!shell.stdout) throw new Error('the shell has no output');
  createInterface({ input: shell.stdout }).on('line', (line) => {
    for (const listener of listeners) listener(line);
  });
  return {
    /** Resolves with the first line that is wanted, and all before it. @throws when it never comes */
    until: (isWanted: (line: string) => boolean, onLine?: (line: string) => void) => {
      const lines: string[] = [];
      const { promise, resolve, reject } = Promise.withResolvers<{ last: string; lines: readonly string[] }>();
      const timer = setTimeout(() => reject(new Error(`waited in vain; it has written:\n${lines.join('\n')}`)), PATIENCE_MS);
      const listener = (line: string) => {
        if (isWanted(line)) resolve({ last: line, lines });
        lines.push(line);
        onLine?.(line);
      };
      listeners.add(listener);
      return promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(listener);
      });
    },
  };
}
