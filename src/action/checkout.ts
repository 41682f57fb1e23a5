import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Edit } from '../policy/gate.ts';
import { isPlainPath } from '../policy/gate.ts';
import { answerOf, ProgramError, type ProgramOptions } from './programs.ts';

/** The files of the failed commit, as the workflow has checked them out. */
export interface Checkout {
  folder: string;
  /** Writes what a change makes of files. @returns why it can't: the files here are others than those that it was made of */
  apply(edits: readonly Edit[]): Promise<string | null>;
  /** Tracked files that are not as they were checked out; what is new is no part of it. */
  changes(): Promise<Edit[]>;
  /** Takes all changes of tracked files back. */
  restore(): Promise<void>;
}

export interface CheckoutFacts {
  workspace: string;
  /** The failed commit, and what `actions/checkout` checks out for it: a pull request's test merge. */
  commits: readonly string[];
  env: Readonly<Record<string, string>>;
}

const GIT_TIMEOUT_MS = 60_000;
/** Neither symlinks nor what is new or gone; https://git-scm.com/docs/git-status "Porcelain Format Version 1" */
const CHANGED = /^(?: M|M |MM) /;

/**
 * Opens the checkout for trying a change and running commands.
 * @returns why that can't be done here, as a clause
 */
export async function openCheckout(facts: CheckoutFacts): Promise<Checkout | string> {
  const options: ProgramOptions = { cwd: facts.workspace, env: facts.env, timeoutMs: GIT_TIMEOUT_MS };
  const git = (...args: string[]) => answerOf('git', args, options);
  try {
    const folder = (await git('rev-parse', '--show-toplevel')).trim();
    if ((await realpath(folder)) !== (await realpath(facts.workspace))) return 'the repository is not checked out';
    const head = (await git('rev-parse', 'HEAD')).trim();
    if (!facts.commits.includes(head)) return `the checkout is at ${head.slice(0, 12)}, which is not the failed commit`;
    if ((await git('status', '--porcelain=v1', '--untracked-files=no')) !== '') return 'the checkout has changes of its own';
    if (await holdsCredentials(git)) return 'the checkout keeps a token (use `persist-credentials: false` with actions/checkout)';
    return checkoutAt(folder, git);
  } catch (error) {
    if (error instanceof ProgramError) return 'the repository is not checked out';
    throw error;
  }
}

type Git = (...args: string[]) => Promise<string>;

/** `actions/checkout` leaves its token where every program of the job finds it, unless it is told not to. */
async function holdsCredentials(git: Git): Promise<boolean> {
  const found = await git('config', '--includes', '--name-only', '--get-regexp', '^http\\..*\\.extraheader$').catch(() => '');
  const included = await git('config', '--local', '--name-only', '--get-regexp', '^includeif\\..*\\.path$').catch(() => '');
  return found !== '' || included !== '';
}

function checkoutAt(folder: string, git: Git): Checkout {
  const original = (path: string) => git('show', `HEAD:${path}`);
  return {
    folder,
    async apply(edits) {
      for (const { path, before } of edits) {
        if (!(await isInside(folder, path))) return `${path} is no file of the checkout`;
        const here = await readFile(join(folder, path), 'utf8').catch(() => '');
        if (here !== before) return `${path} is another one in the checkout than in the failed commit`;
      }
      for (const { path, after } of edits) await writeFile(join(folder, path), after);
      return null;
    },
    async changes() {
      const status = await git('status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=no');
      const paths = status.split('\0').flatMap((line) => (CHANGED.test(line) ? [line.slice(3)] : []));
      const edits: Edit[] = [];
      for (const path of paths) {
        if (!(await isInside(folder, path))) continue;
        edits.push({ path, before: await original(path), after: await readFile(join(folder, path), 'utf8') });
      }
      return edits;
    },
    restore: async () => void (await git('checkout', '--force', 'HEAD', '--', '.')),
  };
}

/** Whether a path is a plain file of the folder, reached through no link. */
async function isInside(folder: string, path: string): Promise<boolean> {
  if (!isPlainPath(path) || /^\.git(?:\/|$)/i.test(path)) return false;
  const real = await realpath(join(folder, path)).catch(() => null);
  return real === null ? false : real === join(await realpath(folder), path.split('/').join(sep));
}
