import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RELATIVE_ERROR, spreadOf } from '../../../src/insights/sketch.ts';

const GAMMA = 3_024_000 ** (1 / 254);

/** As the SQL of migration 0006 makes them; the integration test of the golden history runs that. */
function sketchOf(times: readonly number[]): Uint8Array {
  const entries = times.map((ms) => {
    const bucket = ms < 1_000 ? 0 : Math.min(255, 1 + Math.floor(Math.log(ms / 1_000) / Math.log(GAMMA)));
    return Buffer.from([bucket, 0, 0, 1]);
  });
  return Buffer.concat(entries);
}

function storedTimes(times: readonly number[]) {
  return { n: times.length, sumMs: times.reduce((sum, ms) => sum + ms, 0), sketch: sketchOf(times) };
}

const time = fc.integer({ min: 1_000, max: 3_024_000_000 });

/** Protects the error that docs/metrics.md states for every median and p95. */
describe('a sketch of times', () => {
  it('gives quantiles within the stated error of the value at that rank, from 1 s to 35 days', () => {
    expect(RELATIVE_ERROR).toBeLessThan(0.0295);
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), (times) => {
        const spread = spreadOf(storedTimes(times));
        const sorted = times.toSorted((a, b) => a - b);
        for (const [value, q] of [
          [spread.medianMs, 0.5],
          [spread.p95Ms, 0.95],
        ] as const) {
          const wanted = sorted[Math.ceil(q * times.length) - 1] ?? 0;
          expect(Math.abs((value ?? 0) / wanted - 1)).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-6);
        }
        expect(spread.meanMs).toBe(Math.round(times.reduce((sum, ms) => sum + ms, 0) / times.length));
      }),
    );
  });

  it('is the same whichever way the times are split into parts that are merged', () => {
    fc.assert(
      fc.property(fc.array(fc.array(time, { maxLength: 20 }), { minLength: 1, maxLength: 20 }), (parts) => {
        const merged = Buffer.concat(parts.map(sketchOf));
        const all = storedTimes(parts.flat());
        expect(spreadOf({ ...all, sketch: merged })).toEqual(spreadOf(all));
      }),
    );
  });

  it('says nothing of no times, and stays in bounds beyond its range', () => {
    expect(spreadOf(storedTimes([]))).toEqual({ n: 0, meanMs: null, medianMs: null, p95Ms: null });
    expect(spreadOf(storedTimes([0, 10, 999])).medianMs).toBe(500);
    expect(spreadOf(storedTimes([1e12])).p95Ms).toBeGreaterThan(3_000_000_000);
  });
});
