import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkout, openCheckout } from '../../../src/action/checkout.ts';
import type { ActionOutput } from '../../../src/action/output.ts';
import { runScript } from '../../../src/action/programs.ts';
import { until } from '../../support/until.ts';

let folder: string;
let head: string;
const env = { PATH: String(process.env['PATH']), HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'regreen-checkout-')));
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'a.js'), 'a\n');
  await writeFile(join(folder, 'b.js'), 'b\n');
  await symlink('/etc/hostname', join(folder, 'link'));
  git('add', '.');
  git('-c', 'user.name=Mona', '-c', 'user.email=mona@example.com', 'commit', '--quiet', '--message=First');
  head = git('rev-parse', 'HEAD');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (commits = [head]) => openCheckout({ workspace: folder, commits, env });

async function opened(): Promise<Checkout> {
  const checkout = await open();
  if (typeof checkout === 'string') throw new Error(checkout);
  return checkout;
}

/** Protects a person's checkout, and what is taken for a change of it. */
describe('a checkout', () => {
  it('takes a change, tells what is changed, and is as it was afterwards', async () => {
    const checkout = await opened();
    expect(await checkout.apply([{ path: 'a.js', before: 'a\n', after: 'A\n' }])).toBeNull();
    await writeFile(join(folder, 'b.js'), 'B\n');
    await writeFile(join(folder, 'new.js'), 'new\n');
    expect(await checkout.changes()).toEqual([
      { path: 'a.js', before: 'a\n', after: 'A\n' },
      { path: 'b.js', before: 'b\n', after: 'B\n' },
    ]);
    await checkout.restore();
    expect(await readFile(join(folder, 'a.js'), 'utf8')).toBe('a\n');
    expect(git('status', '--porcelain')).toBe('?? new.js');
  });

  it('takes no change of what is another file here, of a link, or outside', async () => {
    const checkout = await opened();
    expect(await checkout.apply([{ path: 'a.js', before: 'other\n', after: 'A\n' }])).toContain('a.js is another one');
    for (const path of ['link', '../a.js', '/etc/hostname', 'missing.js', '.git/config']) {
      expect(await checkout.apply([{ path, before: '', after: 'x' }])).toContain(`${path} is no file of the checkout`);
    }
    expect(git('status', '--porcelain')).toBe('');
  });

  it('tells no change that goes through a link which was put in the place of a file', async () => {
    const checkout = await opened();
    await rm(join(folder, 'b.js'));
    await symlink('/etc/hostname', join(folder, 'b.js'));
    expect(await checkout.changes()).toEqual([]);
  });

  it.each([
    ['at another commit', async () => open(['f'.repeat(40)]), 'which is not the failed commit'],
    ['with changes of its own', () => writeFile(join(folder, 'a.js'), 'x').then(() => open()), 'has changes of its own'],
    [
      'that keeps a token',
      () => {
        git('config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic x');
        return open();
      },
      'keeps a token',
    ],
    [
      'that includes a file with a token',
      () => {
        git('config', 'includeIf.gitdir:/nowhere/.git.path', '/nowhere/credentials');
        return open();
      },
      'keeps a token',
    ],
    ['that is none', () => rm(join(folder, '.git'), { recursive: true }).then(() => open()), 'is not checked out'],
  ])('%s is not used', async (_what, made, reason) => {
    expect(await made()).toContain(reason);
  });
});

describe('a command of the repository', () => {
  const lines: string[] = [];
  const output: ActionOutput = {
    say: () => {},
    command: (line) => void lines.push(line),
    summary: async () => {},
    set: async () => {},
  };
  const run = (script: string, timeoutMs = 60_000) =>
    runScript({ title: '100 %\n::error::x', script }, { cwd: folder, env, timeoutMs }, output);

  it('ends as it ends, and what it prints is no command of the runner', async () => {
    lines.length = 0;
    expect(await run('exit 3')).toEqual({ kind: 'exited', status: 3 });
    const [group, stop = '', empty, go, end] = lines;
    expect([group, empty, end]).toEqual(['::group::Regreen runs 100 %25 ::error::x', '', '::endgroup::']);
    expect(go).toBe(`::${stop.replace('::stop-commands::', '')}::`);
    expect(stop.length).toBeGreaterThan(40);
  });

  it('is ended at its time limit, with all that it has started', { timeout: 60_000 }, async () => {
    const mark = join(folder, 'pid');
    let pid = 0;
    // On a busy machine a short time is over before anything was started.
    for (const limit of [1_000, 5_000, 20_000]) {
      expect(await run(`sleep 300 & echo $! > ${mark}; wait`, limit)).toEqual({ kind: 'timed-out' });
      pid = Number(await readFile(mark, 'utf8').catch(() => '0'));
      if (pid > 0) break;
    }
    expect(pid).toBeGreaterThan(0);
    await until(() => isGone(pid), 'what it has started is gone');
  });

  it('does not hold the step up by what it leaves running', async () => {
    expect(await run('sleep 300 & exit 0')).toEqual({ kind: 'exited', status: 0 });
  });
});

/** A process that has ended may wait for somebody to ask how. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat === null || /^\d+ \(.*\) [ZX]/.test(stat);
}
