import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const PROTECTING = 'mode: fix\npaths:\n  protected:\n    - src/currency.js\n';

/** Protects that a fix which touches a protected file is asked about, told where that stands, and made only after the yes. */
describe('a fix that touches a protected path', () => {
  let world: World;
  let repository: Repository;
  let head: string;

  beforeAll(async () => {
    world = await createWorld();
    const files = { ...SHOP_FILES, ...UNFORMATTED_FILES, '.github/regreen.yml': PROTECTING };
    repository = await world.createRepository(files, 'protecting');
    await world.settled();
    head = repository.git.branch('main') ?? '';
  });

  afterAll(() => world.close());

  it('is decided to be asked, by the line that protects it', async () => {
    const { rows } = await world.database.pool.query<{ decision: { remedies: { remedy: string }[] } }>(
      'select decision from diagnoses where head_sha = $1',
      [head],
    );
    expect(rows[0]?.decision.remedies.find(({ remedy }) => remedy === 'fix')).toMatchObject({
      verdict: 'asked',
      rule: 'protected-paths',
      source: 'paths.protected',
      place: { layer: 'repository', file: '.github/regreen.yml', line: 3, key: 'paths.protected' },
    });
  });

  it('is shown on the commit with a button, and nothing is pushed', () => {
    expect(regreenCheck(repository, head)?.summary).toContain('which paths.protected in regreen.yml protects');
    expect(regreenCheck(repository, head)?.actions).toMatchObject([{ label: 'Apply fix' }, { label: 'Dismiss' }]);
    expect(fixPulls(repository)).toEqual([]);
  });

  it('is made when a person who may write agrees, and verified by CI', async () => {
    const check = regreenCheck(repository, head);
    if (!check) throw new Error('no check run');
    await world.sandbox.people.pressButton(repository, check, check.actions[0]?.identifier ?? '', world.mona);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    const content = await repository.git.fileAt(fix?.head.sha ?? '', 'src/currency.js');
    expect(content?.toString('utf8')).toContain("currency = 'EUR'");
  });

  it('is asked about as well where the free fixers decline and one that needs a yes has an answer', async () => {
    const { '.prettierrc': _plain, ...files } = { ...SHOP_FILES, ...UNFORMATTED_FILES };
    const steps = '- run: npm run check:format\n        continue-on-error: true\n      - run: echo "::set-env name=MODE::ci"';
    const beside = await world.createRepository(
      {
        ...files,
        // Configuration that is a program is not run, so prettier's fixer declines.
        'prettier.config.js': 'export default { singleQuote: true };\n',
        '.github/workflows/ci.yml': (SHOP_FILES['.github/workflows/ci.yml'] ?? '').replace(/- name: Check[\s\S]*$/, `${steps}\n`),
      },
      'beside',
    );
    await world.settled();
    const sha = beside.git.branch('main') ?? '';
    const { rows } = await world.database.pool.query<{ decision: { remedies: { remedy: string }[] } }>(
      'select decision from diagnoses where head_sha = $1',
      [sha],
    );
    expect(rows[0]?.decision.remedies.find(({ remedy }) => remedy === 'fix')).toMatchObject({
      verdict: 'asked',
      rule: 'approval',
    });
    expect(fixPulls(beside)).toEqual([]);
    const check = regreenCheck(beside, sha);
    expect(check?.actions).toMatchObject([{ label: 'Apply fix' }, { label: 'Dismiss' }]);
    expect(check?.summary).toContain('workflow-files can fix this.');
    expect(check?.summary).toContain('MODE=ci');
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
