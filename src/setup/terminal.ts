import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { TerminalEnvironment } from '../config/environment.ts';

/** Whom setup speaks with. */
export interface Terminal {
  /** Told to the person; never a secret. */
  say(text: string): void;
  /** What was asked for on the command line, and may be read by a program. */
  print(text: string): void;
  /** Rejects when the signal aborts. `null` where nobody can answer. */
  ask: ((question: string, signal?: AbortSignal) => Promise<string>) | null;
  /** Opens an address in the person's browser; false where there is none on this machine. */
  open(address: string): Promise<boolean>;
  overSsh: boolean;
}

/** The terminal of this process. People are spoken to on stderr, so that stdout holds only what was asked for. */
export function processTerminal({ overSsh, hasDisplay }: TerminalEnvironment): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    overSsh,
    say: (text) => void stderr.write(`${text}\n`),
    print: (text) => void stdout.write(`${text}\n`),
    ask: stdin.isTTY && stderr.isTTY ? askPerson : null,
    open: async (address) => hasDisplay && openBrowser(address),
  };
}

async function askPerson(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await (signal ? lines.question(question, { signal }) : lines.question(question))).trim();
  } finally {
    lines.close();
  }
}

/** The address goes as one argument to one program; no shell reads it. */
async function openBrowser(address: string): Promise<boolean> {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.unref();
  return once(child, 'spawn').then(
    () => true,
    () => false,
  );
}
