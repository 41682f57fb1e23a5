import { afterEach, describe, expect, it } from 'vitest';
import { startSmeeServer } from '../../support/smee-server.ts';
import { until } from '../../support/until.ts';
import { createWorld, type World, type WorldOptions } from '../../support/world.ts';

/** Discard: nothing listens there, so every delivery fails. */
const NOWHERE = 'http://127.0.0.1:9/';

/** Protects what GitHub tells once: deliveries that nobody took are found and fetched, each worked once. */
describe('deliveries that were missed', () => {
  let world: World;
  const close: (() => Promise<void>)[] = [];

  afterEach(async () => {
    await world.close();
    for (const one of close.splice(0)) await one();
  });

  async function begin(options: WorldOptions = {}): Promise<void> {
    world = await createWorld({ fetchesMissed: true, ...options });
  }

  async function stored(): Promise<Map<string, { state: string; attempts: number }>> {
    const { rows } = await world.database.pool.query<{ guid: string; state: string; attempts: number }>(
      'select guid, state, attempts from deliveries',
    );
    return new Map(rows.map(({ guid, ...row }) => [guid, row]));
  }

  /** Something that Regreen hears of, without a workflow to run. @returns the GUIDs of what was told */
  async function happen(name: string): Promise<string[]> {
    const before = world.sandbox.state.deliveries.length;
    await world.createRepository({ 'README.md': `# ${name}\n` }, name);
    await world.sandbox.idle();
    // Suites that begin are told of as well, and mean nothing here.
    const heard = world.sandbox.state.deliveries.slice(before).filter(({ event }) => event === 'push');
    const guids = heard.map(({ guid }) => guid);
    expect(guids).not.toEqual([]);
    return guids;
  }

  const areDone = (guids: readonly string[]) => async () => {
    const rows = await stored();
    return guids.every((guid) => rows.get(guid)?.state === 'done');
  };

  it('while the server was down: fetched at the next start, each worked once, also when GitHub sends them again meanwhile', async () => {
    await begin();
    await until(areDone(await happen('before')), 'the first are worked');
    world.sandbox.deliverTo(NOWHERE);
    await world.regreen.stop();
    const guids = await happen('meanwhile');
    await world.restart();
    for (const guid of guids) world.sandbox.redeliver(guid);
    await until(areDone(guids), 'the missed are worked');
    await world.settled();
    const rows = await stored();
    expect(guids.map((guid) => rows.get(guid)?.attempts)).toEqual(guids.map(() => 1));
    expect(world.problems).toEqual([]);
  });

  it('before the first start: the installation is heard of, and nothing else', async () => {
    await begin();
    await world.settled();
    // Books that are new again, of an app that was installed while nobody listened.
    world.sandbox.deliverTo(NOWHERE);
    const others = await happen('older');
    const late = world.sandbox.people.createAccount('late');
    world.sandbox.people.installApp({ account: late });
    await world.sandbox.idle();
    await world.regreen.stop();
    await world.database.pool.query('truncate deliveries, installations, repositories cascade');
    await world.restart();
    await until(
      async () => (await world.database.pool.query("select from installations where account = 'late'")).rowCount === 1,
      'it is known',
    );
    await world.settled();
    const rows = await stored();
    expect(others.filter((guid) => rows.has(guid))).toEqual([]);
  });

  it('while a relay was blind, though GitHub takes them for delivered', async () => {
    const smee = await startSmeeServer();
    close.push(() => smee.close());
    await begin({ proxyUrl: await smee.newChannel() });
    await until(areDone(await happen('through-the-relay')), 'the relay hands on');
    smee.freeze();
    const guids = await happen('unseen');
    expect(world.sandbox.state.deliveries.at(-1)?.status).toBe('OK');
    expect(smee.unheard).toBeGreaterThan(0);
    const rows = await stored();
    expect(guids.filter((guid) => rows.has(guid))).toEqual([]);
    smee.drop();
    await until(areDone(guids), 'what the relay did not see is worked');
    expect(world.problems.map(({ msg }) => msg)).toEqual([
      'the smee channel is away; webhooks that are sent now are not seen',
      'the relay was blind; GitHub is asked for what was missed',
    ]);
  });

  it('says so and goes on when GitHub can not be asked', async () => {
    await begin();
    world.sandbox.setLimits({ requestsPerHour: 0 });
    await world.restart();
    await until(() => world.problems.some(({ msg }) => msg === 'GitHub could not be asked for what was missed'), 'it is told');
    expect((await fetch(`${world.regreen.url}/health/ready`)).status).toBe(200);
  });
});
