import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../../src/agents/errors.ts';

const NOW = new Date('2026-11-28T10:00:00Z');

/** Protects a back end that is overloaded from being asked sooner than it said, and us from what it says. */
describe('a Retry-After header', () => {
  it.each([
    ['7', 7],
    [' 7 ', 7],
    ['0', 1],
    ['Sat, 28 Nov 2026 10:00:30 GMT', 30],
    ['Sat, 28 Nov 2026 09:00:00 GMT', 1],
  ])('%j means %i s', (header, seconds) => {
    expect(readRetryAfter(header, NOW)).toBe(seconds);
  });

  it.each([null, '', 'soon', '-1', '1.5', '9'.repeat(10), '2026-11-28', `7${' '.repeat(99_999)}x`])(
    '%j says nothing',
    (header) => {
      expect(readRetryAfter(header, NOW)).toBeNull();
    },
  );
});
