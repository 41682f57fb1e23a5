import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JudgedAttempt, redPeriods } from '../../../src/insights/red-periods.ts';

const attempt = (runId: number, number: number, verdict: 'green' | 'red', minute: number): JudgedAttempt => ({
  runId,
  attempt: number,
  green: verdict === 'green',
  completedAt: new Date(Date.UTC(2026, 10, 2, 10, minute)),
});

const shown = (attempts: JudgedAttempt[]) =>
  redPeriods(attempts).map(({ red, redRuns, green }) => [red.runId, redRuns, green?.runId ?? null]);

/** Protects the time to recovery: what counts as one outage of a branch. */
describe('red periods', () => {
  it('last from the first red to the next green, however many are red in between', () => {
    expect(shown([attempt(1, 1, 'red', 0), attempt(2, 1, 'red', 5), attempt(3, 1, 'green', 9)])).toEqual([[1, 2, 3]]);
  });

  it('end with a re-run of the same run', () => {
    expect(shown([attempt(1, 1, 'red', 0), attempt(1, 2, 'green', 5)])).toEqual([[1, 1, 1]]);
  });

  it('neither begin nor end with a run that is older than one that has ended', () => {
    expect(shown([attempt(2, 1, 'green', 0), attempt(1, 1, 'red', 5)])).toEqual([]);
    expect(shown([attempt(2, 1, 'red', 0), attempt(1, 1, 'green', 5), attempt(3, 1, 'green', 9)])).toEqual([[2, 1, 3]]);
  });

  it('stay open while nothing is green', () => {
    expect(shown([attempt(1, 1, 'green', 0), attempt(2, 1, 'red', 5)])).toEqual([[2, 1, null]]);
  });

  it('are the same in any order, and alternate: none begins before the one before it has ended', () => {
    const any = fc
      .uniqueArray(fc.record({ runId: fc.integer({ min: 1, max: 9 }), attempt: fc.integer({ min: 1, max: 3 }) }), {
        selector: (one) => `${one.runId} ${one.attempt}`,
        maxLength: 15,
      })
      .chain((names) =>
        fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.boolean(), fc.integer({ min: 0, max: 30 })))),
      );
    fc.assert(
      fc.property(any, (drawn) => {
        const attempts = drawn.map(([name, green, minute]) => attempt(name.runId, name.attempt, green ? 'green' : 'red', minute));
        const periods = redPeriods(attempts);
        expect(redPeriods(attempts.toReversed())).toEqual(periods);
        for (const [index, period] of periods.entries()) {
          expect(period.red.green).toBe(false);
          const before = periods[index - 1];
          if (before) expect(before.green?.completedAt.getTime()).toBeLessThanOrEqual(period.red.completedAt.getTime());
        }
      }),
    );
  });
});
