import type { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type incidentDetailsSchema, incidentPageSchema } from '../../../src/api/schemas/incident.ts';
import { createDatabase, createPool } from '../../../src/store/database.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertDiagnosis, insertIncident, insertRepository } from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

let test: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test.database);
  await insertRepository(test.database, 1, 'octo-org/widgets');
  await insertRepository(test.database, 2, 'Octo-Org/Gadgets');
});

afterAll(async () => {
  await api.close();
  await test.drop();
});

async function page(query: string) {
  const response = await fetch(`${api.origin}/api/v1/incidents?${query}`, { headers: AUTHORIZED });
  expect(response.status, await response.clone().text()).toBe(200);
  return incidentPageSchema.parse(await response.json());
}

async function allIds(query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { items, nextCursor }: Awaited<ReturnType<typeof page>> = await page(
      cursor === null ? query : `${query}&cursor=${cursor}`,
    );
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
  } while (cursor !== null);
  return ids;
}

describe('GET /api/v1/incidents', () => {
  it('pages through incidents that opened within one millisecond, each once and newest first', async () => {
    const branch = 'paging';
    const moments = ['00.000001', '00.000002', '00.000002', '00.000002', '00.000999', '59.999999', '59.999999'];
    const inserted = await Promise.all(
      moments.map(async (seconds) => {
        const opened_at = `2026-11-02T10:00:${seconds}Z`;
        return { opened_at, id: await insertIncident(test.database, { branch, opened_at }) };
      }),
    );
    const wanted = inserted
      .toSorted((one, other) => other.opened_at.localeCompare(one.opened_at) || other.id.localeCompare(one.id))
      .map(({ id }) => id);

    expect(await allIds(`branch=${branch}&limit=2`)).toEqual(wanted);
    expect(await allIds(`branch=${branch}&limit=7`)).toEqual(wanted);
    expect(await allIds(`branch=${branch}&limit=1`)).toEqual(wanted);
    expect(await allIds(`branch=${branch}&limit=2&order=asc`)).toEqual(wanted.toReversed());
  });

  it.each(['lastFailureAt', 'failures'])('pages through them sorted by %s, either way', async (sort) => {
    const branch = `sorted by ${sort}`;
    const ids: string[] = [];
    for (const failures of [3, 1, 2, 2]) {
      const last_failure_at = `2026-11-02T10:00:00.00000${failures}Z`;
      ids.push(await insertIncident(test.database, { branch, failures, last_failure_at }));
    }
    const [most = '', least = '', ...equal] = ids;
    const wanted = [most, ...equal.toSorted().toReversed(), least];
    expect(await allIds(`branch=${branch}&limit=1&sort=${sort}`)).toEqual(wanted);
    expect(await allIds(`branch=${branch}&limit=2&sort=${sort}&order=asc`)).toEqual(wanted.toReversed());
  });

  it('refuses the cursor of a list that was sorted by something else', async () => {
    for (const failures of [1, 2]) await insertIncident(test.database, { branch: 'cursors', failures });
    const { nextCursor } = await page('branch=cursors&limit=1&sort=failures');
    const response = await fetch(`${api.origin}/api/v1/incidents?branch=cursors&cursor=${nextCursor}`, { headers: AUTHORIZED });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'CURSOR_OF_ANOTHER_ORDER' } }]);
  });

  it('stays where it was when newer incidents open between two pages', async () => {
    const branch = 'growing';
    for (const day of ['01', '02', '03']) await insertIncident(test.database, { branch, opened_at: `2026-11-${day}T00:00:00Z` });
    const first = await page(`branch=${branch}&limit=2`);
    await insertIncident(test.database, { branch, opened_at: '2026-11-09T00:00:00Z' });
    const second = await page(`branch=${branch}&limit=2&cursor=${first.nextCursor}`);

    expect(second.items.map(({ openedAt }) => openedAt)).toEqual(['2026-11-01T00:00:00.000Z']);
    expect(second.nextCursor).toBeNull();
  });

  it('filters by each of its parameters and by all at once', async () => {
    const { database } = test;
    const branch = 'filters/ü%_';
    const wanted = await insertIncident(database, { repository_id: 2, branch, status: 'closed', cause: 'network' });
    const others = [
      await insertIncident(database, { repository_id: 1, branch, status: 'closed', cause: 'network' }),
      await insertIncident(database, { repository_id: 2, branch, status: 'open', cause: 'network' }),
      await insertIncident(database, { repository_id: 2, branch, status: 'closed', cause: 'timeout' }),
      await insertIncident(database, { repository_id: 2, branch: 'filters', status: 'closed', cause: 'network' }),
    ];
    const filters = { repository: 'octo-org/GADGETS', status: 'closed', cause: 'network', branch };

    expect(await allIds(new URLSearchParams(filters).toString())).toEqual([wanted]);
    const missedBy = await Promise.all(
      Object.entries(filters).map(async ([name, value]) => {
        const ids = await allIds(new URLSearchParams({ [name]: value, limit: '100' }).toString());
        return others.filter((id) => !ids.includes(id));
      }),
    );
    expect(missedBy).toEqual(others.map((id) => [id]));
  });

  it('has 20 to a page unless asked, and nothing for a repository that is not there', async () => {
    for (let count = 0; count < 21; count++) await insertIncident(test.database, { branch: 'twenty' });

    expect((await page('branch=twenty')).items).toHaveLength(20);
    expect(await page('repository=nobody/nothing')).toEqual({ items: [], nextCursor: null });
  });

  it('answers 500, not 503, to what the database refuses', async () => {
    const broken = await createTestDatabase();
    const schemaless = await startApi(broken.database);
    await broken.pool.query('drop table incidents cascade');
    const response = await fetch(`${schemaless.origin}/api/v1/incidents`, { headers: AUTHORIZED });
    await schemaless.close();
    await broken.drop();

    expect(response.status).toBe(500);
  });

  it('answers 503 when the database cannot be reached', async () => {
    const pool = createPool({ host: '127.0.0.1', port: 1 }, { max: 1, log: createLog({ level: 'silent' }) });
    const away = await startApi(createDatabase(pool));
    const response = await fetch(`${away.origin}/api/v1/incidents`, { headers: AUTHORIZED });
    await away.close();
    await pool.end();

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'DATABASE_UNAVAILABLE', type: 'unavailable' } });
  });
});

describe('GET /api/v1/incidents/{id}', () => {
  it('shows the newest 50 failures of an incident that holds more, and says how many are older', async () => {
    const id = await insertIncident(test.database, { branch: 'often' });
    for (let run = 1; run <= 53; run++) {
      await insertDiagnosis(test.database, id, { run_id: run, excerpt: 'x'.repeat(5_000), created_at: new Date(run * 1000) });
    }
    const response = await fetch(`${api.origin}/api/v1/incidents/${id}`, { headers: AUTHORIZED });
    const incident = (await response.json()) as z.output<typeof incidentDetailsSchema>;
    const failures = incident.timeline.filter((entry) => entry.type === 'failure');

    expect(incident.olderFailures).toBe(3);
    expect(failures.map(({ run }) => run.id)).toEqual(Array.from({ length: 50 }, (_, index) => index + 4));
    expect(failures[0]).toMatchObject({ job: { id: null, name: 'test' }, run: { url: null }, excerpt: 'x'.repeat(4_000) });
  });
});
