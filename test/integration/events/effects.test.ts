import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REGISTERED_EVENTS } from '../../../src/app.ts';
import { createWorld } from '../../support/world.ts';
import { APP_CASES } from './cases/app.ts';
import { CHECK_CASES } from './cases/checks.ts';
import { PULL_CASES } from './cases/pulls.ts';
import { RUN_CASES } from './cases/runs.ts';
import type { EventCase, Stage } from './stage.ts';

const CASES: readonly EventCase[] = [...RUN_CASES, ...CHECK_CASES, ...PULL_CASES, ...APP_CASES];

/** Protects the documented effect of each action: a row or a call to GitHub, through the real receiver and queue. */
describe('what each event does', () => {
  let stage: Stage;

  beforeAll(async () => {
    const world = await createWorld();
    const repository = await world.createRepository({ 'README.md': '# shop\n' });
    const installationId = world.sandbox.state.installationOf(repository)?.id ?? 0;
    stage = { world, repository, installationId, headSha: repository.git.branch('main') ?? '' };
    await world.settled();
  });

  afterAll(() => stage.world.close());

  it.each(CASES)('$event: $effect', async ({ check }) => check(stage));

  it('no job was given up or has to be tried again', async () => {
    const counts = await stage.world.regreen.queue.counts();
    // The clock's housekeeping may be at work at any moment.
    const isTheClocks = ({ queue }: { queue: string }) => queue === 'maintenance';
    expect(counts.filter((one) => one.failed > 0 || (!isTheClocks(one) && one.waiting + one.active > 0))).toEqual([]);
    const { rows } = await stage.world.database.pool.query(
      'select event, error_code, error_message from deliveries where state = $1',
      ['failed'],
    );
    expect(rows).toEqual([]);
  });
});

/** Protects against an event that is registered and whose effect nobody has written a test for. */
it('every registered event has a case', () => {
  const tested = new Set(CASES.map((one) => one.event));
  expect(REGISTERED_EVENTS.filter((event) => !tested.has(event))).toEqual([]);
});
