import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReceiver } from '../../../src/intake/receiver.ts';
import { createDeliveryStore } from '../../../src/store/deliveries/deliveries.ts';
import { type OwnServer, openDatabase, startOwnServer } from '../../support/database.ts';
import { deliver, TEST_SECRET } from '../../support/deliveries.ts';

let postgres: OwnServer;
let pool: pg.Pool;
let http: Server;
let port: number;
const queued = new Set<string>();

beforeAll(async () => {
  postgres = await startOwnServer();
  ({ pool } = await openDatabase(postgres.connection));
  http = createServer(
    createReceiver({
      webhookSecrets: [TEST_SECRET],
      deliveries: createDeliveryStore(pool),
      onAccepted: (guid) => void queued.add(guid),
      log: pino({ level: 'silent' }),
      // While nothing is stored, answers cost next to nothing.
      limits: { requestsPerSecond: 1_000_000 },
    }),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  port = (http.address() as AddressInfo).port;
});
afterAll(async () => {
  http.close();
  await pool.end();
  await postgres.remove();
});

/** Sends deliveries without a pause until `stop`; tells the statuses and the GUIDs that were answered 202. */
function startLoad(senders: number) {
  let running = true;
  const accepted: string[] = [];
  const statuses = new Map<number, number>();
  const work = async () => {
    while (running) {
      const guid = randomUUID();
      const { status } = await deliver(port, { guid });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 202) accepted.push(guid);
    }
  };
  const all = Promise.all(Array.from({ length: senders }, work));
  return {
    accepted,
    statuses,
    until: async (status: number, count: number) => {
      const since = statuses.get(status) ?? 0;
      while ((statuses.get(status) ?? 0) < since + count) await new Promise((resolve) => setImmediate(resolve));
    },
    stop: async () => {
      running = false;
      await all;
    },
  };
}

describe('PostgreSQL stopped and started under load', () => {
  it.each([
    ['stopped cleanly', () => postgres.stop()],
    ['killed', () => postgres.crash()],
  ])('%s: 503 meanwhile, every 202 is in the table, and it takes up again by itself', async (_name, end) => {
    const load = startLoad(8);
    await load.until(202, 50);
    await end();
    await load.until(503, 20);
    await postgres.start();
    await load.until(202, 50);
    await load.stop();
    expect([...load.statuses.keys()].toSorted()).toEqual([202, 503]);
    const { rows } = await pool.query<{ guid: string }>('select guid from deliveries');
    const stored = new Set(rows.map((row) => row.guid));
    expect(load.accepted.filter((guid) => !stored.has(guid))).toEqual([]);
    expect(load.accepted.filter((guid) => !queued.has(guid))).toEqual([]);
  });
});
