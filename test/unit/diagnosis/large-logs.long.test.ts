import { expect, it } from 'vitest';
import { mixedLog } from '../../../bench/support/mixed-log.ts';
import { createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';

const BYTES = 20_000_000;

function analysisOf(isDistinct: boolean) {
  const analyzer = createLogAnalyzer();
  for (const chunk of mixedLog(BYTES, 1, isDistinct)) analyzer.push(chunk);
  const { diagnostics, failedSteps, partial } = analyzer.finish();
  return { diagnostics, failedSteps, partial, printed: analyzer.printedDiffs().length };
}

// Guards what is left out of a log that repeats itself: of all tools' output, round after round, nothing may be missed or
// invented that is found where each line has other blanks at its end, so that none is known.
it('finds the same in a large log of all tools, whether or not its lines come again', () => {
  const known = analysisOf(false);
  const rounds = new Set(known.diagnostics.map(({ tool }) => tool));
  expect(rounds.size).toBeGreaterThan(100);
  const distinct = analysisOf(true);
  expect(known.failedSteps.length).toBe(distinct.failedSteps.length);
  const all = distinct.diagnostics.map((one) => JSON.stringify(one));
  expect(known.diagnostics.map((one) => JSON.stringify(one)).filter((one) => !all.includes(one))).toEqual([]);
  expect(known.diagnostics).toHaveLength(distinct.diagnostics.length);
});
