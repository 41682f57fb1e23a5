import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
  hasColors = false,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const streams = { stdout: '', stderr: '' };
  const status = await runAnalyze(files, options, {
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    stdout: { write: (text) => (streams.stdout += text), hasColors: () => hasColors },
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

  it('reads problem matchers, and tells where a broken file of them is broken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regreen-'));
    const [good, broken] = [join(folder, 'good.json'), join(folder, 'broken.json')];
    const file = (regexp: string) => JSON.stringify({ problemMatcher: [{ owner: 'till', pattern: [{ regexp, message: 1 }] }] });
    await writeFile(good, file('^TILL (.*)$'));
    await writeFile(broken, file('(?=x)(.)'));
    const read = await run(['-'], { json: true, problemMatchers: [good] }, 'TILL open\n');
    expect(read.status).toBe(0);
    expect(answers(read.stdout)).toMatchObject([{ diagnostics: [{ tool: 'till', message: 'open' }] }]);
    const refused = await run(['-'], { json: true, problemMatchers: [broken, MISSING] }, 'TILL open\n');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${broken}:1: problemMatcher.0.pattern.0.regexp: `);
    expect(refused.stderr).toContain(MISSING);
    expect(answers(refused.stdout)).toMatchObject([{ diagnostics: [] }]);
    await rm(folder, { recursive: true });
  });

  it('answers JSON without colours or advice, also on a terminal', async () => {
    const { stdout } = await run([RED], { json: true }, '', true);
    expect(stdout).not.toContain('\x1b');
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});

describe('the report for a person', () => {
  const report = async (log: string, options: AnalyzeOptions = {}, hasColors = false) =>
    (await run(['-'], options, log, hasColors)).stdout;

  it('tells the cause, the lines that carry it, the errors by file, and what a person may do', async () => {
    const text = await report(
      ['ok so far', "b.ts(1,2): error TS2304: Cannot find name 'x'.", 'b.ts(3,4): error TS2551: Nor this.', ''].join('\n'),
    );
    expect(text).toContain('-: compile-error (93 % sure), the code does not compile');
    expect(text).toContain("▶     2 │ b.ts(1,2): error TS2304: Cannot find name 'x'.");
    expect(text).toMatch(/Errors: 2\n {2}b\.ts\n +1:2 {2}Cannot find name 'x'\. {2}tsc TS2304\n +3:4 {2}Nor this/);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^What next: Regreen would explain this .* Mend the first error/);
  });

  it('names the fixer that would mend it', async () => {
    const text = await report('Checking formatting...\n[warn] src/a.ts\n[warn] Code style issues found in the above file.\n');
    expect(text).toMatch(
      /What next: Regreen would propose a fix made by prettier \d+\.\d+\.\d+, and wait until CI has passed on it\.\n/,
    );
  });

  it('says so when nothing failed', async () => {
    expect(await report('all is well\n')).toContain('What next: Nothing to do');
  });

  it('lists failed tests with their places', async () => {
    const text = await report('--- FAIL: TestTill (0.01s)\n    till_test.go:12: got 3, want 4\nFAIL\nFAIL\tshop/till\t0.01s\n');
    expect(text).toMatch(/Failed tests: 1.*\n {2}✗ shop\/till › TestTill till_test\.go:12\n {6}got 3, want 4\n/);
  });

  it('is bounded: it counts what it does not list', async () => {
    const errors = Array.from({ length: 50 }, (_, index) => `a.ts(${index + 1},2): error TS2304: Cannot find name 'x${index}'.`);
    const text = await report(`${errors.join('\n')}\n`);
    expect(text).toContain('Errors: 50');
    expect(text).toContain('… and 30 more');
    expect(text).toContain("Cannot find name 'x19'");
    expect(await report(`error: ${'x'.repeat(5_000)}\n`)).not.toContain('x'.repeat(401));
  });

  it('has colours on a terminal that has them, unless they are switched off', async () => {
    const log = "a.ts(1,2): error TS2304: Cannot find name 'x'.\n";
    expect(await report(log, {}, true)).toContain('\x1b[31m');
    expect(await report(log, { color: false }, true)).not.toContain('\x1b');
    expect(await report(log)).not.toContain('\x1b');
  });

  // A log is written by anybody who can open a pull request; the report stands on the terminal of who can merge it.
  it.each([
    ['a bell', '\x07'],
    ['an escape', '\x1b[2J\x1b]0;owned\x07'],
    ['a lone escape at the end of what is understood', '\x1b'],
    ['a control sequence of one byte', '\x9b31m'],
    ['a backspace', '\b\b\b'],
    ['a mark that turns the direction', '\u202e'],
    ['a line separator', '\u2028'],
  ])('lets no %s of a log reach the terminal', async (_, hostile) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
    const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]/;
    const logs = [
      `a.ts(1,2): error TS2304: Cannot ${hostile}find name 'x'.\n`,
      `--- FAIL: Test${hostile}Till (0.01s)\n    till${hostile}.go:12: no\n`,
      `##[group]Run ${hostile}x\nshell: bash\n##[endgroup]\nerror: ${hostile}\n##[error]Process completed with exit code 1.\n`,
    ];
    for (const log of logs) expect(await report(log)).not.toMatch(unsafe);
  });
});
