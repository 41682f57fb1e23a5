import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli as run } from '../../support/run-cli.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regreen-kept-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `regreen demo`, whose files all lie in `folder`; what Node has compiled lies where it always does. */
function demo(args: string[], onStdout: (text: string, kill: () => void) => void) {
  return run(['demo', ...args], {
    env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    onStdout,
    isInTerminal: true,
  });
}

/** Protects that people can look around in what the demo has made. */
it('the demo keeps everything running with --keep until it is told to stop, and says where to look', async () => {
  let asked = false;
  let health: Promise<number> | undefined;
  const { status, stdout } = await demo(['--keep'], (text, kill) => {
    const url = /(http:\S+)\/health\n/.exec(text)?.[1];
    if (!url || asked || !text.includes('/api/v1/incidents')) return;
    asked = true;
    health = fetch(`${url}/health`).then((answer) => answer.status);
    health.finally(kill);
  });
  expect(await health).toBe(200);
  expect(stdout).toMatch(/curl -H "Authorization: Bearer \S{20,}"/);
  expect(status).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

it('the demo ends after the present step when it is told to stop in the midst of it, and leaves nothing behind', async () => {
  let asked = false;
  const { status, stdout, stderr } = await demo([], (text, kill) => {
    if (asked || !text.includes('Regreen listens at')) return;
    asked = true;
    kill();
  });
  expect(stderr).toBe('The demo stopped: it was told to\n');
  expect(status).toBe(1);
  expect(stdout).not.toContain('is verified');
  expect(await readdir(folder)).toEqual([]);
});
