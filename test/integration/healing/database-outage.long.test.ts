import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { openDatabase, startOwnServer } from '../../support/database.ts';
import { deliver } from '../../support/deliveries.ts';
import { exampleOf, overlay } from '../../support/examples.ts';
import type { OwnServer } from '../../support/postgres-server.ts';
import { repositoryFields } from '../../support/send-payload.ts';
import { propose } from '../../support/shops.ts';
import { createWorld, fixPulls, type World } from '../../support/world.ts';

/** Protects what was answered 202 when the database goes away and comes back while webhooks pour in. */
describe('PostgreSQL stopped and started while webhooks come', () => {
  let postgres: OwnServer;
  let world: World;
  let repository: Repository;

  beforeAll(async () => {
    postgres = await startOwnServer();
    const { connection } = postgres;
    const opened = await openDatabase(connection);
    const drop = async () => {
      await opened.pool.end();
      await postgres.remove();
    };
    world = await createWorld({ database: { connection, ...opened, drop } });
    repository = await world.createRepository(SHOP_FILES);
    await world.settled();
  });

  afterAll(() => world.close());

  /** A commit status that is recorded under the delivery's GUID. */
  function send(guid: string) {
    const payload = overlay(exampleOf('status', null), {
      repository: repositoryFields(repository),
      installation: { id: world.sandbox.state.installationOf(repository)?.id },
      context: guid,
      state: 'pending',
    });
    const port = Number(new URL(world.regreen.url).port);
    return deliver(port, { event: 'status', guid, secret: world.sandbox.app.webhookSecret, body: JSON.stringify(payload) });
  }

  it('503 meanwhile; all that was answered 202 is worked; what was refused is accepted when sent again', async () => {
    const load = startLoad(send);
    await load.until(202, 100);
    await postgres.stop();
    await load.until(503, 20);
    await postgres.start();
    await load.until(202, 100);
    await load.stop();
    const [accepted = [], refused = []] = [load.guids.get(202), load.guids.get(503)];
    expect([...load.guids.keys()].toSorted()).toEqual([202, 503]);
    for (const guid of refused) expect(await send(guid)).toMatchObject({ status: 202 });
    await world.settled();
    const { rows } = await world.database.pool.query<{ name: string }>('select name from external_checks');
    const worked = new Set(rows.map((row) => row.name));
    expect([...accepted, ...refused].filter((guid) => !worked.has(guid))).toEqual([]);
    expect(await world.regreen.deliveries.countsByState()).toMatchObject({ received: 0, processing: 0, failed: 0 });
  });

  it('the main job goes on', async () => {
    await propose(world, repository);
    await world.settled();
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
  });
});

/** While nothing is stored, answers cost next to nothing, and senders without a pause would meet the limit of requests. */
const AFTER_REFUSAL_MS = 10;

/** Sends from four senders until `stop`, and keeps the GUIDs by the status of the answer. */
function startLoad(send: (guid: string) => Promise<{ status: number }>) {
  let running = true;
  const guids = new Map<number, string[]>();
  const work = async () => {
    while (running) {
      const guid = randomUUID();
      const { status } = await send(guid);
      guids.set(status, [...(guids.get(status) ?? []), guid]);
      if (status !== 202) await delay(AFTER_REFUSAL_MS);
    }
  };
  const all = Promise.all(Array.from({ length: 4 }, work));
  return {
    guids,
    until: async (status: number, more: number) => {
      const wanted = (guids.get(status)?.length ?? 0) + more;
      while ((guids.get(status)?.length ?? 0) < wanted) await new Promise((resolve) => setImmediate(resolve));
    },
    stop: async () => {
      running = false;
      await all;
    },
  };
}
