import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeLog, createBaselineBuilder, createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { MAX_DIAGNOSTICS, MAX_EXCERPT_LINES, MAX_FAILED_TESTS } from '../../../src/diagnosis/limits.ts';
import { analyzeText, runnerLog, stepHeader } from './support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/diagnosis');
const encoder = new TextEncoder();

const RED = runnerLog([
  'Prepare all required actions',
  ...stepHeader('npm ci'),
  'npm warn deprecated an error in a warning',
  'added 12 packages',
  ...stepHeader('npx tsc'),
  "##[error]src/cart.ts(4,3): error TS2322: Type 'number' is not assignable to type 'string'.",
  '##[error]Process completed with exit code 2.',
  '##[group]Run actions/upload-artifact@v4',
  'with:',
  '##[endgroup]',
  'Post job cleanup.',
]);

describe('the log model', () => {
  it('finds the failed step, from its group to the line before the next one, with its exit code', () => {
    const diagnosis = analyzeText(RED);
    expect(diagnosis.format).toBe('github-actions');
    expect(diagnosis.lines).toBe(17);
    expect(diagnosis.failedSteps).toEqual([{ name: 'npx tsc', startLine: 8, endLine: 13, exitCode: 2 }]);
  });

  it('reads a tool behind the mark that a problem matcher of the runner puts before its line', () => {
    expect(analyzeText(RED).diagnostics).toMatchObject([
      { tool: 'tsc', path: 'src/cart.ts', line: 4, column: 3, code: 'TS2322', logLine: 12 },
    ]);
  });

  it('shows the line that explains, not the exit code', () => {
    expect(analyzeText(RED).excerpts[0]).toMatchObject({ startLine: 12, endLine: 12 });
  });

  it('takes the last step with an error where no exit code is told, as for actions of JavaScript', () => {
    const log = runnerLog([
      ...stepHeader('a'),
      '##[warning]slow',
      '##[group]Run actions/checkout@v5',
      '##[endgroup]',
      '##[error]Bad credentials',
      'Post job cleanup.',
    ]);
    expect(analyzeText(log).failedSteps).toEqual([{ name: 'actions/checkout@v5', startLine: 6, endLine: 8, exitCode: null }]);
  });

  it('calls a failure before the first step one of setting the job up', () => {
    const log = runnerLog([
      'Prepare all required actions',
      '##[error]Unable to resolve action `shop/till@v9`, unable to find version `v9`',
    ]);
    expect(analyzeText(log)).toMatchObject({
      failedSteps: [{ name: 'Set up job', startLine: 1, endLine: 2 }],
      cause: { category: 'dependency-unavailable', evidence: [2] },
    });
  });

  it('names no cause for a job that passed, whatever its steps print', () => {
    const log = runnerLog([
      ...stepHeader('npm test'),
      'error: No space left on device (only told)',
      'java.lang.OutOfMemoryError (expected)',
      'Post job cleanup.',
    ]);
    expect(analyzeText(log)).toMatchObject({ failedSteps: [], cause: { category: 'unknown', evidence: [] } });
  });

  it('believes a build tool that ends with success, but not one step of it', () => {
    const told = 'java.lang.OutOfMemoryError: expected by the test';
    expect(analyzeText(`${told}\n[INFO] BUILD SUCCESS\n`).cause.category).toBe('unknown');
    expect(analyzeText(`[INFO] BUILD SUCCESS\n${told}\n[INFO] BUILD FAILURE\n`).cause.category).toBe('out-of-memory');
    expect(analyzeText(`BUILD SUCCESSFUL\n${told}\nError: Process completed with exit code 1.\n`).cause.category).toBe(
      'out-of-memory',
    );
  });

  it('takes an exit code back when the output of the step goes on: a tool wrote it', () => {
    const log = runnerLog([
      ...stepHeader('cat old.log'),
      '##[error]Process completed with exit code 1.',
      'more of the file',
      'Post job cleanup.',
    ]);
    expect(analyzeText(log)).toMatchObject({ failedSteps: [], cause: { category: 'unknown' } });
  });

  it('does not take a group of a tool for a step: the runner names a shell or an action in its own', () => {
    const log = runnerLog([
      ...stepHeader('./all.sh'),
      '##[group]Run the slow tests',
      'till: broken',
      '##[endgroup]',
      '##[group]Run nested',
      '##[group]Run deeper',
      '##[endgroup]',
      '##[endgroup]',
      '##[error]Process completed with exit code 3.',
      'Post job cleanup.',
    ]);
    expect(analyzeText(log).failedSteps).toEqual([{ name: './all.sh', startLine: 1, endLine: 12, exitCode: 3 }]);
  });

  it('does not call a step failed for an error that it printed long before its end', () => {
    const rest = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const log = runnerLog([...stepHeader('lint'), '##[error]of an earlier run', ...rest, 'Post job cleanup.']);
    expect(analyzeText(log).failedSteps).toEqual([]);
  });

  it('reads text that was copied from the page of a job', () => {
    const log = [
      'Run npx tsc',
      '  npx tsc',
      '  shell: /usr/bin/bash -e {0}',
      "Error: src/cart.ts(4,3): error TS2322: Type 'number' is not assignable to type 'string'.",
      'Error: Process completed with exit code 2.',
      'Run actions/upload-artifact@v4',
      '  with:',
      '    name: report',
    ];
    expect(analyzeText(log.join('\n'))).toMatchObject({
      failedSteps: [{ name: 'npx tsc', startLine: 1, endLine: 5, exitCode: 2 }],
      diagnostics: [{ tool: 'tsc', path: 'src/cart.ts', line: 4, logLine: 4 }],
    });
  });

  it('reads what `gh run view --log` prints', () => {
    const log = runnerLog([
      ...stepHeader('npx tsc'),
      "a.ts(1,2): error TS2304: Cannot find name 'x'.",
      '##[error]Process completed with exit code 2.',
    ])
      .slice(1)
      .replaceAll(/^(?=2026)/gm, 'build\tRun npx tsc\t');
    expect(analyzeText(log)).toMatchObject({
      format: 'github-actions',
      failedSteps: [{ name: 'npx tsc', startLine: 1, exitCode: 2 }],
      diagnostics: [{ path: 'a.ts', line: 1, logLine: 5 }],
    });
  });

  it('takes the names of steps from the files of an archive', () => {
    const analyzer = createLogAnalyzer();
    const files: [string, string][] = [
      ['Set up job', runnerLog(['Prepare all required actions'])],
      ['Check out', runnerLog(['##[group]Run actions/checkout@v5', '##[endgroup]']).trimEnd()],
      ['Test', runnerLog(['till: broken', '##[error]Process completed with exit code 3.'])],
    ];
    for (const [name, text] of files) {
      analyzer.startStep(name);
      analyzer.push(encoder.encode(text));
    }
    expect(analyzer.finish()).toMatchObject({
      lines: 5,
      failedSteps: [{ name: 'Test', startLine: 4, endLine: 5, exitCode: 3 }],
    });
  });

  it('finds the failed command of a Travis log', () => {
    const log = [
      'travis_fold:start:install\rtravis_time:start:1\r$ make deps',
      'travis_time:end:1\rtravis_fold:end:install',
      'travis_time:start:2\r$ make test',
      'error: no till',
      'The command "make test" exited with 2.',
      'travis_fold:start:cache.2',
      'Done. Your build exited with 1.',
    ].join('\n');
    expect(analyzeText(log)).toMatchObject({
      format: 'plain',
      failedSteps: [{ name: 'make test', startLine: 7, exitCode: 2 }],
      excerpts: [{ startLine: 7, endLine: 8 }],
    });
  });

  it('calls the last command failed where the log of Travis breaks off', () => {
    const log = ['travis_time:start:1', '$ make deps', 'travis_time:end:1', 'travis_time:start:2', '$ make test', 'no till'];
    expect(analyzeText(log.join('\n')).failedSteps).toMatchObject([{ name: 'make test', startLine: 5, exitCode: null }]);
  });

  it('reads an empty log', () => {
    expect(analyzeText('')).toMatchObject({
      format: 'plain',
      lines: 0,
      failedSteps: [],
      excerpts: [],
      diagnostics: [],
      tests: null,
      cause: { category: 'unknown' },
    });
  });
});

describe('streaming', () => {
  const logs = [
    RED,
    readFileSync(join(FIXTURES, 'vitest/failures.log'), 'utf8'),
    readFileSync(join(FIXTURES, 'pytest/failures.log'), 'utf8'),
  ];

  it('says the same however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.constantFrom(...logs), fc.integer({ min: 1, max: 700 }), (log, size) => {
        const bytes = encoder.encode(log);
        const analyzer = createLogAnalyzer();
        for (let start = 0; start < bytes.length; start += size) analyzer.push(bytes.slice(start, start + size));
        expect(analyzer.finish()).toEqual(analyzeLog(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it('lets the caller use the memory of a chunk again', () => {
    const bytes = encoder.encode(RED);
    const analyzer = createLogAnalyzer();
    const buffer = new Uint8Array(64);
    for (let start = 0; start < bytes.length; start += buffer.length) {
      const piece = bytes.subarray(start, start + buffer.length);
      buffer.set(piece);
      analyzer.push(buffer.subarray(0, piece.length));
    }
    expect(analyzer.finish()).toEqual(analyzeLog(bytes));
  });

  it('keeps the text of its excerpts', () => {
    const analyzer = createLogAnalyzer();
    analyzer.push(encoder.encode(RED));
    const [excerpt] = analyzer.finish().excerpts;
    expect(excerpt && analyzer.textOf(excerpt)).toEqual([
      { line: 12, text: "src/cart.ts(4,3): error TS2322: Type 'number' is not assignable to type 'string'." },
    ]);
  });
});

describe('hostile logs', () => {
  it.each([
    ['the same error', () => 'error a\n'],
    ['errors of a compiler', (index: number) => `a${index}.c:1:1: error: x\n`],
    ['errors that nobody knows', (index: number) => `error: number ${index}\n`],
    ['exit codes', () => '##[error]Process completed with exit code 1.\n'],
  ])('takes time in proportion to the log where every line is one of %s', (_, line) => {
    const analyzer = createLogAnalyzer();
    const started = performance.now();
    let sent = 0;
    for (let block = 0; block < 100; block++) {
      const lines = Array.from({ length: 2_000 }, (__, index) => line(block * 2_000 + index));
      sent += lines.length;
      analyzer.push(encoder.encode(lines.join('')));
    }
    expect(analyzer.finish().lines).toBe(sent);
    // 200,000 lines take some 0.5 s; work for each line that grows with the log would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('stops when the time is up, and says so', () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `a.ts(${index + 1},1): error TS2304: Cannot find name 'x'.`);
    let asked = 0;
    const analyzer = createLogAnalyzer({ isOutOfTime: () => ++asked > 2 });
    analyzer.push(encoder.encode(lines.join('\n')));
    const diagnosis = analyzer.finish();
    expect(diagnosis).toMatchObject({ partial: true, lines: 5_000, cause: { category: 'compile-error' } });
    expect(analyzeText(lines.join('\n'))).not.toHaveProperty('partial');
  });

  it('still reads the cause out of the last lines when the time was up before', () => {
    const lines = [...Array.from({ length: 5_000 }, (_, index) => `step ${index}`), 'No space left on device'];
    const analyzer = createLogAnalyzer({ isOutOfTime: () => true });
    analyzer.push(encoder.encode(lines.join('\n')));
    expect(analyzer.finish()).toMatchObject({ partial: true, cause: { category: 'disk-full', evidence: [5_001] } });
  });

  it('bounds what a line of 30 MB costs, and still counts it as one', () => {
    const analyzer = createLogAnalyzer();
    const chunk = encoder.encode('error '.repeat(20_000));
    for (let sent = 0; sent < 30_000_000; sent += chunk.length) analyzer.push(chunk);
    analyzer.push(encoder.encode('\nlast\n'));
    const diagnosis = analyzer.finish();
    expect(diagnosis.lines).toBe(2);
    expect(JSON.stringify(diagnosis).length).toBeLessThan(5_000);
  });

  it('reads on past NULs, broken UTF-8 and half an escape', () => {
    const noise = new Uint8Array([0, 0xff, 0xfe, 0xc3, 0x28, 0x1b, 0x5b, 0x0a]);
    const bytes = new Uint8Array([...noise, ...encoder.encode("a.ts(1,2): error TS2304: Cannot find name 'x'.\n"), ...noise]);
    expect(analyzeLog(bytes).diagnostics).toMatchObject([{ path: 'a.ts', line: 1, column: 2 }]);
  });

  it('caps diagnostics by severity, so that warnings can not push errors out', () => {
    const warnings = Array.from({ length: 3_000 }, (_, index) => `::warning file=a.js,line=${index}::w${index}`);
    const errors = Array.from({ length: 3_000 }, (_, index) => `::error file=a.js,line=${index}::e${index}`);
    const { diagnostics } = analyzeText([...warnings, ...errors].join('\n'));
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(MAX_DIAGNOSTICS.error);
    expect(diagnostics.filter(({ severity }) => severity === 'warning')).toHaveLength(MAX_DIAGNOSTICS.warning);
  });

  it('caps failed tests, and goes on counting', () => {
    const log = Array.from({ length: 3_000 }, (_, index) => `--- FAIL: Test${index} (0.00s)`).join('\n');
    const { tests } = analyzeText(log);
    expect(tests?.failed).toHaveLength(MAX_FAILED_TESTS);
    expect(tests?.failedCount).toBe(3_000);
  });

  it('keeps excerpts short', () => {
    const { excerpts } = analyzeText(Array.from({ length: 5_000 }, (_, index) => `Error: number ${index}`).join('\n'));
    expect(excerpts.reduce((sum, { startLine, endLine }) => sum + endLine - startLine + 1, 0)).toBeLessThanOrEqual(
      MAX_EXCERPT_LINES,
    );
  });

  it.each([
    ['colons', ':1'.repeat(1_000)],
    ['parentheses', `${'('.repeat(900)}${'a'.repeat(900)}`],
    ['blanks before an error', `${' '.repeat(1_900)}error TS1: x`],
    ['a path without an end', `${'a/'.repeat(900)}.go:1:1`],
    ['headings', `${'_'.repeat(900)} ${'_ '.repeat(400)}`],
    ['an annotation of colons', `::error ${':a'.repeat(900)}`],
    ['failures', `FAIL ${'a.b '.repeat(400)}`],
    ['FAIL of vitest', ` FAIL  ${' > a'.repeat(450)} [`],
    ['digits', 'error failed '.padEnd(1_950, '0123456789abcdef')],
  ])('is not slowed down by %s', (_, line) => {
    const started = performance.now();
    analyzeText(`${line}\n`.repeat(200));
    // 200 such lines take some 20 ms; backtracking without bounds would take minutes.
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe('the baseline', () => {
  it('takes lines that stand in the green log too for no evidence', () => {
    const noise = ['12:00:01 Error: cache of 10.0.0.1:8080 is cold', 'curl: (6) Could not resolve host: cache.example'];
    const builder = createBaselineBuilder();
    builder.push(encoder.encode(noise.join('\n')));
    const red = [
      noise[0]?.replace('12:00:01', '13:14:15').replace('8080', '9090'),
      noise[1],
      'ENOSPC: no space left on device, write',
    ].join('\n');
    const diagnosis = analyzeLog(encoder.encode(red), { baseline: builder.finish() });
    expect(analyzeText(noise.join('\n')).cause.category).toBe('network');
    expect(diagnosis.cause).toMatchObject({ category: 'disk-full', evidence: [3] });
    expect(diagnosis.excerpts[0]?.endLine).toBe(3);
  });

  it('shows lines that are new where nothing sounds like a failure', () => {
    const green = ['load the till', 'load the shop', 'load the street', 'done'];
    const builder = createBaselineBuilder();
    builder.push(encoder.encode(green.join('\n')));
    const red = ['load the till', 'load the shop', 'the shop is shut today', 'load the street', 'done'];
    expect(analyzeLog(encoder.encode(red.join('\n')), { baseline: builder.finish() }).excerpts).toMatchObject([
      { startLine: 3, endLine: 3 },
    ]);
  });
});
