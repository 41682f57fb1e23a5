import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTION_FOLDER } from '../../../scripts/build-action.ts';
import { FIXERS } from '../../../src/fixers/registry.ts';
import { type Declined, type FixResult, isDeclined } from '../../../src/fixers/types.ts';
import type { FixerTask } from '../../../src/isolation/fixer-process.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { BUILD_TIMEOUT_MS, builtAction } from '../../support/built-action.ts';
import { failedStepLog, fixturesOf, sourceOf as sourceOfLog } from '../../unit/fixers/fixtures.ts';
import { fixerFixtures, sourceOf, taskOf } from '../../unit/fixers/support.ts';

/** Protects whoever starts it otherwise than a runner does, or with a token that GitHub does not take. */
describe('the program of the bundle', () => {
  beforeAll(builtAction, BUILD_TIMEOUT_MS);

  it('says all that it was not told, as an error of the step', () => {
    const { status, stdout } = spawnSync(process.execPath, [join(ACTION_FOLDER, 'index.js')], { env: {}, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^::error title=Regreen::Regreen was not started as an action\.%0Atoken: not set;.*GITHUB_RUN_ID.*\n$/,
    );
  });

  it('fails where GitHub refuses it, in a line of its own and without the token', async () => {
    const sandbox = await startSandbox();
    const folder = await mkdtemp(join(tmpdir(), 'regreen-event-'));
    const token = 'ghs_000000000000000000000000000000000000';
    try {
      const event = join(folder, 'event.json');
      await writeFile(event, '{}');
      const child = spawn(process.execPath, [join(ACTION_FOLDER, 'index.js')], {
        env: {
          INPUT_TOKEN: token,
          GITHUB_REPOSITORY: 'octo/shop',
          GITHUB_RUN_ID: '1',
          GITHUB_EVENT_NAME: 'push',
          GITHUB_EVENT_PATH: event,
          GITHUB_API_URL: sandbox.apiUrl,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const said: string[] = [];
      child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
      const [status] = (await once(child, 'close')) as [number];
      expect(status).toBe(1);
      expect(said.join('')).toMatch(/^::error title=Regreen::Bad credentials/m);
      expect(said.join('')).not.toContain(token);
    } finally {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** The first project of each formatter that a real tool has judged. */
const PROJECTS = [...Map.groupBy(fixerFixtures(), ({ fixer }) => fixer).values()].flatMap((of) => of.slice(0, 1));

/** Protects the released folder: each engine that lies in it is found and works, though nothing may be read but the folder. */
describe('the fixers of the bundle', () => {
  beforeAll(builtAction, BUILD_TIMEOUT_MS);

  it('have each engine in the very bytes that npm has installed', async () => {
    const beside = join(ACTION_FOLDER, 'node_modules');
    const engines = (await readdir(beside, { recursive: true })).filter((name) => name.endsWith('.wasm'));
    expect(engines.length).toBeGreaterThan(15);
    for (const name of engines) {
      const installed = await readFile(fileURLToPath(new URL(`../../../node_modules/${name}`, import.meta.url)));
      expect(zstdDecompressSync(await readFile(join(beside, name))).equals(installed), name).toBe(true);
    }
  });

  it.each(PROJECTS)('make of $name what the real tool makes', async ({ fixer: id, files, log, expected }) => {
    expect(await fixInBundle(task(id, files, sourceOf(log)))).toEqual(expected);
  });

  it('parse, where a change is made by syntax', async () => {
    const fixture = fixturesOf('unused-imports').find(({ isCertain, name }) => isCertain && name.includes('ts'));
    if (!fixture) throw new Error('no fixture');
    const source = sourceOfLog(failedStepLog(fixture.command, fixture.output));
    expect(await fixInBundle(task('unused-imports', fixture.before, source))).toEqual(
      Object.fromEntries(Object.entries(fixture.after).filter(([path, after]) => fixture.before[path] !== after)),
    );
  });

  it('load no program that a configuration names', async () => {
    const [project] = PROJECTS.filter(({ fixer }) => fixer === 'prettier');
    if (!project) throw new Error('no project');
    const own = { ...project.files, '.prettierrc': '"data:text/javascript,export default {semi:false}"\n' };
    const made = await fixInBundle(task('prettier', own, sourceOf(project.log))).catch((error: Error) => error.message);
    expect(made).toMatch(/program|declined/i);
  });
});

function task(id: string, files: Record<string, string> | FixerTask['targets'], source: FixerTask['source']): FixerTask {
  const fixer = FIXERS.find((one) => one.id === id);
  const made = fixer ? taskOf(fixer, files, source) : { declined: `no fixer ${id}` };
  if (isDeclined(made)) throw new Error(made.declined);
  return made;
}

/** As the action starts a fixer. @returns the files that it makes */
async function fixInBundle(given: FixerTask): Promise<Record<string, string> | string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'regreen-bundle-'));
  const child = fork(join(ACTION_FOLDER, 'fixer-child.js'), [], {
    env: {},
    execArgv: ['--permission', `--allow-fs-read=${ACTION_FOLDER}/`, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  try {
    child.send({ ...given, folder });
    const [answer] = (await once(child, 'message')) as [{ result: FixResult | Declined } | { failed: string }];
    if ('failed' in answer) throw new Error(answer.failed);
    if (isDeclined(answer.result)) return `declined: ${answer.result.declined}`;
    return Object.fromEntries(answer.result.edits.map(({ path, after }) => [path, after]));
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
