import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalPageSchema } from '../../../src/api/schemas/approval.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertExampleApproval, insertIncident, insertRepository } from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

let test: TestDatabase;
let api: RunningApi;
let incident: string;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test.database);
  await insertRepository(test.database, 1, 'octo-org/widgets');
  await insertRepository(test.database, 2, 'octo-org/gadgets');
  incident = await insertIncident(test.database);
});

afterAll(async () => {
  await api.close();
  await test.drop();
});

async function page(query: string) {
  const response = await fetch(`${api.origin}/api/v1/approvals?${query}`, { headers: AUTHORIZED });
  expect(response.status, await response.clone().text()).toBe(200);
  return approvalPageSchema.parse(await response.json());
}

function insert(changes: Parameters<typeof insertExampleApproval>[1]): Promise<void> {
  return insertExampleApproval(test.database, { id: randomUUID(), incident_id: incident, patch_hash: randomUUID(), ...changes });
}

describe('GET /api/v1/approvals', () => {
  it('pages through what was asked within one millisecond, each once and newest first', async () => {
    for (const seconds of ['00.000001', '00.000002', '00.000002', '00.000002', '59.999999']) {
      await insert({ asked_at: `2026-11-02T10:00:${seconds}Z` });
    }
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: Awaited<ReturnType<typeof page>> = await page(`limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...answer.items.map(({ id }) => id));
      cursor = answer.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual((await page('limit=100')).items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(5);
  });

  it('filters by state, repository and incident', async () => {
    await insert({ state: 'rejected', repository_id: 2, remedy: 'rerun', run_id: 7, run_attempt: 2 });
    const found = await page('repository=Octo-Org/GADGETS');
    expect(found.items).toMatchObject([{ repository: 'octo-org/gadgets', remedy: 'rerun', run: { id: 7, attempt: 2 } }]);
    expect((await page('state=rejected')).items.map(({ id }) => id)).toEqual(found.items.map(({ id }) => id));
    expect((await page(`incident=${randomUUID()}`)).items).toEqual([]);
    expect((await page(`incident=${incident}`)).items.length).toBe(6);
  });
});
