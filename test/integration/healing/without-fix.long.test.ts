import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { fixBranches, propose, shopInMode, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const TYPED_SHOP: Record<string, string> = {
  ...shopWithSteps(['tsc -p tsconfig.json']),
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2024" }, "include": ["src"] }\n',
  'src/price.ts': 'export const price: number = 12;\n',
};

const WRONGLY_TYPED: Record<string, string> = {
  'src/price.ts': 'export const price: number = 12;\n\nexport const label: string = price;\n',
};

/** Protects the line between explaining and touching: what the policy does not allow is not done, and the reason is told. */
describe('failures that are explained and not fixed', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function decisionAbout(repository: Repository, remedy: string): Promise<unknown> {
    const { rows } = await world.database.pool.query<{ decision: { remedies: { remedy: string }[] } }>(
      'select decision from diagnoses where repository_id = $1',
      [repository.id],
    );
    expect(rows).toHaveLength(1);
    return rows[0]?.decision.remedies.find((one) => one.remedy === remedy);
  }

  function expectUntouched(repository: Repository): void {
    expect(fixBranches(repository)).toEqual([]);
    expect(fixPulls(repository)).toEqual([]);
  }

  it('a type error on a pull request is annotated at its line, and the check run says why there is no fix', async () => {
    const repository = await world.createRepository(TYPED_SHOP, 'typed');
    const pull = await propose(world, repository, { files: WRONGLY_TYPED });
    await world.settled();
    const check = regreenCheck(repository, pull.head.sha);
    expect(check?.annotations).toMatchObject([
      { path: 'src/price.ts', startLine: 3, startColumn: 14, level: 'failure', title: 'tsc TS2322' },
    ]);
    expect(check?.summary).toContain('Regreen does not fix this. No fixer is known for compile-error');
    expect(await decisionAbout(repository, 'fix')).toMatchObject({ verdict: 'refused', rule: 'no-fixer' });
    expectUntouched(repository);
  });

  it('a pull request from a fork is annotated on its head and gets suggestions; nothing is pushed', async () => {
    const repository = await world.createRepository(shopInMode('fix'), 'forked');
    const { people } = world.sandbox;
    const stranger = people.createAccount('stranger');
    repository.forkApproval = 'none';
    const fork = await people.createFork(repository, stranger);
    await people.push({ repository: fork, branch: 'main', actor: stranger, files: UNFORMATTED_FILES });
    const pull = await people.openPullRequest({ repository, actor: stranger, head: 'stranger:main', title: 'From outside' });
    await world.settled();
    expect(regreenCheck(repository, pull.head.sha)?.annotations).toHaveLength(2);
    expect(await decisionAbout(repository, 'fix')).toMatchObject({ verdict: 'refused', rule: 'fork' });
    const { rows } = await world.database.pool.query('select pull_request_number from incidents where repository_id = $1', [
      repository.id,
    ]);
    expect(rows).toEqual([{ pull_request_number: pull.issue.number }]);
    expectUntouched(repository);
    expectUntouched(fork);
    expect(pull.reviews).toHaveLength(1);
    expect(pull.reviewComments.map((one) => one.path)).toContain('src/cart.js');
    // A red branch called "main" in a fork says nothing about our own.
    const { rows: states } = await world.database.pool.query('select default_branch_state from repositories where id = $1', [
      repository.id,
    ]);
    expect(states).toEqual([{ default_branch_state: 'green' }]);
  });

  it('without regreen.yml the mode is annotate: explained, not fixed', async () => {
    const repository = await world.createRepository(shopInMode(null), 'annotated');
    const pull = await propose(world, repository);
    await world.settled();
    const check = regreenCheck(repository, pull.head.sha);
    expect(check?.annotations).toHaveLength(2);
    expect(check?.summary).toContain('would allow it');
    expect(await decisionAbout(repository, 'fix')).toMatchObject({ verdict: 'refused', rule: 'mode', source: 'default' });
    expectUntouched(repository);
  });

  it('mode observe: the books know it, GitHub is told nothing', async () => {
    const repository = await world.createRepository(shopInMode('observe'), 'observed');
    await propose(world, repository);
    await world.settled();
    expect(regreenCheck(repository)).toBeUndefined();
    expect(await decisionAbout(repository, 'annotate')).toMatchObject({ verdict: 'refused', rule: 'mode' });
    expectUntouched(repository);
    const writes = world.sandbox.state.requests.filter(
      (one) => one.path.includes('/observed/') && one.method !== 'GET' && one.caller.startsWith('installation'),
    );
    expect(writes).toEqual([]);
  });

  it('a broken regreen.yml is told with line and fault, the defaults apply; mended, it is told too', async () => {
    const repository = await world.createRepository(shopInMode('annotate'), 'misconfigured');
    const push = (text: string) =>
      world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: { '.github/regreen.yml': text } });
    const configCheck = (sha: string) =>
      [...repository.checkRuns.values()].find((run) => run.name === 'Regreen configuration' && run.headSha === sha);
    const broken = await push('# ours\nmode: fixx\n');
    await world.settled();
    expect(configCheck(broken)).toMatchObject({ conclusion: 'failure' });
    expect(configCheck(broken)?.summary).toMatch(/line 2, `mode`/);
    expect(configCheck(broken)?.annotations).toMatchObject([{ path: '.github/regreen.yml', startLine: 2 }]);
    await propose(world, repository);
    await world.settled();
    expect(await decisionAbout(repository, 'fix')).toMatchObject({ rule: 'config-broken', source: 'mode' });
    const mended = await push('mode: observe\n');
    await world.settled();
    expect(configCheck(mended)).toMatchObject({ conclusion: 'success', title: '.github/regreen.yml is valid' });
  });

  it('left no job behind and logged no problem', async () => {
    expect(world.problems).toEqual([]);
  });
});
