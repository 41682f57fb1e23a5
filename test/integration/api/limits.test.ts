import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hourlyLimit } from '../../../src/api/rate-limit.ts';
import { RateLimitError } from '../../../src/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertIncident, insertRepository } from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

/** Protects limits from being taken once for each process. */
describe('limits over several processes', () => {
  let test: TestDatabase;
  let processes: RunningApi[];
  let incident: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    await insertRepository(test.database, 1, 'octo/shop');
    incident = await insertIncident(test.database);
    const limits = { diagnosesPerHour: 3, approvalsPerHour: 20, fixesPerHour: 100, requestsPerMinute: 10_000 };
    const start = () => startApi(test.database, () => new Date(), { limits, limitPool: test.pool });
    processes = await Promise.all([start(), start()]);
  });

  afterAll(async () => {
    await Promise.all(processes.map((one) => one.close()));
    await test.drop();
  });

  const ask = (which: number) =>
    fetch(`${processes[which]?.origin}/api/v1/incidents/${incident}/diagnose`, { method: 'POST', headers: AUTHORIZED });

  it('are taken together, whichever process is asked, and say how long to wait', async () => {
    const statuses: number[] = [];
    for (const which of [0, 1, 0]) statuses.push((await ask(which)).status);
    expect(statuses).toEqual([202, 202, 202]);
    for (const which of [0, 1]) {
      const refused = await ask(which);
      expect(refused.status).toBe(429);
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(3_500);
      expect(wait).toBeLessThanOrEqual(3_600);
      expect(await refused.json()).toMatchObject({
        error: { code: 'RATE_LIMIT_EXCEEDED', details: { limit: 3, windowSeconds: 3_600 } },
      });
    }
  });

  it('count no use twice and lose none when all come at once', async () => {
    const limits = [hourlyLimit('races', 20, test.pool), hourlyLimit('races', 20, test.pool)];
    const uses = Array.from(
      { length: 50 },
      (_one, index) => limits[index % 2]?.('somebody') ?? Promise.reject(new Error('none')),
    );
    const ends = await Promise.allSettled(uses);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(RateLimitError);
    await limits[0]?.('somebody else');
  });

  it('are counted by each process for itself while the database is away', async () => {
    const other = await createTestDatabase();
    const limit = hourlyLimit('outages', 2, other.pool);
    await limit('somebody');
    await other.pool.query('drop table rate_limits');
    await limit('somebody');
    await limit('somebody');
    await expect(limit('somebody')).rejects.toBeInstanceOf(RateLimitError);
    await other.drop();
  });
});
