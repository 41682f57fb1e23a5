import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliveryStore, type DeliveryStore } from '../../../src/store/deliveries/deliveries.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let test: TestDatabase;
let store: DeliveryStore;

beforeAll(async () => {
  test = await createTestDatabase();
  store = createDeliveryStore(test.pool);
});
afterAll(() => test.drop());

const delivery = (guid: string = randomUUID(), body = '{"action":"completed"}') => ({
  guid,
  event: 'workflow_run',
  body: Buffer.from(body),
});

describe('deliveries in PostgreSQL', () => {
  it('stores a GUID that comes 100 times at once, once', async () => {
    const guid = randomUUID();
    const results = await Promise.all(Array.from({ length: 100 }, () => store.insert(delivery(guid))));
    expect(results.filter((result) => result === 'stored')).toHaveLength(1);
    expect(results.filter((result) => result === 'duplicate')).toHaveLength(99);
  });

  it('stores it once even when several processes take it at once, in any order', async () => {
    const guids = Array.from({ length: 40 }, () => randomUUID());
    const stores = Array.from({ length: 3 }, () => createDeliveryStore(test.pool));
    const results = await Promise.all(
      stores.flatMap((each, index) => (index === 1 ? guids.toReversed() : guids).map((guid) => each.insert(delivery(guid)))),
    );
    expect(results.filter((result) => result === 'stored')).toHaveLength(40);
  });

  it('fails one bad row and none of its neighbours', async () => {
    const good = Array.from({ length: 30 }, () => delivery());
    // PostgreSQL's text takes no NUL, and no index entry above a third of a page.
    const bad = [
      delivery('with a \0 inside'),
      delivery(`${'long'.repeat(5_000)}${randomUUID()}`.split('').sort().join('') + randomHex(9_000)),
    ];
    const results = await Promise.allSettled([...good.slice(0, 15), ...bad, ...good.slice(15)].map((each) => store.insert(each)));
    expect(results.filter((result) => result.status === 'fulfilled' && result.value === 'stored')).toHaveLength(30);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => result.reason.code)).toEqual(['ROW_REFUSED', 'ROW_REFUSED']);
    expect(await storedAmong(good.map((each) => each.guid))).toBe(30);
  });

  it('keeps bodies byte for byte: NULs, lone surrogates, what is no UTF-8', async () => {
    const bodies = ['{"a":"\\u0000\\ud800"}', '', 'x'.repeat(50_000)].map((text) => Buffer.from(text));
    bodies.push(Buffer.from([0, 0xff, 0xfe, 0x28, 0xb5, 0x2f, 0xfd]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]));
    for (const body of bodies) {
      const guid = randomUUID();
      await store.insert({ guid, event: 'push', body });
      expect((await store.claim(guid))?.body.equals(body)).toBe(true);
    }
  });

  it('is read with others and finished, unless somebody has claimed it meanwhile', async () => {
    const [free, claimed, large] = [randomUUID(), randomUUID(), randomUUID()];
    await Promise.all([
      store.insert(delivery(free)),
      store.insert(delivery(claimed)),
      store.insert({ ...delivery(large), body: randomBytes(100_000) }),
    ]);
    const guids = [free, claimed, large, randomUUID()];
    const read = await store.readReceived(guids);
    expect(read.map(({ guid }) => guid).sort()).toEqual([free, claimed].sort());
    expect(read[0]?.body.toString()).toBe('{"action":"completed"}');
    await store.claim(claimed);
    await store.finishReceived(guids.slice(0, 2));
    expect(await store.claim(free, { again: true })).toBeNull();
    expect(await store.claim(claimed, { again: true })).toMatchObject({ attempts: 2 });
    expect(await store.readReceived(guids.slice(0, 2))).toEqual([]);
  });

  it('is claimed, finished, and then no longer there to claim', async () => {
    const guid = randomUUID();
    await store.insert(delivery(guid));
    expect(await store.claim(guid)).toMatchObject({
      guid,
      event: 'workflow_run',
      correlationId: guid,
      attempts: 1,
      receivedAt: expect.any(Date),
    });
    // A second worker gets nothing, unless it is the heir of one that was killed.
    expect(await store.claim(guid)).toBeNull();
    expect(await store.claim(guid, { again: true })).toMatchObject({ attempts: 2 });
    await store.finish(guid);
    expect(await store.claim(guid, { again: true })).toBeNull();
    expect(await store.insert(delivery(guid))).toBe('duplicate');
    expect(await store.claim(randomUUID())).toBeNull();
  });

  it('stores one that failed anew when it is sent again', async () => {
    const guid = randomUUID();
    await store.insert(delivery(guid, '{"try":1}'));
    await store.claim(guid);
    await store.fail(guid, 'HANDLER_FAILED', 'a message with a \0 inside');
    expect(await store.claim(guid)).toBeNull();
    expect(await store.insert(delivery(guid, '{"try":2}'))).toBe('stored');
    expect(await store.insert(delivery(guid, '{"try":3}'))).toBe('duplicate');
    const claimed = await store.claim(guid);
    expect(claimed).toMatchObject({ attempts: 2 });
    expect(claimed?.body.toString()).toBe('{"try":2}');
  });

  it('never fails what is done, and opens again only what failed', async () => {
    const guid = randomUUID();
    await store.insert(delivery(guid));
    expect(await store.reopen(guid)).toBe(false);
    await store.fail(guid, 'CODE', 'message');
    expect(await store.reopen(guid)).toBe(true);
    await store.claim(guid);
    await store.finish(guid);
    await store.fail(guid, 'CODE', 'message');
    expect(await store.reopen(guid)).toBe(false);
  });

  it('lists what has not ended, oldest first, and counts by state', async () => {
    await test.pool.query('delete from deliveries');
    const guids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const guid of guids) await store.insert(delivery(guid));
    const [done, failed, processing, received] = guids as [string, string, string, string];
    await store.finish(done);
    await store.fail(failed, 'CODE', 'message');
    await store.claim(processing);
    const later = new Date(Date.now() + 60_000);
    expect((await store.unfinished(later, 10)).map((row) => [row.guid, row.state])).toEqual([
      [processing, 'processing'],
      [received, 'received'],
    ]);
    expect(await store.unfinished(later, 1)).toHaveLength(1);
    expect(await store.unfinished(new Date(0), 10)).toEqual([]);
    expect(await store.countsByState()).toEqual({ received: 1, processing: 1, done: 1, failed: 1 });
  });
});

/** Text that PostgreSQL can't compress below the limit of an index entry. */
function randomHex(length: number): string {
  return Array.from({ length: Math.ceil(length / 32) }, () => randomUUID().replaceAll('-', '')).join('');
}

async function storedAmong(guids: string[]): Promise<number> {
  const { rows } = await test.pool.query<{ count: number }>(
    'select count(*)::int as count from deliveries where guid = any($1)',
    [guids],
  );
  return rows[0]?.count ?? 0;
}
