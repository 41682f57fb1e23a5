import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessFlakiness, type FlakinessInput, SETTLED_AFTER, WINDOW_DAYS } from '../../../src/policy/flakiness.ts';

const NOW = new Date('2026-11-20T10:00:00Z');

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 24 * 3_600_000);
}

/** Outcomes of commits, newest first: `g` green, `r` red, ten a day. */
function commits(text: string): FlakinessInput['outcomes'] {
  return [...text].map((one, index) => ({ green: one === 'g', headSha: `${index}`, at: daysAgo(index / 10) }));
}

function assess(flakes: number[], outcomes: FlakinessInput['outcomes'] = commits('grgg')): string {
  return assessFlakiness({ flakes: flakes.map(daysAgo), outcomes, now: NOW }).state;
}

describe('something that had two outcomes on one commit', () => {
  it.each<[string, string, number[], FlakinessInput['outcomes']?]>([
    ['once', 'suspected', [0]],
    ['twice in a week', 'flaky', [0, 6]],
    ['twice in four weeks', 'flaky', [0, 28]],
    ['twice in six weeks', 'suspected', [0, 45]],
    ['twice, half a year ago', 'suspected', [180, 185]],
    ['twice, and red on the last three commits: broken', 'suspected', [4, 6], commits('rrrg')],
    ['twice, and red on the last two commits', 'flaky', [4, 6], commits('rrgg')],
    ['twice, and green on few commits since', 'flaky', [5, 6], commits('g'.repeat(SETTLED_AFTER - 1))],
    ['twice, and green on many commits since', 'settled', [5, 6], commits('g'.repeat(SETTLED_AFTER))],
    ['twice, and red once among many commits since', 'flaky', [5, 6], commits(`${'g'.repeat(10)}r${'g'.repeat(12)}`)],
  ])('%s: %s', (_what, expected, flakes, outcomes) => {
    expect(assess(flakes, outcomes)).toBe(expected);
  });

  it('is never flaky for one flake, whatever else is known', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.stringMatching(/^[gr]{0,30}$/), (days, outcomes) => {
        expect(assess([days], commits(outcomes))).not.toBe('flaky');
      }),
    );
  });

  it('has a score from 0 to 1 that time only lowers', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(WINDOW_DAYS), { maxLength: 20 }), fc.nat(50), (flakes, later) => {
        const score = (shift: number) =>
          assessFlakiness({ flakes: flakes.map((days) => daysAgo(days + shift)), outcomes: [], now: NOW }).score;
        expect(score(0)).toBeGreaterThanOrEqual(score(later));
        expect(score(0)).toBeLessThan(1);
        expect(score(later)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
