import { describe, expect, it } from 'vitest';
import { analyzeLog, createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { MAX_REPEATED_LINES } from '../../../src/diagnosis/limits.ts';

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `2026-11-20T08:15:09.1234567Z ${line}\n`).join(''));
}

function findingsOf(lines: readonly string[]) {
  return analyzeLog(bytesOf(lines)).diagnostics.map(({ tool, path, code, logLine }) => ({ tool, path, code, logLine }));
}

const TRACEBACK = ['Traceback (most recent call last):', '  File "/srv/shop/cart.py", line 12, in total', "KeyError: 'rain'"];
const TRACEBACKS = Array.from({ length: MAX_REPEATED_LINES }, () => [...TRACEBACK, 'trying again']).flat();

// Matchers read a line when a thousand more have come: nothing that is known by then may change what they see.
describe('what matchers see of a line', () => {
  it('ends with the last line of the log', () => {
    const cut = ['Traceback (most recent call last):', 'json.decoder.JSONDecodeError: Expecting value: line 1 column 1'];
    expect(findingsOf(cut)).toHaveLength(1);
    expect(findingsOf([...cut, ...Array.from({ length: 30 }, (_, index) => `line ${index}`)])).toEqual([]);
  });

  it('is whole, however long the lines of a chunk are', () => {
    const long = (number: number) => `src/cart.c:${number}:5: error: ${'x'.repeat(1_500)} [-Werror=shadow]`;
    const lines = Array.from({ length: 1_500 }, (_, index) => (index < 900 ? 'y'.repeat(1_500) : long(index)));
    const found = findingsOf(lines);
    expect(found).toHaveLength(600);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['-Werror=shadow']));
  });

  it('has no name taken off that is only announced below', () => {
    const error = "api:build: src/cart.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.";
    const announced = 'api:build: cache miss, executing 0123456789abcdef';
    expect(findingsOf([error, announced])).toEqual(findingsOf([error]));
    expect(findingsOf([announced, error])).toMatchObject([{ tool: 'tsc', path: 'src/cart.ts', logLine: 2 }]);
  });

  it('is read before a name is announced, though it has come before', () => {
    const log = [...TRACEBACKS, 'api:build: cache miss, executing 0123456789abcdef'];
    expect(findingsOf(log)).toMatchObject([{ path: '/srv/shop/cart.py', logLine: TRACEBACKS.length - 1 }]);
  });

  it('is read among the last ones, though further files of steps follow', () => {
    const analyzer = createLogAnalyzer();
    analyzer.startStep('test');
    analyzer.push(bytesOf(TRACEBACKS));
    analyzer.startStep('Complete job');
    analyzer.push(bytesOf(['Cleaning up orphan processes']));
    expect(analyzer.finish().diagnostics).toMatchObject([{ logLine: TRACEBACKS.length - 1 }]);
  });
});
