import type { JobWithMetadata } from 'pg-boss';
import { describe, expect, it, vi } from 'vitest';
import { RegreenError } from '../../../src/errors.ts';
import { jobSignal } from '../../../src/job-signal.ts';
import type { JobData } from '../../../src/queue/queues.ts';
import { QUEUES } from '../../../src/queue/queues.ts';
import { type Envelope, type JobContext, NotYet, PermanentFailure, runJob } from '../../../src/queue/run-job.ts';
import { memoryLog } from '../../support/log-lines.ts';

type Verification = JobData['verification'];
const PAYLOAD: Verification = { installationId: 1, repositoryId: 2, fixId: 'f' };

function aJob(attempt = 1, more: { retryCount?: number; signal?: AbortSignal } = {}): JobWithMetadata<Envelope<'verification'>> {
  const fields = { id: 'job-1', retryCount: 0, signal: new AbortController().signal, ...more };
  return { ...fields, data: { payload: PAYLOAD, correlationId: 'guid-1', attempt } } as unknown as JobWithMetadata<
    Envelope<'verification'>
  >;
}

async function run(job: ReturnType<typeof aJob>, handler: (data: Verification, context: JobContext) => Promise<void>) {
  const memory = memoryLog();
  return { end: await runJob('verification', job, handler, memory.log), ...memory };
}

const fails = async () => {
  throw new RegreenError('away', { code: 'AWAY', type: 'unavailable', status: 503 });
};
const LAST = QUEUES.verification.retry.limit + 1;

describe('a job', () => {
  it('that ends is completed, and its handler knows the data and the attempt', async () => {
    const seen: unknown[] = [];
    const { end } = await run(aJob(), async (data, { attempt, again, lastAttempt, correlationId }) => {
      seen.push(data, { attempt, again, lastAttempt, correlationId });
    });
    expect(end).toEqual({ outcome: 'completed', seconds: expect.any(Number) });
    expect(seen).toEqual([PAYLOAD, { attempt: 1, again: false, lastAttempt: false, correlationId: 'guid-1' }]);
  });

  it.each([
    [1, 5],
    [2, 10],
    [3, 15],
  ])('that fails the %i. time is tried again after %i s', async (attempt, delaySeconds) => {
    const { end } = await run(aJob(attempt), fails);
    expect(end).toMatchObject({ outcome: 'retried', delaySeconds, output: { error: { code: 'AWAY', message: 'away' } } });
  });

  it('that GitHub wants to wait waits so long, an hour at most', async () => {
    const limited = (retryAfterSeconds: number) => async () => {
      throw Object.assign(new Error('API rate limit exceeded'), { status: 403, retryAfterSeconds });
    };
    expect((await run(aJob(1), limited(600))).end).toMatchObject({ outcome: 'retried', delaySeconds: 600 });
    expect((await run(aJob(1), limited(1e9))).end).toMatchObject({ delaySeconds: 3_600 });
    expect((await run(aJob(1), limited(Number.NaN))).end).toMatchObject({ delaySeconds: 5 });
  });

  it('that comes too early waits as long as it says, and is no fault', async () => {
    const { end, lines } = await run(aJob(1), async () => {
      throw new NotYet('AGENT_NOT_NOW', 'It rests.', 77);
    });
    expect(end).toMatchObject({ outcome: 'retried', delaySeconds: 77 });
    expect(lines()).toEqual([expect.objectContaining({ msg: 'job waits', level: 30, delaySeconds: 77 })]);
  });

  it('that fails the last time becomes a dead letter with its reason, and the log says what it was about', async () => {
    const { end, lines } = await run(aJob(LAST), fails);
    expect(end).toMatchObject({ outcome: 'dead-letter', output: { error: { code: 'AWAY' } } });
    expect(lines()).toEqual([
      expect.objectContaining({
        msg: 'job failed for good',
        level: 50,
        queue: 'verification',
        payload: PAYLOAD,
        correlationId: 'guid-1',
      }),
    ]);
  });

  it('that no retry can save becomes a dead letter at once', async () => {
    const { end } = await run(aJob(1), async () => {
      throw new PermanentFailure('REPOSITORY_GONE', 'It is gone.');
    });
    expect(end).toMatchObject({ outcome: 'dead-letter', output: { error: { code: 'REPOSITORY_GONE' } } });
  });

  it('whose handler throws before it returns a promise is tried again too', async () => {
    const { end } = await run(aJob(), () => {
      throw new TypeError('x is not a function');
    });
    expect(end.outcome).toBe('retried');
  });

  it.each([
    ['an earlier attempt failed', aJob(2)],
    ['its worker died', aJob(1, { retryCount: 1 })],
  ])('is told that a part may be done already: %s', async (_why, job) => {
    const told: boolean[] = [];
    await run(job, async (_data, { again }) => void told.push(again));
    expect(told).toEqual([true]);
  });

  it('carries its correlation id into every line, however deep', async () => {
    const { lines } = await run(aJob(), async (_data, { log }) => {
      await Promise.resolve();
      setImmediate(() => log.info('deep'));
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    });
    expect(lines().map(({ msg, correlationId }) => [msg, correlationId])).toEqual([
      ['deep', 'guid-1'],
      ['job completed', 'guid-1'],
    ]);
  });
});

describe('a handler that never ends', () => {
  const never = () => new Promise<void>(() => undefined);

  it('tells whoever it calls, however deep, when it was given up', async () => {
    const stopping = new AbortController();
    let deep: AbortSignal | undefined;
    const running = run(aJob(1, { signal: stopping.signal }), async () => {
      await Promise.resolve();
      deep = jobSignal();
      stopping.abort();
      await never();
    });
    expect((await running).end.outcome).toBe('retried');
    expect([deep?.aborted, jobSignal()]).toEqual([true, undefined]);
  });

  it('loses its place at the time limit, and its signal says so', async () => {
    try {
      const aborted: boolean[] = [];
      const limit = new AbortController();
      const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
      const running = run(aJob(), (_data, { signal }) => {
        signal.addEventListener('abort', () => aborted.push(true));
        return never();
      });
      expect(timeout).toHaveBeenCalledWith(QUEUES.verification.timeoutSeconds * 1000);
      limit.abort(new DOMException('too long', 'TimeoutError'));
      expect((await running).end).toMatchObject({ outcome: 'retried', output: { error: { type: 'TimeoutError' } } });
      expect(aborted).toEqual([true]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('loses it when the process stops, also when that was before it began', async () => {
    const stopping = new AbortController();
    const running = run(aJob(1, { signal: stopping.signal }), never);
    stopping.abort();
    expect((await running).end.outcome).toBe('retried');
    expect((await run(aJob(1, { signal: AbortSignal.abort() }), never)).end.outcome).toBe('retried');
  });
});
