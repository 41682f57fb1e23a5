import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { WEBHOOK_PATH } from '../../../src/intake/receiver.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, type World } from '../../support/world.ts';

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

  it('of a fix is waited for, before the fix is said to be red for the same reason', async () => {
    const onFix = `'case "$GITHUB_HEAD_REF" in regreen/*) echo "the fix is not enough"; exit 1;; esac'`;
    const repository = await world.createRepository(shopWithSteps(['prettier --check src', onFix]), 'fixed');
    await world.settled();
    const redOnFix = () =>
      [...repository.runs.values()]
        .filter((run) => run.headBranch.startsWith('regreen/'))
        .flatMap((run) => run.attempts.at(-1)?.jobs ?? [])
        .find((job) => job.state.log !== null && job.state.conclusion === 'failure');
    // Nobody listens while the fix goes red, so that its log can be taken away before Regreen asks for it.
    await propose(world, repository, { files: UNFORMATTED_FILES });
    await expect.poll(() => fixPulls(repository).length, { timeout: 120_000 }).toBe(1);
    world.sandbox.deliverTo('http://127.0.0.1:9/');
    await expect.poll(() => redOnFix()?.state.status, { timeout: 120_000 }).toBe('completed');
    await world.sandbox.idle();
    const job = redOnFix();
    if (!job?.state.log) throw new Error('the red job of the fix has no log');
    const { log } = job.state;
    job.state.log = null;
    const from = world.sandbox.state.requests.length;
    const asked = () => world.sandbox.state.requests.slice(from).some((one) => one.route.endsWith('/logs') && one.status === 404);
    world.sandbox.deliverTo(`${world.regreen.url}${WEBHOOK_PATH}`);
    for (const { guid, event } of world.sandbox.state.deliveries.slice(-20))
      if (event.startsWith('workflow')) world.sandbox.redeliver(guid);
    await expect.poll(asked, { timeout: 120_000 }).toBe(true);
    job.state.log = log;
    await world.settled();
    const { rows } = await world.database.pool.query(
      'select count(*)::int as n from diagnoses join runs on runs.id = run_id where diagnoses.repository_id = $1 and head_branch like $2',
      [repository.id, 'regreen/%'],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
