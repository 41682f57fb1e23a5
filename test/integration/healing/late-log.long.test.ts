import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { WEBHOOK_PATH } from '../../../src/intake/receiver.ts';
import { propose } from '../../support/shops.ts';
import { createWorld, type World } from '../../support/world.ts';

/** Protects against a race of GitHub's own: a job has ended, and its log is there only a moment later. */
describe('a log that comes late', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
  });

  afterAll(() => world.close());

  it('is waited for, in place of a diagnosis without it', async () => {
    const repository = await world.createRepository();
    // Nobody listens while the run goes red, so that its log can be taken away before Regreen asks for it.
    world.sandbox.deliverTo('http://127.0.0.1:9/');
    const pull = await propose(world, repository, { files: UNFORMATTED_FILES });
    await world.sandbox.idle();
    const job = [...repository.runs.values()].find((run) => run.headSha === pull.head.sha)?.attempts.at(-1)?.jobs[0];
    if (!job?.state.log) throw new Error('the red job has no log');
    const { log } = job.state;
    job.state.log = null;

    world.sandbox.deliverTo(`${world.regreen.url}${WEBHOOK_PATH}`);
    // Other runs end meanwhile: only the red one's delivery counts.
    const missed = world.sandbox.state.deliveries.find(
      (one) => one.event === 'workflow_run' && one.action === 'completed' && one.body.includes(pull.head.sha),
    );
    world.sandbox.redeliver(missed?.guid ?? '');
    const asked = () => world.sandbox.state.requests.some((one) => one.route.endsWith('/logs') && one.status === 404);
    await expect.poll(asked, { timeout: 120_000 }).toBe(true);
    job.state.log = log;

    await world.settled();
    const { rows } = await world.database.pool.query('select cause from diagnoses');
    expect(rows).toEqual([{ cause: 'formatting' }]);
  });
});
