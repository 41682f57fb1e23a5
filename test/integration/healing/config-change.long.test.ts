import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { CheckRun, Repository } from '../../../src/sandbox/state/model.ts';
import { propose } from '../../support/shops.ts';
import { createWorld, type World } from '../../support/world.ts';

const CONFIG = '.github/regreen.yml';

/** Protects that a change of regreen.yml is answered where it is proposed, before it counts. */
describe('a pull request and regreen.yml', () => {
  let world: World;
  let repository: Repository;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    repository = await world.createRepository({ ...SHOP_FILES, ...UNFORMATTED_FILES }, 'configured');
    await world.settled();
  });

  afterAll(() => world.close());

  async function configCheck(branch: string, files: Record<string, string>): Promise<CheckRun | undefined> {
    const pull = await propose(world, repository, { branch, files });
    await world.settled();
    return [...repository.checkRuns.values()].find(
      (run) => run.name === 'Regreen configuration' && run.headSha === pull.head.sha,
    );
  }

  it('that changes it is told what the newest failures would have become', async () => {
    const check = await configCheck('ask-first', { [CONFIG]: 'mode: fix\ncauses:\n  formatting: ask\n' });
    expect(check).toMatchObject({ conclusion: 'success', title: `${CONFIG} is valid` });
    expect(check?.summary).toContain('| fixed; shown | shown; fixed, if a person agrees |');
  });

  it('that breaks it is told the line', async () => {
    const check = await configCheck('slip', { [CONFIG]: 'mode: fix\ncause: {}\n' });
    expect(check).toMatchObject({ conclusion: 'failure' });
    expect(check?.annotations).toMatchObject([{ path: CONFIG, startLine: 2, message: expect.stringContaining('"causes"') }]);
  });

  it('that leaves it alone is not spoken to about it', async () => {
    expect(await configCheck('readme', { 'README.md': '# another\n' })).toBeUndefined();
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
