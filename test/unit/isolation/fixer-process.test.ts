import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIXER_LIMITS, fixerPermissions, runFixer } from '../../../src/isolation/fixer-process.ts';
import { aDiagnosis } from '../github/texts/models.ts';

const never = new AbortController().signal;
const source = { diagnosis: aDiagnosis(), printedDiffs: [] };
const task = { fixer: 'prettier', source, targets: { 'a.js': 'a  =  1\n' }, context: {} };
/** Takes prettier some seconds, and hundreds of megabytes. */
const heavy = { ...task, targets: { 'a.js': `a=[${'{b:[1,2,{c:()=>d(e)}]},'.repeat(60_000)}]` } };

const READ = "try { fs.readFileSync(process.argv[1]); console.log('read') } catch (error) { console.log(error.code) }";

/** What comes of reading a file with the rights of a fixer. */
async function readInFixer(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...fixerPermissions(join(temporary, 'task')),
    '-e',
    READ,
    path,
  ]);
  return stdout.trim();
}

/** Temporary folders of this process's fixers; other test files run theirs at the same time, in another place. */
let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'regreen-isolation-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  const left = await readdir(temporary);
  await rm(temporary, { recursive: true });
  // Also of a fixer that was ended by force.
  expect(left).toEqual([]);
});

describe('a fixer in its process', () => {
  it('answers with its edits', async () => {
    expect(await runFixer(task, never)).toEqual({
      edits: [{ path: 'a.js', before: 'a  =  1\n', after: 'a = 1;\n' }],
      skipped: [],
    });
  });

  it('is ended at its time limit', async () => {
    await expect(runFixer(heavy, never, { ...FIXER_LIMITS, timeoutMs: 400 })).rejects.toMatchObject({
      code: 'FIXER_TIMEOUT',
      message: 'The fixer took more than 0.4 s.',
    });
  });

  it('is ended at its memory limit, of whatever kind the memory is', async () => {
    await expect(runFixer(heavy, never, { ...FIXER_LIMITS, memoryBytes: 130 * 2 ** 20 })).rejects.toMatchObject({
      code: 'FIXER_MEMORY',
      message: 'The fixer took more than 130 MB.',
    });
  });

  it('is ended when its job is, before and after it began', async () => {
    await expect(runFixer(task, AbortSignal.abort())).rejects.toMatchObject({ code: 'FIXER_ABORTED' });
    const job = new AbortController();
    const running = runFixer(heavy, job.signal);
    job.abort();
    await expect(running).rejects.toMatchObject({ code: 'FIXER_ABORTED' });
  });

  it('that is not known, or fails, is an error of ours', async () => {
    await expect(runFixer({ ...task, fixer: 'nobody' }, never)).rejects.toMatchObject({ code: 'FIXER_CRASHED' });
    // A file where a folder must be: it can't be laid out.
    const impossible = { ...task, targets: { a: 'x', 'a/b.js': 'y' } };
    await expect(runFixer(impossible, never)).rejects.toMatchObject({
      code: 'FIXER_CRASHED',
      message: expect.stringMatching(/EEXIST|ENOTDIR/),
    });
  });

  it('reads no file outside its folder, whatever a configuration says', async () => {
    const outside = join(temporary, 'outside.editorconfig');
    await writeFile(outside, '[*]\nindent_size = 8\n');
    await mkdir(join(temporary, 'task'));
    try {
      for (const path of [outside, '/etc/hostname', '/proc/self/environ', `/proc/${process.pid}/environ`])
        expect(await readInFixer(path)).toBe('ERR_ACCESS_DENIED');
      expect(await readInFixer(new URL('../../../package.json', import.meta.url).pathname)).toBe('read');
    } finally {
      await Promise.all([rm(outside), rm(join(temporary, 'task'), { recursive: true })]);
    }
  });

  it('writes no file outside its folder, whatever the paths say', async () => {
    const targets = { ...task.targets, '../escaped.js': 'a  =  1\n', '/tmp/escaped.js': 'a  =  1\n' };
    const result = await runFixer({ ...task, targets }, never);
    expect(result).toHaveProperty('edits');
    expect((await readdir('/tmp')).filter((name) => name === 'escaped.js')).toEqual([]);
  });
});
