import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** The contract test could not begin. */
export class SetUpError extends Error {
  override name = 'SetUpError';
}

/** Installs this package's dependencies when they are missing or not those of the lock file. @throws SetUpError when that fails */
export async function ensureInstalled(): Promise<void> {
  if (await isInstalled()) return;
  console.log("Installing GitHub's descriptions (npm ci in test/contract, about 430 MB unpacked) …");
  await run(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    'the dependencies of test/contract cannot be installed',
  );
}

/** Holds the types of this package, which the root's type check leaves out as its dependencies may be missing there. @throws SetUpError */
export function checkTypes(): Promise<void> {
  return run(process.execPath, [TSC, '--project', FOLDER], 'the types of test/contract are wrong');
}

interface LockFile {
  packages: Record<string, { version?: string }>;
}

/** npm keeps a lock file of its own of what it has installed. */
async function isInstalled(): Promise<boolean> {
  const [wanted, found] = await Promise.all([readLock('package-lock.json'), readLock('node_modules/.package-lock.json')]);
  if (!wanted) throw new SetUpError('test/contract has no package-lock.json');
  const packages = Object.entries(wanted.packages).filter(([path]) => path !== '');
  return packages.every(([path, { version }]) => found?.packages[path]?.version === version);
}

async function readLock(name: string): Promise<LockFile | null> {
  try {
    return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function run(command: string, parameters: readonly string[], failure: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: FOLDER, stdio: 'inherit' });
    child.on('error', (error) => reject(new SetUpError(`${failure}: ${error.message}`)));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new SetUpError(`${failure}: ${command} ended with ${signal ?? `status ${code}`}`));
    });
  });
}
