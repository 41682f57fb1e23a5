import { describe, expect, it } from 'vitest';
import { analyzeText, runnerLog, stepHeader } from './support.ts';

/** The texts of the excerpts, best first. */
function shown(lines: string[]): string[][] {
  const { excerpts } = analyzeText(lines.join('\n'));
  return excerpts.map(({ startLine, endLine }) => lines.slice(startLine - 1, endLine));
}

// People read the excerpt before anything else: it must hold the lines that explain, and few others.
describe('the excerpt', () => {
  it('prefers what a matcher understood to what only sounds bad', () => {
    expect(
      shown([
        'Error: the build is broken',
        '',
        '',
        '',
        "a.ts(1,2): error TS2304: Cannot find name 'x'.",
        '',
        '',
        '',
        'failed: everything',
      ]),
    ).toEqual([["a.ts(1,2): error TS2304: Cannot find name 'x'."]]);
  });

  it('grows a line of an unknown tool to its block, up to a blank line', () => {
    expect(shown(['fine', '', 'pack shop', 'Error: no till', '  at till 3', '', 'fine'])).toEqual([
      ['pack shop', 'Error: no till', '  at till 3'],
    ]);
  });

  it('takes what stands near the exit before what was said long before it', () => {
    const quiet = Array.from({ length: 600 }, (_, index) => `step ${index}`);
    const lines = ['error: the cache is cold', '', ...quiet, '', 'error: no till', '', 'The command "make" exited with 2.'];
    expect(shown(lines)[0]).toEqual(['error: no till']);
  });

  it('shows the last lines of the command where nothing else speaks', () => {
    const log = runnerLog([...stepHeader('./till'), 'one', 'two', '##[error]Process completed with exit code 3.']);
    expect(analyzeText(log).excerpts).toMatchObject([{ startLine: 1, endLine: 7 }]);
  });

  it('shows a summary only where nothing explains it', () => {
    expect(shown(['There were 2 failures:'])).toEqual([['There were 2 failures:']]);
    expect(shown(['AssertionError: 1 is not 2', '', '', '', '', 'Tests run: 3, Failures: 2'])).toEqual([
      ['AssertionError: 1 is not 2'],
    ]);
  });

  it('shows nothing of a log that says nothing', () => {
    expect(shown(['all is well', '2 tests, 0 failures'])).toEqual([]);
  });
});
