import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restsUntil } from '../../../src/agents/breaker.ts';
import { costOf, dollarsText, mostOf, refuseSpending, takenBy, tightened } from '../../../src/agents/spending.ts';
import { agentSettings } from '../../support/agents/settings.ts';

const PRICES = { input: 3, output: 15, call: 0 };
const QUESTION = { instructions: 'a'.repeat(100), prompt: 'b'.repeat(900), maxOutputTokens: 200, marks: { begin: '', end: '' } };
const NOTHING = { tokens: 0, microDollars: 0, milliseconds: 0 };
const NONE = { tokens: null, usd: null, minutes: null };

/** Protects the sums: prices are exact, what is reserved is no less than what may be taken. */
describe('what a question costs', () => {
  it.each([
    [1_000_000, 0, PRICES, 3_000_000],
    [2_000, 200, PRICES, 9_000],
    [1, 0, { input: 0.15, output: 0, call: 0 }, 1],
    [10, 0, { input: 0.1, output: 0, call: 0 }, 1],
    [0, 0, { input: 3, output: 15, call: 20_000 }, 20_000],
  ])('%i in and %i out', (input, output, prices, cost) => {
    expect(costOf(input, output, prices)).toBe(cost);
  });

  it('is estimated where the back end does not count', () => {
    const facts = { question: QUESTION, answered: 'c'.repeat(40), milliseconds: 5 };
    expect(takenBy({ ...facts, usage: { inputTokens: null, outputTokens: null } }, PRICES)).toMatchObject({
      tokens: 260,
      estimated: true,
    });
    expect(takenBy({ ...facts, usage: { inputTokens: 7, outputTokens: 3 } }, PRICES)).toMatchObject({
      tokens: 10,
      estimated: false,
    });
  });

  it('is reserved as the most that it may be', () => {
    expect(mostOf(QUESTION, PRICES, 9)).toEqual({ tokens: 700, microDollars: 500 * 3 + 200 * 15, milliseconds: 9 });
  });

  it('is told in dollars', () => {
    expect([0, 9_000, 1_250_000, 1].map(dollarsText)).toEqual(['$0.00', '$0.009', '$1.25', '$0.000001']);
  });
});

describe('ceilings', () => {
  const { ceilings } = agentSettings({ url: 'x' });

  it('of a repository only ever tighten', () => {
    const amount = fc.option(fc.nat(10_000_000), { nil: null });
    const own = fc.record({ tokens: amount, usd: amount, minutes: amount });
    fc.assert(
      fc.property(own, own, (perAttempt, perDay) => {
        const found = tightened(ceilings, { perAttempt, perDay });
        for (const scope of ['attempt', 'repository', 'server'] as const) {
          for (const unit of ['tokens', 'microDollars', 'milliseconds'] as const)
            expect(found[scope][unit]).toBeLessThanOrEqual(ceilings[scope][unit]);
        }
      }),
    );
    expect(tightened(ceilings, { perAttempt: { ...NONE, usd: 0.5 }, perDay: NONE }).attempt.microDollars).toBe(500_000);
  });

  it('say which of them leaves no room', () => {
    const wanted = { tokens: 10, microDollars: 10, milliseconds: 10 };
    expect(refuseSpending(wanted, { repository: NOTHING, server: NOTHING }, ceilings)).toBeNull();
    expect(refuseSpending({ ...wanted, tokens: 200_000 }, { repository: NOTHING, server: NOTHING }, ceilings)).toContain(
      'one attempt',
    );
    const repository = { ...NOTHING, microDollars: 5_000_000 };
    expect(refuseSpending(wanted, { repository, server: NOTHING }, ceilings)).toContain('$5.00 for this repository');
    const server = { ...NOTHING, milliseconds: 18_000_000 };
    expect(refuseSpending(wanted, { repository: NOTHING, server }, ceilings)).toContain('300 minutes for all repositories');
  });
});

describe('the breaker of a back end', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
  const ends = (...outcomes: string[]) => outcomes.map((outcome, index) => ({ outcome, endedAt: at(10 - index) }));

  it('opens after three failures in a row, for five minutes', () => {
    const failures = ends('timeout', 'unavailable', 'rate-limited', 'edits');
    expect(restsUntil(failures, at(12))).toEqual(at(15));
    expect(restsUntil(failures, at(15))).toBeNull();
  });

  it('stays closed after fewer, or where one was answered, however badly', () => {
    expect(restsUntil(ends('timeout', 'timeout'), at(11))).toBeNull();
    expect(restsUntil(ends('timeout', 'malformed', 'timeout'), at(11))).toBeNull();
  });
});
