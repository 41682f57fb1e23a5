import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { WEBHOOK_PATH } from '../../../src/intake/receiver.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { exampleOf, overlay } from '../../support/examples.ts';
import { repositoryFields, sendRaw } from '../../support/send-payload.ts';
import { fixBranches, propose } from '../../support/shops.ts';
import { createWorld, fixPulls, type World } from '../../support/world.ts';

/** Discard: nothing listens there, so every delivery fails. */
const NOWHERE = 'http://127.0.0.1:9/';
const MANY = 20;

/** Protects against doing things twice, or not at all, however deliveries come. */
describe('deliveries that come twice, late or all at once', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function count(table: 'diagnoses' | 'incidents' | 'fixes' | 'reports', repository: Repository): Promise<number> {
    const { rows } = await world.database.pool.query<{ count: number }>(
      `select count(*)::int as count from ${table} where repository_id = $1`,
      [repository.id],
    );
    return rows[0]?.count ?? -1;
  }

  async function expectOnce(repository: Repository): Promise<void> {
    expect(await count('diagnoses', repository)).toBe(1);
    expect(await count('incidents', repository)).toBe(1);
    expect(await count('fixes', repository)).toBe(1);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixBranches(repository)).toHaveLength(1);
    expect([...repository.checkRuns.values()].filter((run) => run.name === 'Regreen')).toHaveLength(1);
  }

  /** What happens meanwhile is told to nobody. @returns the deliveries that failed */
  async function unheard(work: () => Promise<unknown>) {
    const before = world.sandbox.state.deliveries.length;
    world.sandbox.deliverTo(NOWHERE);
    await work();
    await world.sandbox.idle();
    world.sandbox.deliverTo(`${world.regreen.url}${WEBHOOK_PATH}`);
    return world.sandbox.state.deliveries.slice(before);
  }

  it('sent again after all is done: each is answered as a duplicate, and nothing happens', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'again');
    await propose(world, repository);
    await world.settled();
    const [requests, deliveries] = [world.sandbox.state.requests.length, [...world.sandbox.state.deliveries]];
    for (const one of deliveries) world.sandbox.redeliver(one.guid);
    await world.settled();
    const again = world.sandbox.state.deliveries.filter((one) => one.redelivery);
    expect(again).toHaveLength(deliveries.length);
    expect(again.filter((one) => !one.responseBody.includes('"duplicate":true'))).toEqual([]);
    expect(world.sandbox.state.requests).toHaveLength(requests);
    await expectOnce(repository);
  });

  it('the same GUID twice at the same time: worked once', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'twice');
    await world.settled();
    const held = await unheard(() => propose(world, repository));
    expect(held.length).toBeGreaterThan(5);
    for (const { event, guid, body } of held) {
      const payload: unknown = JSON.parse(body);
      await Promise.all([sendRaw(world, event, payload, guid), sendRaw(world, event, payload, guid)]);
    }
    await world.settled();
    await expectOnce(repository);
    const { rows } = await world.database.pool.query('select distinct attempts from deliveries where guid = any($1)', [
      held.map((one) => one.guid),
    ]);
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  /** The first is the real one; the others stand far from the ids that the sandbox gives to the fix's own runs. */
  const idOf = (red: { id: number }, more: number) => (more === 0 ? red.id : red.id + 1_000_000 + more);

  it(`${MANY} red runs of one cause at once: one incident, one fix pull request`, async () => {
    const repository = await world.createRepository({ ...SHOP_FILES }, 'many');
    await world.settled();
    const held = await unheard(() =>
      world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES }),
    );
    const red = [...repository.runs.values()].at(-1);
    const told = held.find((one) => one.event === 'workflow_run' && one.action === 'completed');
    if (!red || !told) throw new Error('no red run');
    const first = JSON.parse(told.body) as Record<string, unknown>;
    const runs = Array.from({ length: MANY }, (_, more) => ({ ...red, id: idOf(red, more), number: red.number + more }));
    for (const run of runs) repository.runs.set(run.id, run);
    await Promise.all(
      runs.map(({ id, number }) => sendRaw(world, 'workflow_run', overlay(first, { workflow_run: { id, run_number: number } }))),
    );
    await world.settled();
    const { rows } = await world.database.pool.query('select failures, branch, status from incidents where repository_id = $1', [
      repository.id,
    ]);
    expect(rows).toEqual([{ failures: MANY, branch: 'main', status: 'open' }]);
    expect(await count('diagnoses', repository)).toBe(MANY);
    expect(await count('fixes', repository)).toBe(1);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
  });

  it('one that failed for good can be sent again under its GUID, and is worked then', async () => {
    const repository = await world.createRepository({ 'README.md': '# shop\n' }, 'failing');
    await world.settled();
    const addressed = {
      repository: repositoryFields(repository),
      installation: { id: world.sandbox.state.installationOf(repository)?.id },
    };
    const right = overlay(exampleOf('deployment_status', 'created'), addressed);
    const guid = await sendRaw(world, 'deployment_status', overlay(right, { deployment_status: { state: null } }));
    await world.settled();
    const stateOf = async () =>
      (await world.database.pool.query('select state, error_code from deliveries where guid = $1', [guid])).rows;
    expect(await stateOf()).toEqual([{ state: 'failed', error_code: 'PAYLOAD_UNEXPECTED' }]);
    await sendRaw(world, 'deployment_status', right, guid);
    await world.settled();
    expect(await stateOf()).toEqual([{ state: 'done', error_code: null }]);
    const { rows } = await world.database.pool.query('select 1 from deployments where repository_id = $1', [repository.id]);
    expect(rows).toHaveLength(1);
  });

  it('logged no problem but the one that failed for good', () => {
    expect(world.problems.map((one) => one.err?.code)).toEqual(['PAYLOAD_UNEXPECTED', 'PAYLOAD_UNEXPECTED']);
    expect(world.problems.at(-1)?.msg).toBe('job failed for good');
  });
});
