import { describe, expect, it } from 'vitest';
import { analyzeLog, createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { HISTORY_LINES, MAX_REPEATED_LINES } from '../../../src/diagnosis/limits.ts';
import { stepHeader } from './support.ts';

const ERROR = [
  'error[E0308]: mismatched types',
  '  --> src/cart.rs:12:5',
  '   |',
  '12 |     total',
  '   |     ^^^^^ expected `i64`, found `()`',
  '',
  'trying again in a second',
];

const OTHER_ERROR = ERROR.map((line) => line.replace('cart.rs:12', 'till.rs:12'));

/** The lines more often than they are read again. */
function repeated(lines: readonly string[]): string[] {
  return Array.from({ length: Math.ceil((2.5 * MAX_REPEATED_LINES) / lines.length) }, () => lines).flat();
}

function timed(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `2026-11-20T08:15:09.1234567Z ${line}\n`).join(''));
}

function analyzeLines(lines: readonly string[]) {
  return analyzeLog(timed(lines));
}

function findings(lines: readonly string[]) {
  return analyzeLines(lines).diagnostics.map(({ path, message, logLine }) => ({ path, message, logLine }));
}

// Very large logs are large because they repeat themselves, and nothing that is new may be lost in them.
describe('a log of passages that come again', () => {
  const log = ['starting', ...repeated(ERROR)];
  const known = { path: 'src/cart.rs', message: 'mismatched types', logLine: 2 };

  it('tells what they say once, where it stands first', () => {
    expect(findings(log)).toEqual([known]);
  });

  it('tells what is new in one that begins as always', () => {
    const found = { ...known, path: 'src/till.rs', logLine: log.length + 1 };
    expect(findings([...log, ...OTHER_ERROR, ...repeated(ERROR)])).toEqual([known, found]);
  });

  // doctest's headings are kept in mind, and nobody waits behind them.
  it('tells what is new below a heading that was left out', () => {
    const rule = '='.repeat(79);
    const case1 = [rule, 'tests.cpp:5:', 'TEST CASE:  adds', '', 'tests.cpp:8: ERROR: CHECK( 1 == 2 ) is NOT correct!', ''];
    const case2 = [rule, 'tests.cpp:11:', 'TEST CASE:  keeps', ''];
    const runs = ['[doctest] doctest version is "2.4.11"', ...repeated([...case2, 'tests.cpp:13: MESSAGE: kept', '', ...case1])];
    const { tests } = analyzeLines([...runs, ...case2, 'tests.cpp:14: ERROR: CHECK( 3 == 4 ) is NOT correct!', '', ...runs]);
    expect(tests?.failed.map(({ name, line }) => [name, line])).toEqual([
      ['adds', 8],
      ['keeps', 14],
    ]);
  });

  it('ends one where a step ends it, and begins anew in the next step', () => {
    const step = (index: number) => [...stepHeader(`try ${index}`), ...ERROR.slice(0, 5)];
    const steps = Array.from({ length: 8_000 }, (_, index) => step(index)).flat();
    const last = [...stepHeader('try for the last time'), ...OTHER_ERROR];
    expect(findings([...steps, ...last, ...steps])).toMatchObject([
      { path: 'src/cart.rs', logLine: 5 },
      { path: 'src/till.rs', logLine: steps.length + 5 },
    ]);
  });

  // Of tracebacks on end, the last one counts.
  it('reads the last lines, however often they have come', () => {
    const traceback = ['Traceback (most recent call last):', '  File "/srv/shop/cart.py", line 12, in total', "KeyError: 'rain'"];
    const tracebacks = repeated([...traceback, 'trying again']);
    expect(findings(tracebacks)).toMatchObject([{ path: '/srv/shop/cart.py', logLine: tracebacks.length - 1 }]);
  });

  it('still shows where it failed at its end', () => {
    const tries = repeated(['dial tcp: lookup registry.example.com: no such host', 'trying again']);
    const failed = [...stepHeader('./download'), ...tries, '##[error]Process completed with exit code 1.'];
    const { cause, excerpts } = analyzeLines(failed);
    expect(cause.category).toBe('network');
    expect(excerpts[0]?.startLine).toBeGreaterThan(failed.length - HISTORY_LINES);
  });

  it('reads what has been taken when the time is up', () => {
    let asked = 0;
    const analyzer = createLogAnalyzer({ isOutOfTime: () => ++asked === 4 });
    analyzer.push(timed(['starting', ...ERROR, ...Array.from({ length: 2_000 }, () => 'waiting'), ...OTHER_ERROR]));
    expect(analyzer.finish()).toMatchObject({ partial: true, lines: 2_015, diagnostics: [known] });
  });

  it('has the text of lines that were left out', () => {
    const analyzer = createLogAnalyzer();
    analyzer.push(timed(log));
    analyzer.finish();
    const line = log.length - HISTORY_LINES + 5;
    expect(analyzer.textOf({ startLine: line, endLine: line })).toEqual([{ line, text: log[line - 1] }]);
  });
});
