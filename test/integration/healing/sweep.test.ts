import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Services } from '../../../src/healing/services.ts';
import { sweepFixes } from '../../../src/healing/sweep.ts';
import { restartWaits } from '../../../src/store/books/sweep-queries.ts';
import { verificationSubject } from '../../../src/store/fixes/fix-queries.ts';
import { markCommitted, markProposed, planFix } from '../../../src/store/fixes/fixes.ts';
import { openIncident } from '../../../src/store/incidents/incidents.ts';
import { saveInstallation } from '../../../src/store/repositories/installations.ts';
import { saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { aFix, aHealedIncident, anIncident } from '../../unit/github/texts/models.ts';

const START = new Date('2026-11-20T10:00:00Z');
const MINUTE_MS = 60_000;

let store: TestDatabase;
beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(() => store.drop());
beforeEach(async () => {
  await store.pool.query('delete from fix_incidents; delete from fixes; delete from sweeps; delete from repositories');
});

async function aRepository(id: number, change: { installationId?: number | null; archived?: boolean } = {}): Promise<void> {
  const names = { owner: 'octo', name: `shop-${id}`, defaultBranch: 'main', private: false };
  await saveRepository(store.database, { id, installationId: 5, archived: false, ...names, ...change });
}

/** A fix that waits for CI since then. */
async function waiting(repositoryId: number, since = START): Promise<string> {
  const key = anIncident({ repositoryId, fingerprint: crypto.randomUUID() });
  const incident = await openIncident(store.database, key, { cause: 'lint', pullRequestNumber: null, at: since });
  const fix = await planFix(store.database, aFix({ repositoryId, heals: [aHealedIncident({ incidentId: incident.id })] }));
  await markCommitted(store.database, fix.id, fix.id.replaceAll('-', ''), since);
  await markProposed(store.database, fix.id, null);
  await store.database.updateTable('fixes').set({ created_at: since }).where('id', '=', fix.id).execute();
  return fix.id;
}

/** The fixes that the sweep of that minute asks about. */
async function askedAt(minute: number): Promise<string[]> {
  const asked: string[] = [];
  const services = {
    database: store.database,
    queue: {
      send: async (queue: string, { data }: { data: { fixId?: string } }) => {
        if (queue === 'verification' && data.fixId) asked.push(data.fixId);
        return 'job';
      },
    },
    now: () => new Date(START.getTime() + minute * MINUTE_MS),
    // What a sweep needs of all services.
  } as unknown as Services;
  await sweepFixes(services);
  return asked;
}

// Protects GitHub's limits: a fix that CI never judges costs an installation a few requests a day, and not one a minute.
it('a fix that waits is asked about soon, then ever less, and not for ever', async () => {
  await aRepository(1);
  const id = await waiting(1);
  const minutes: number[] = [];
  for (let minute = 0; minute <= 40; minute++) if ((await askedAt(minute)).length > 0) minutes.push(minute);
  expect(minutes).toEqual([2, 3, 5, 9, 17, 33]);
  // Where nothing could be asked, since a person had stopped it, the waits begin anew.
  await restartWaits(store.database, verificationSubject(id), new Date(START.getTime() + 40 * MINUTE_MS));
  expect(await askedAt(41)).toEqual([id]);
  expect(await askedAt(36 * 24 * 60)).toEqual([]);
});

it('no more of them than an hour bears stand in front of newer ones', async () => {
  for (const id of [1, 2]) await aRepository(id);
  for (let count = 0; count < 100; count++) await waiting(1);
  const newest = await waiting(2, new Date(START.getTime() + MINUTE_MS));
  expect(await askedAt(3)).toHaveLength(100);
  expect(await askedAt(4)).toContain(newest);
});

it('what is not installed, suspended or archived is left alone until that is over', async () => {
  await saveInstallation(store.database, { id: 6, account: 'octo', suspended: true }, START);
  await aRepository(1);
  await aRepository(2, { installationId: 6 });
  await aRepository(3, { archived: true });
  await aRepository(4, { installationId: null });
  const ids = [await waiting(1), await waiting(2), await waiting(3), await waiting(4)];
  expect(await askedAt(5)).toEqual([ids[0]]);
  await saveInstallation(store.database, { id: 6, account: 'octo', suspended: false }, START);
  await store.pool.query('update repositories set archived = false');
  expect((await askedAt(5)).toSorted()).toEqual([ids[1], ids[2]].toSorted());
});
