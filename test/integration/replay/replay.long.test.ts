import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { environmentFor } from '../../../src/demo/environment.ts';
import { replay } from '../../../src/replay/replay.ts';
import { createWorld, type World } from '../../support/world.ts';
import { addressOf } from '../doctor/patient.ts';

/** Protects a second look at a webhook: what was stored, what GitHub has and what was saved goes through the real path again. */
describe('regreen replay', () => {
  let world: World;
  let folder: string;
  let environment: Environment;
  let guid: string;

  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(join(tmpdir(), 'regreen-replay-'));
    environment = environmentFor(world.sandbox, { databaseUrl: addressOf(world.database), dataFolder: folder });
    await world.createRepository({ 'README.md': '# shop' });
    await world.settled();
    guid = world.sandbox.state.deliveries.find(({ event }) => event === 'push')?.guid ?? '';
  });

  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const row = async (wanted: string) =>
    (await world.database.pool.query('select event, state, attempts from deliveries where guid = $1', [wanted])).rows[0];

  it('sends what is stored under a new GUID, and it is worked again', async () => {
    const replayed = await replay(environment, guid, { to: world.regreen.url });
    expect(replayed).toMatchObject({ event: 'push', source: 'database', duplicate: false });
    expect(replayed.guid).not.toBe(guid);
    await world.settled();
    expect(await row(replayed.guid)).toMatchObject({ event: 'push', state: 'done' });
  });

  it('under the same GUID it is a duplicate, unless it had failed', async () => {
    const again = { to: world.regreen.url, sameGuid: true };
    expect(await replay(environment, guid, again)).toMatchObject({ guid, duplicate: true });
    await world.database.pool.query("update deliveries set state = 'failed' where guid = $1", [guid]);
    expect(await replay(environment, guid, again)).toMatchObject({ guid, duplicate: false });
    await world.settled();
    expect(await row(guid)).toMatchObject({ state: 'done' });
  });

  it('asks GitHub where the database is not open, or does not have it', async () => {
    const closed = { ...environment, store: { databaseUrl: null, dataFolder: folder } };
    expect(await replay(closed, guid, { to: world.regreen.url })).toMatchObject({ event: 'push', source: 'GitHub' });
    await expect(replay(environment, randomUUID(), { to: world.regreen.url })).rejects.toMatchObject({
      code: 'DELIVERY_NOT_FOUND',
    });
  });

  it('sends what was saved in a file', async () => {
    const path = join(folder, 'payload.json');
    await writeFile(path, world.sandbox.state.deliveries.find((one) => one.guid === guid)?.body ?? '');
    const replayed = await replay(environment, path, { event: 'push', to: `${world.regreen.url}/` });
    await world.settled();
    expect(await row(replayed.guid)).toMatchObject({ event: 'push', state: 'done' });
    await expect(replay(environment, join(folder, 'other.json'), {})).rejects.toMatchObject({ code: 'CAPTURE_MISSING' });
  });

  it('says why it was not taken', async () => {
    await expect(replay(environment, guid, { to: 'http://127.0.0.1:4' })).rejects.toMatchObject({ code: 'SERVER_NOT_RUNNING' });
    await expect(replay(environment, guid, { to: world.sandbox.apiUrl })).rejects.toMatchObject({ code: 'REPLAY_REFUSED' });
    const other = { ...environment, webhook: { ...environment.webhook, secrets: ['another-secret-0123456789'] } };
    await expect(replay(other, guid, { to: world.regreen.url })).rejects.toThrow('SIGNATURE_INVALID');
  });
});
