import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { shopInMode } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const CONFIG = '.github/regreen.yml';

/** Protects that what an organisation says counts for its repositories, until they say otherwise, and from the push on. */
describe("the organisation's default", () => {
  let world: World;
  let defaults: Repository;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    defaults = await world.createRepository({ [CONFIG]: '# for all\nmode: fix\ncauses:\n  formatting: never\n' }, '.github');
    await world.settled();
  });

  afterAll(() => world.close());

  /** What was decided about a shop that is red from its first commit on. */
  async function fixDecision(name: string, config: string | null): Promise<unknown> {
    const { [CONFIG]: _none, ...files } = { ...shopInMode(null), ...UNFORMATTED_FILES };
    const repository = await world.createRepository(config === null ? files : { ...files, [CONFIG]: config }, name);
    await world.settled();
    const { rows } = await world.database.pool.query<{ decision: { remedies: { remedy: string }[] } }>(
      'select decision from diagnoses join repositories on repositories.id = repository_id where name = $1',
      [name],
    );
    if (config === null) expect(regreenCheck(repository)).toBeUndefined();
    expect(fixPulls(repository)).toEqual([]);
    return rows[0]?.decision.remedies.find(({ remedy }) => remedy === 'fix');
  }

  it('counts where the repository says nothing, and is named as the place', async () => {
    expect(await fixDecision('silent', null)).toMatchObject({
      verdict: 'refused',
      rule: 'never',
      source: 'causes.formatting',
      place: { layer: 'organization', file: 'octo-shop/.github/.github/regreen.yml', line: 4 },
    });
  });

  it('gives way to the repository, key by key', async () => {
    expect(await fixDecision('outspoken', 'causes:\n  formatting: ask\n')).toMatchObject({
      verdict: 'asked',
      place: { layer: 'repository', file: CONFIG, line: 2 },
    });
  });

  it('is another one from its push on; a broken one leaves nothing but annotations', async () => {
    const { rows: before } = await world.database.pool.query('select text from organization_defaults');
    expect(before).toMatchObject([{ text: expect.stringContaining('formatting: never') }]);
    await world.sandbox.people.push({
      repository: defaults,
      branch: 'main',
      actor: world.mona,
      files: { [CONFIG]: 'mode: fix\n\ncauses:\n  formating: never\n' },
    });
    await world.settled();
    expect(await fixDecision('later', 'mode: fix\n')).toMatchObject({
      verdict: 'refused',
      rule: 'config-broken',
      reason: expect.stringContaining("octo-shop/.github/.github/regreen.yml can't be used (line 4)"),
    });
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
