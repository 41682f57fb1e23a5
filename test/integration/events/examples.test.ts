import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allExamples } from '../../support/examples.ts';
import { sendRaw } from '../../support/send-payload.ts';
import { createWorld, type World } from '../../support/world.ts';

/** Protects against payloads that GitHub has really sent and that a handler can't take. */
describe('every example payload of GitHub, through the real receiver and every handler', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
    await world.settled();
  });

  afterAll(() => world.close());

  it('is accepted, worked to its end, and no job fails', async () => {
    const examples = allExamples();
    expect(examples).toHaveLength(329);
    const guids = await Promise.all(examples.map(({ event, payload }) => sendRaw(world, event, payload)));
    await world.settled();
    const { rows } = await world.database.pool.query(
      'select state, count(*)::int as count, max(attempts) as attempts from deliveries where guid = any($1) group by state',
      [guids],
    );
    expect(rows).toEqual([{ state: 'done', count: 329, attempts: 1 }]);
    const counts = await world.regreen.queue.counts();
    // The clock's housekeeping may be at work at any moment.
    const isTheClocks = ({ queue }: { queue: string }) => queue === 'maintenance';
    expect(counts.filter((one) => one.failed > 0 || (!isTheClocks(one) && one.waiting + one.active > 0))).toEqual([]);
    expect(world.problems).toEqual([]);
  });
});
