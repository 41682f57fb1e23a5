import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES, QUEUES } from '../../../src/queue/queues.ts';
import { type RetryPlan, retryDelaySeconds } from '../../../src/queue/retry.ts';

const STRATEGIES = ['fixed', 'linear', 'exponential', 'fibonacci'] as const;

function delays(strategy: RetryPlan['strategy'], retries: number, capSeconds = 1_000_000): number[] {
  const plan = { strategy, baseSeconds: 2, capSeconds, limit: retries };
  return Array.from({ length: retries }, (_, at) => retryDelaySeconds(plan, at + 1));
}

describe('the wait before each retry', () => {
  it.each<[RetryPlan['strategy'], number[]]>([
    ['fixed', [2, 2, 2, 2, 2, 2, 2]],
    ['linear', [2, 4, 6, 8, 10, 12, 14]],
    ['exponential', [2, 4, 8, 16, 32, 64, 128]],
    ['fibonacci', [2, 4, 6, 10, 16, 26, 42]],
  ])('%s', (strategy, expected) => {
    expect(delays(strategy, 7)).toEqual(expected);
  });

  it.each(STRATEGIES)('%s is never above the cap, however many there were', (strategy) => {
    expect(Math.max(...delays(strategy, 500, 9))).toBeLessThanOrEqual(9);
  });

  it('is a positive finite number that never shrinks, for every plan', () => {
    const plan = fc.record({
      strategy: fc.constantFrom(...STRATEGIES),
      baseSeconds: fc.integer({ min: 1, max: 60 }),
      capSeconds: fc.integer({ min: 60, max: 3600 }),
      limit: fc.constant(1),
    });
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 2_000 }), (one, retry) => {
        const wait = retryDelaySeconds(one, retry);
        expect(wait).toBeGreaterThanOrEqual(one.baseSeconds);
        expect(wait).toBeLessThanOrEqual(one.capSeconds);
        expect(retryDelaySeconds(one, retry + 1)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});

describe.each(QUEUE_NAMES)('the queue %s', (name) => {
  const { retry, timeoutSeconds, heartbeatSeconds, batchSize, perRepository } = QUEUES[name];

  it('has a plan whose cap bounds it, and times that pg-boss takes', () => {
    expect(retry.capSeconds).toBeGreaterThanOrEqual(retry.baseSeconds);
    expect(retry.limit).toBeGreaterThan(0);
    expect(heartbeatSeconds).toBeGreaterThanOrEqual(10);
    expect(timeoutSeconds).toBeGreaterThan(heartbeatSeconds);
    expect(perRepository).toBeGreaterThan(0);
    // A batch of one is fetched once every polling interval, never continuously.
    expect(batchSize).toBeGreaterThan(1);
  });
});
