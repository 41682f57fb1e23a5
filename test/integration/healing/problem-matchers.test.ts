import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, regreenCheck, type World } from '../../support/world.ts';

const MATCHERS = '.github/problem-matcher.json';
const TILL = {
  problemMatcher: [
    { owner: 'till-check', pattern: [{ regexp: '^TILL (\\S+) at (\\d+) - (.*)$', file: 1, line: 2, message: 3 }] },
  ],
};

/** Protects that the default branch's matchers count, and that a broken file is told where it is broken. */
describe("a repository's own problem matchers", () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 2 } });
  });

  afterAll(() => world.close());

  it('annotate what only they understand, as the default branch has them', async () => {
    const repository = await world.createRepository(
      {
        ...shopWithSteps(['test ! -e src/open.till || (echo "TILL src/open.till at 2 - drawer is open"; exit 3)']),
        '.github/regreen.yml': `problemMatchers: [${MATCHERS}]\n`,
        [MATCHERS]: JSON.stringify(TILL),
      },
      'matchers',
    );
    // The pull request takes the matchers away; that counts for nobody before it is merged.
    const files = { 'src/open.till': 'a\nb\n', '.github/regreen.yml': 'mode: annotate\n', [MATCHERS]: '{}' };
    const pull = await propose(world, repository, { files });
    await world.settled();
    expect(regreenCheck(repository, pull.head.sha)?.annotations).toMatchObject([
      { path: 'src/open.till', startLine: 2, message: expect.stringContaining('drawer is open') },
    ]);
  });

  it('are checked like regreen.yml when they change', async () => {
    const repository = await world.createRepository(
      { ...shopWithSteps(['true']), '.github/regreen.yml': `problemMatchers: [${MATCHERS}]\n`, [MATCHERS]: JSON.stringify(TILL) },
      'broken-matchers',
    );
    const text = JSON.stringify({ problemMatcher: [{ owner: 'till', pattern: [{ regexp: '(?=x)', message: 0 }] }] }, null, 2);
    const sha = await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: { [MATCHERS]: text } });
    await world.settled();
    const check = [...repository.checkRuns.values()].find((run) => run.name === 'Regreen configuration' && run.headSha === sha);
    expect(check).toMatchObject({ conclusion: 'failure', title: `${MATCHERS} can't be used` });
    expect(check?.summary).toContain('Regreen does not use this file');
    expect(check?.annotations).toMatchObject([{ path: MATCHERS, startLine: 7 }]);
  });
});
