import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}/scripts/api-client`;
const DESCRIPTION = `${root}/schema/openapi.json`;

/** The types of the API's client, which the tests of the API use: what they say is what `schema/openapi.json` says. */
export const CLIENT_TYPES = 'schema/openapi.d.ts';

/** Whether the types are those of the description as it lies on disk; only a description without problems has some. */
export async function areClientTypesFresh(): Promise<boolean> {
  const [description, types] = await Promise.all([
    readFile(DESCRIPTION, 'utf8'),
    readFile(`${root}/${CLIENT_TYPES}`, 'utf8').catch(() => ''),
  ]);
  return types.split('\n', 1)[0]?.endsWith(`sha256:${createHash('sha256').update(description).digest('hex')}`) ?? false;
}

/** Lints the description and makes the types anew, in a package of its own that is installed when it is missing. */
export async function makeClientTypes(): Promise<void> {
  if (!(await isInstalled())) {
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=optional'], folder);
  }
  await run(process.execPath, [`${folder}/make-types.mjs`, DESCRIPTION, `${root}/${CLIENT_TYPES}`], folder);
}

/** npm keeps a lock file of its own of what it has installed. */
async function isInstalled(): Promise<boolean> {
  const [wanted, found] = await Promise.all([versionsIn('package-lock.json'), versionsIn('node_modules/.package-lock.json')]);
  return [...wanted].every(([path, version]) => found.get(path) === version);
}

async function versionsIn(name: string): Promise<Map<string, string>> {
  const text = await readFile(`${folder}/${name}`, 'utf8').catch(() => '{"packages":{}}');
  const { packages } = JSON.parse(text) as { packages: Record<string, { version?: string }> };
  return new Map(Object.entries(packages).flatMap(([path, { version }]) => (path && version ? [[path, version]] : [])));
}

function run(command: string, parameters: readonly string[], cwd: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(command, parameters, { cwd, stdio: 'inherit' });
  child.once('error', reject);
  child.once('close', (status) => {
    if (status === 0) resolve();
    else reject(new Error(`${command} ${parameters[0]} ended with status ${status}`));
  });
  return promise;
}
