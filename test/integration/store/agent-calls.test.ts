import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Allowance,
  callsOfIncidents,
  giveUpCalls,
  newestEnds,
  type Reservation,
  refuseAnswer,
  reserveCall,
  type Settlement,
  settleCall,
  spentSince,
  useAnswers,
} from '../../../src/store/agent-calls/agent-calls.ts';
import { createDatabase, createPool } from '../../../src/store/database.ts';
import { openIncident } from '../../../src/store/incidents/incidents.ts';
import { saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { anIncident } from '../../unit/github/texts/models.ts';

const AT = new Date('2026-11-28T10:00:00Z');
const LATER = new Date('2026-11-28T10:01:00Z');
const WIDE = { tokens: 1_000_000, microDollars: 1_000_000, milliseconds: 1_000_000 };

let store: TestDatabase;
const incidents: string[] = [];

beforeAll(async () => {
  store = await createTestDatabase();
  for (const id of [1, 2]) {
    const repository = {
      id,
      installationId: 9,
      owner: 'octo',
      name: `shop-${id}`,
      defaultBranch: 'main',
      private: false,
      archived: false,
    };
    await saveRepository(store.database, repository);
  }
  for (const fingerprint of Array.from({ length: 50 }, (_, index) => `f${index}`)) {
    const incident = anIncident({ fingerprint });
    const about = { cause: 'compile-error', pullRequestNumber: null, at: AT } as const;
    incidents.push((await openIncident(store.database, incident, about)).id);
  }
});
afterAll(() => store.drop());
beforeEach(() => store.pool.query('delete from agent_calls'));

function reservation(change: Partial<Reservation> = {}): Reservation {
  return {
    repositoryId: 1,
    incidentId: incidents[0] ?? '',
    baseSha: 'a',
    parentSha: 'a',
    backend: 'agentapi',
    model: 'm',
    correlationId: 'c',
    tokens: 100,
    microDollars: 10,
    milliseconds: 1_000,
    ...change,
  };
}

const allowance = (change: Partial<Allowance> = {}): Allowance => ({ attempts: 3, repository: WIDE, server: WIDE, ...change });

const settlement = (change: Partial<Settlement> = {}): Settlement => ({
  state: 'answered',
  outcome: 'edits',
  reason: 'So.',
  edits: [{ path: 'a', before: 'b', after: 'c' }],
  tokens: 40,
  microDollars: 4,
  milliseconds: 300,
  inputTokens: 30,
  outputTokens: 10,
  estimated: false,
  ...change,
});

/** Protects the money: no number of processes that ask at once takes more than the ceilings leave. */
describe('reservations', () => {
  it('of 40 questions at once from several processes, only as many as there is room for', async () => {
    const pools = Array.from({ length: 4 }, () => createPool(store.connection, { max: 5, log: memoryLog().log }));
    const databases = pools.map(createDatabase);
    const asked = Array.from({ length: 40 }, (_, index) => {
      const database = databases[index % databases.length] ?? store.database;
      const one = reservation({ incidentId: incidents[index] ?? '', repositoryId: (index % 2) + 1 });
      return reserveCall(database, one, allowance({ server: { ...WIDE, tokens: 750 } }), AT);
    });
    const ids = (await Promise.all(asked)).filter((id) => id !== null);
    expect(ids).toHaveLength(7);
    expect(await spentSince(store.database, new Date(0))).toEqual({ tokens: 700, microDollars: 70, milliseconds: 7_000 });
    await Promise.all(databases.map((database) => database.destroy()));
  });

  it.each([
    ['tokens', { tokens: 150 }],
    ['money', { microDollars: 15 }],
    ['time', { milliseconds: 1_500 }],
  ])('stop at the ceiling of %s for a repository, and another has its own', async (_name, ceiling) => {
    const within = allowance({ repository: { ...WIDE, ...ceiling } });
    const next = (repositoryId: number, index: number) =>
      reserveCall(store.database, reservation({ repositoryId, incidentId: incidents[index] ?? '' }), within, AT);
    expect(await next(1, 0)).not.toBeNull();
    expect(await next(1, 1)).toBeNull();
    expect(await next(2, 2)).not.toBeNull();
  });

  it('are made room for by what was taken less, and by the day that passes', async () => {
    const within = allowance({ server: { ...WIDE, tokens: 150 } });
    const first = await reserveCall(store.database, reservation(), within, AT);
    const second = reservation({ incidentId: incidents[1] ?? '' });
    expect(await reserveCall(store.database, second, within, AT)).toBeNull();
    expect(await settleCall(store.database, first ?? '', settlement(), LATER)).toBe(true);
    expect(await settleCall(store.database, first ?? '', settlement({ tokens: 1 }), LATER)).toBe(false);
    expect(await reserveCall(store.database, second, within, LATER)).not.toBeNull();
    const third = reservation({ incidentId: incidents[2] ?? '' });
    expect(await reserveCall(store.database, third, within, LATER)).toBeNull();
    expect(await reserveCall(store.database, third, within, new Date(LATER.getTime() + 25 * 3_600_000))).not.toBeNull();
  });

  it('are at most so many for an incident on a commit; those that reached nobody do not count', async () => {
    const once = allowance({ attempts: 1 });
    const first = await reserveCall(store.database, reservation(), once, AT);
    expect(await reserveCall(store.database, reservation(), once, AT)).toBeNull();
    const nothing = { tokens: 0, microDollars: 0, edits: null };
    await settleCall(store.database, first ?? '', settlement({ state: 'failed', outcome: 'unavailable', ...nothing }), LATER);
    const second = await reserveCall(store.database, reservation(), once, LATER);
    await settleCall(store.database, second ?? '', settlement({ outcome: 'malformed', edits: null }), LATER);
    expect(await reserveCall(store.database, reservation(), once, LATER)).toBeNull();
    expect(await reserveCall(store.database, reservation({ baseSha: 'b' }), once, LATER)).not.toBeNull();
  });

  it('of a process that died stay counted, and are in nobody’s way', async () => {
    await reserveCall(store.database, reservation(), allowance(), AT);
    await giveUpCalls(store.database, { incidentId: incidents[0] ?? '', startedBefore: LATER }, LATER);
    const [call] = await callsOfIncidents(store.database, [incidents[0] ?? '']);
    expect(call).toMatchObject({ state: 'lost', outcome: null, tokens: 100, microDollars: 10, estimated: true });
    expect(await reserveCall(store.database, reservation(), allowance({ attempts: 1 }), LATER)).not.toBeNull();
  });
});

describe('answers', () => {
  it('are kept with their edits, refused only until a fix has used them, and told by how they ended', async () => {
    const id = (await reserveCall(store.database, reservation(), allowance(), AT)) ?? '';
    await settleCall(store.database, id, settlement(), LATER);
    const read = async () => (await callsOfIncidents(store.database, [incidents[0] ?? '']))[0];
    expect(await read()).toMatchObject({ outcome: 'edits', edits: [{ path: 'a', before: 'b', after: 'c' }], reason: 'So.' });
    expect(await newestEnds(store.database, 'agentapi', 3)).toEqual([{ outcome: 'edits', endedAt: LATER }]);
    await useAnswers(store.database, [], 'x');
    await refuseAnswer(store.database, id, 'The gate refused it.');
    expect(await read()).toMatchObject({ outcome: 'refused', reason: 'The gate refused it.' });
  });
});
