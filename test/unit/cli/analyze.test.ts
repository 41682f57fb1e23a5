import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnalyzeOptions, runAnalyze } from '../../../src/cli/analyze.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/diagnosis');
const RED = join(FIXTURES, 'tsc/plain.log');
const GREEN = join(FIXTURES, 'tsc/green.log');
const MISSING = join(FIXTURES, 'not-there.log');

async function run(
  files: string[],
  options: AnalyzeOptions,
  stdin = '',
): Promise<{ status: number; stdout: string; stderr: string }> {
  const streams = { stdout: '', stderr: '' };
  const status = await runAnalyze(files, options, {
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    stdout: { write: (text) => (streams.stdout += text) },
    stderr: { write: (text) => (streams.stderr += text) },
  });
  return { status, ...streams };
}

const answers = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('regreen analyze', () => {
  it('prints one object a line and a file, in the order given, with standard input as -', async () => {
    const { status, stdout } = await run([RED, '-', GREEN], { json: true }, 'ENOSPC: no space left on device\n');
    expect(status).toBe(0);
    expect(answers(stdout)).toMatchObject([
      { file: RED, cause: { category: 'compile-error' } },
      { file: '-', cause: { category: 'disk-full' } },
      { file: GREEN, cause: { category: 'unknown' } },
    ]);
  });

  it('has exactly the keys of the documented object', async () => {
    const { stdout } = await run([RED], { json: true });
    expect(Object.keys(answers(stdout)[0])).toEqual([
      'file',
      'format',
      'lines',
      'failedSteps',
      'excerpts',
      'diagnostics',
      'tests',
      'cause',
      'fingerprint',
    ]);
  });

  it('answers the others, then fails, when a file can not be read', async () => {
    const { status, stdout, stderr } = await run([MISSING, RED], { json: true });
    expect(status).toBe(1);
    expect(answers(stdout)).toMatchObject([{ file: RED }]);
    expect(stderr).toContain(MISSING);
  });

  it('uses the green log, and fails when it can not be read', async () => {
    const { stdout } = await run([RED], { json: true, baseline: RED });
    expect(answers(stdout)).toMatchObject([{ cause: { category: 'unknown' } }]);
    const missing = await run([RED], { json: true, baseline: MISSING });
    expect(missing.status).toBe(1);
    expect(answers(missing.stdout)).toMatchObject([{ cause: { category: 'compile-error' } }]);
  });

  it('tells a person the cause, the errors and the lines, and lets no log steer the terminal', async () => {
    const { stdout } = await run(['-'], {}, "a.ts(1,2): error TS2304: Cannot \x07find name 'x'.\n");
    expect(stdout).toContain('-: compile-error (93 % sure)');
    expect(stdout).toContain("a.ts:1:2: Cannot  find name 'x'. [TS2304] (tsc)");
    expect(stdout).toContain("1 | a.ts(1,2): error TS2304: Cannot  find name 'x'.");
    expect(stdout).not.toContain('\x07');
  });
});
