import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Session } from './session.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where the real prettier of this project is: what workflows of the sandbox run. */
export const TOOL_PATHS = [join(ROOT, 'node_modules', '.bin')];

/** Where the commands of one document are run. */
export interface Scene {
  folder: string;
  /** What can't be run stands in the way of its own section only. */
  independentSections?: boolean;
  /** Beside PATH and HOME. */
  env?: Readonly<Record<string, string>>;
  /** The same command on this machine: with real things in place of placeholders, and this machine in place of others. */
  here?(command: string): string;
  /** What a command is expected to do; without an answer it ends with 0. */
  expect?(command: string): Expectation | undefined;
  close(): Promise<void>;
}

export interface Expectation {
  /** Why it can't be run on this machine; `null` when it can. */
  lacks?(): Promise<string | null>;
  /** Done before it. */
  before?(session: Session): Promise<void>;
  /** It stays, and has written a line of this form when it is ready. */
  stays?: RegExp;
  status?: number;
  /** What its output must have. */
  shows?: readonly RegExp[];
  /** Hears each line while it runs: where a person would do something. */
  onLine?(line: string): void;
  /** What must be true now. @throws when it is not */
  after?(output: string, session: Session): Promise<void> | void;
}

/** What a checkout has, as far as running it needs it. */
const PARTS = ['src', 'bin', 'schema', 'package.json', 'package-lock.json', 'app.yml', '.env.example', 'deploy'];

/** A folder like a checkout after `npm ci`, in which commands may do what they like. */
export async function checkoutFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-docs-'));
  // As root the database runs under another account, which must be able to enter.
  await chmod(folder, 0o755);
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
