import { describe, expect, it } from 'vitest';
import { Baseline } from '../../../../src/diagnosis/baseline/baseline.ts';

// A line that always stands in the log is no evidence; one that differs in a word is.
describe('the lines of a green log', () => {
  const baseline = new Baseline();
  for (const line of ['Done in 12.3s (4 files)', 'cache key a1b2c3d4e5 of 10.0.0.1:8080', 'error: the cache is cold'])
    baseline.add(line);

  it.each(['Done in 9.81s (12 files)', 'cache key ffee99aa11 of 10.0.0.2:9090', 'error:   the cache is cold'])(
    'hold %j, counts, times and hashes aside',
    (line) => {
      expect(baseline.has(line)).toBe(true);
    },
  );

  it.each(['error: the cache is full', 'Done in 12.3s', ''])('do not hold %j', (line) => {
    expect(baseline.has(line)).toBe(false);
  });

  it('say nothing when there is no green log', () => {
    expect(new Baseline().isEmpty).toBe(true);
    expect(new Baseline().has('error: the cache is cold')).toBe(false);
  });
});
