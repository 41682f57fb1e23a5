import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { overlay } from '../../support/examples.ts';
import { sendRaw } from '../../support/send-payload.ts';
import { fixBranches, propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const INCIDENTS = 'select branch, failures from incidents where repository_id = $1';

/** What gofmt would print, were it wrong about its own result: only its fixer knows better. */
const LYING_DIFF = `diff shop.go.orig shop.go
--- shop.go.orig
+++ shop.go
@@ -1,3 +1,3 @@
 package shop
 
-func  A() {}
+func A()   {}
`;
const UNTIDY = 'package shop\n\nfunc  A() {}\n';
const TIDY = 'package shop\n\nfunc A() {}\n';

/** Protects what follows when CI says no to a fix: another way, another diagnosis, or an end. */
describe('what comes after a fix that CI has refuted', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function query<T extends object>(sql: string, repository: Repository): Promise<T[]> {
    return (await world.database.pool.query<T>(sql, [repository.id])).rows;
  }

  const fixesOf = (repository: Repository) =>
    query<{ attempt: number; outcome: string; fixers: string[] }>(
      `select attempt, outcome, array(select jsonb_array_elements(changes)->>'fixer') as fixers from fixes
       where repository_id = $1 order by attempt`,
      repository,
    );

  it('red for the same reason: a fixer that had no part in it has its turn, in the same pull request', async () => {
    const { services } = world.regreen;
    const { runFixer } = services;
    services.runFixer = async (task, signal) =>
      task.fixer === 'gofmt' && !Object.values(task.targets).includes(UNTIDY)
        ? { declined: 'shop.go: gofmt finds nothing to change in it.' }
        : runFixer(task, signal);
    const repository = await world.createRepository(
      {
        ...shopWithSteps(['cmp -s shop.go tidy.txt || { cat refusal.txt; exit 1; } # gofmt -d .']),
        'shop.go': TIDY,
        'tidy.txt': TIDY,
        'refusal.txt': LYING_DIFF,
      },
      'next-fixer',
    );
    const pull = await propose(world, repository, { files: { 'shop.go': UNTIDY } });
    await world.settled();
    services.runFixer = runFixer;
    expect(await fixesOf(repository)).toEqual([
      { attempt: 1, outcome: 'refuted', fixers: ['printed-diff'] },
      { attempt: 2, outcome: 'verified', fixers: ['gofmt'] },
    ]);
    const [fix, ...others] = fixPulls(repository);
    expect(others).toEqual([]);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    // The second attempt stands in the place of the first, not on it.
    expect((await repository.git.commit(fix?.head.sha ?? ''))?.parents).toEqual([pull.head.sha]);
    expect(await query('select count(*)::int as incidents from incidents where repository_id = $1', repository)).toEqual([
      { incidents: 1 },
    ]);
  });

  /** A file that is neither formatted nor right, which only shows once it is formatted; what the rules say of the second. */
  async function withHiddenFailure(name: string, rules: string): Promise<Repository> {
    const repository = await world.createRepository(
      {
        ...shopWithSteps(['prettier --check src', 'tsc -p tsconfig.json']),
        '.github/regreen.yml': `mode: fix\n${rules}\n`,
        'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2024" }, "include": ["src"] }\n',
        'src/price.ts': 'const price: number = 12;\nexport const twice = price * 2;\n',
      },
      name,
    );
    const mistyped = 'const price: number   = 12;\nexport const twice = pricee * 2;\n';
    await propose(world, repository, { files: { 'src/price.ts': mistyped } });
    await world.settled();
    return repository;
  }

  const FIRST = { attempt: 1, outcome: 'refuted', fixers: ['prettier'] };
  const SECOND = { attempt: 2, outcome: 'verified', fixers: ['prettier', 'suggestions'] };

  it('red for another reason: a new diagnosis on the same incident, and a further commit', async () => {
    const repository = await withHiddenFailure('another-reason', 'autoMerge: {causes: [formatting]}');
    expect(await fixesOf(repository)).toEqual([FIRST, SECOND]);
    expect(await query('select count(*)::int as incidents from incidents where repository_id = $1', repository)).toEqual([
      { incidents: 1 },
    ]);
    const causes = await query<{ cause: string }>(
      'select distinct cause from diagnoses where repository_id = $1 order by cause',
      repository,
    );
    expect(causes).toEqual([{ cause: 'compile-error' }, { cause: 'formatting' }]);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
    // regreen.yml names one of the two causes that it answers.
    expect(fixPulls(repository)[0]?.mergedAt).toBeNull();
  });

  it('red for another reason that regreen.yml says never to: it is withdrawn', async () => {
    const repository = await withHiddenFailure('another-never', 'causes: {compile-error: never}');
    expect(await fixesOf(repository)).toEqual([FIRST]);
    expect(fixPulls(repository).map(({ issue }) => issue.state)).toEqual(['closed']);
  });

  it('red for another reason that a person is to agree to: nothing is pushed before', async () => {
    const repository = await withHiddenFailure('another-ask', 'causes: {compile-error: ask}');
    expect(await fixesOf(repository)).toEqual([FIRST]);
    expect(fixPulls(repository).map(({ issue }) => issue.state)).toEqual(['open']);
    const [pull] = [...repository.pulls.values()];
    if (!pull) throw new Error('no pull request');
    await world.sandbox.people.comment(repository, pull.issue, world.mona, '/regreen approve');
    await world.settled();
    expect(await fixesOf(repository)).toEqual([FIRST, SECOND]);
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('red on three: there is no fourth, and failures on its own branches are nobody else’s', async () => {
    const onFixBranch = `'case "$GITHUB_HEAD_REF" in regreen/*) echo "the fix is not enough"; exit 1;; esac'`;
    const repository = await world.createRepository(shopWithSteps(['prettier --check src', onFixBranch]), 'three');
    let pull = await propose(world, repository, { files: UNFORMATTED_FILES });
    await world.settled();
    for (const change of ['one', 'two', 'three']) {
      const files = { 'README.md': `# ${change}\n` };
      await world.sandbox.people.push({ repository, branch: 'discount', actor: world.mona, files });
      await world.settled();
    }
    pull = [...repository.pulls.values()].find((one) => one.head.ref === 'discount') ?? pull;
    expect((await fixesOf(repository)).map(({ outcome }) => outcome)).toEqual(['refuted', 'refuted', 'refuted']);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('CI has refuted 3 fixes in a row within a day');
    // The repository goes on; this incident has had its attempts.
    await world.sandbox.people.comment(repository, pull.issue, world.mona, '/regreen resume');
    await world.settled();
    expect(await fixesOf(repository)).toHaveLength(3);
    expect(fixBranches(repository)).toEqual([]);
    const before = await query(INCIDENTS, repository);
    expect(before).toMatchObject([{ branch: 'discount' }]);
    // Red runs on its own branches, as many as may come
    const told = world.sandbox.state.deliveries.findLast(
      (one) =>
        one.repositoryId === repository.id &&
        one.event === 'workflow_run' &&
        /"head_branch":"regreen\/[^}]*"failure"/.test(one.body),
    );
    if (!told) throw new Error('no red run on a branch of a fix');
    const payload = JSON.parse(told.body) as Record<string, unknown>;
    await Promise.all(
      Array.from({ length: 50 }, (_, more) =>
        sendRaw(world, 'workflow_run', overlay(payload, { workflow_run: { id: 90_000_000 + more } })),
      ),
    );
    await world.settled();
    expect(await fixesOf(repository)).toHaveLength(3);
    expect(await query(INCIDENTS, repository)).toEqual(before);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
