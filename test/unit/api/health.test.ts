import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHealthReporter } from '../../../src/api/health.ts';
import type { HealthCheck, HealthChecks } from '../../../src/api/services.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { healthOf } from '../../support/notify/admin.ts';
import { routerUnderTest } from './router-under-test.ts';

const up: HealthCheck = async () => ({ status: 'up', message: 'It answers.' });
const hanging: HealthCheck = () => new Promise(() => undefined);
const failing: HealthCheck = async () => {
  throw new UnavailableError('AWAY', 'It does not answer.');
};
const silent = createLog({ level: 'silent' });

function reporter(checks: Partial<HealthChecks>) {
  return createHealthReporter({ ...healthOf(up), ...checks }, { now: () => new Date(), log: silent });
}

function counting(check: HealthCheck): { check: HealthCheck; calls: () => number } {
  let calls = 0;
  return {
    check: (signal) => {
      calls++;
      return check(signal);
    },
    calls: () => calls,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the health report', () => {
  it.each<[string, Partial<HealthChecks>, string]>([
    ['all is up', {}, 'up'],
    ['the database is down', { database: failing }, 'down'],
    ['the queue is down', { queue: failing }, 'down'],
    ['GitHub is down', { github: failing }, 'degraded'],
    ['the agent is left alone', { agent: failing }, 'degraded'],
    ['the queue is slow', { queue: async () => ({ status: 'degraded', message: 'Jobs wait long.' }) }, 'degraded'],
  ])('when %s', async (_name, checks, status) => {
    expect((await reporter(checks)()).status).toBe(status);
  });

  it.each<keyof HealthChecks>(['database', 'queue', 'github', 'agent'])(
    'answers within 2 s though %s hangs',
    async (component) => {
      const pending = reporter({ [component]: hanging })();
      await vi.advanceTimersByTimeAsync(1_999);
      const settled = await Promise.race([pending, 'still waiting']);

      expect(settled).toMatchObject({ components: { [component]: { status: 'down', message: 'No answer within 1500 ms.' } } });
    },
  );

  it('asks a component that hangs once, and finds it well again later', async () => {
    const answers: HealthCheck[] = [hanging];
    const { check, calls } = counting((signal) => (answers.shift() ?? up)(signal));
    const report = reporter({ database: check });
    for (let asked = 0; asked < 3; asked++) {
      const pending = report();
      await vi.advanceTimersByTimeAsync(1_500);
      expect((await pending).status).toBe('down');
    }
    expect(calls()).toBe(1);

    await vi.advanceTimersByTimeAsync(17_000);
    expect((await report()).status).toBe('up');
    expect(calls()).toBe(2);
  });

  it('asks GitHub once a minute, sooner after a fault', async () => {
    const answers: HealthCheck[] = [up, failing];
    const { check, calls } = counting((signal) => (answers.shift() ?? up)(signal));
    const report = reporter({ github: check });
    const statusAfter = async (milliseconds: number) => {
      await vi.advanceTimersByTimeAsync(milliseconds);
      return [(await report()).components.github.status, calls()];
    };

    expect(await statusAfter(0)).toEqual(['up', 1]);
    expect(await statusAfter(59_999)).toEqual(['up', 1]);
    expect(await statusAfter(1)).toEqual(['down', 2]);
    expect(await statusAfter(9_999)).toEqual(['down', 2]);
    expect(await statusAfter(1)).toEqual(['up', 3]);
  });

  it('shows messages that were written for people and no others', async () => {
    const leaky: HealthCheck = async () => {
      throw new Error('connect ECONNREFUSED db.internal:5432');
    };
    const { components } = await reporter({ database: failing, queue: leaky })();

    expect(components.database.message).toBe('It does not answer.');
    expect(components.queue.message).toBe('The check failed; the log says why.');
  });

  it('tells a check when nobody waits any more', async () => {
    const signals: AbortSignal[] = [];
    const { check } = counting((signal) => {
      signals.push(signal);
      return hanging(signal);
    });
    const pending = reporter({ database: check })();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1_500);
    await pending;

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('the health routes', () => {
  it('answer 503 when the process should get no work', async () => {
    const { request } = routerUnderTest({
      health: { ...healthOf(up), database: failing },
      readiness: () => ({ ready: false, reasons: ['Regreen is stopping.'] }),
    });
    const [health, ready, live] = await Promise.all(['/health', '/health/ready', '/health/live'].map((path) => request(path)));

    expect([health?.status, ready?.status, live?.status]).toEqual([503, 503, 200]);
    expect(await ready?.json()).toEqual({ status: 'not-ready', reasons: ['Regreen is stopping.'] });
  });
});
