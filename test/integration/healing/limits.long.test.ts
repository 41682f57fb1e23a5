import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { overlay } from '../../support/examples.ts';
import { sendRaw } from '../../support/send-payload.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const MANY = 200;

/** Protects GitHub, and the people there, from a Regreen that goes wrong. */
describe('what Regreen may spend', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    // It asks about each fix that has waited for a minute, so that the number would depend on the machine's speed.
    await world.database.pool.query("delete from pgboss.schedule where key = 'sweep-fixes'");
  });

  afterAll(() => world.close());

  /** Requests about a repository that Regreen has sent, tokens aside. */
  function calls(repository: Repository): string[] {
    const path = `/repos/${repository.owner.login}/${repository.name}/`;
    return world.sandbox.state.requests
      .filter((one) => one.caller.startsWith('installation') && (one.path.startsWith(path) || one.route === '/graphql'))
      .map((one) => `${one.method} ${one.route}`);
  }

  it('at most 15 calls for a diagnosis', async () => {
    const repository = await world.createRepository(shopWithSteps(['"false"']), 'diagnosed');
    await world.settled();
    const made = calls(repository);
    expect(regreenCheck(repository)).toBeDefined();
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(15);
  });

  it('at most 30 calls for a verified fix, the diagnosis included', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'fixed');
    await world.settled();
    const graphqlBefore = calls(repository).length;
    await propose(world, repository);
    await world.settled();
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
    const made = calls(repository).slice(graphqlBefore);
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(30);
  });

  it(`${MANY} failures of one cause at once: one incident, one pull request, one attempt`, async () => {
    const repository = await world.createRepository(SHOP_FILES, 'many');
    await world.settled();
    // GitHub would make us wait a minute, which Regreen does; here only what comes of it counts.
    world.sandbox.setLimits({ pointsPerMinute: 10_000 });
    const from = world.sandbox.state.deliveries.length;
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES });
    await world.settled();
    const told = world.sandbox.state.deliveries
      .slice(from)
      .find((one) => one.event === 'workflow_run' && one.action === 'completed' && one.body.includes('"failure"'));
    const red = [...repository.runs.values()].findLast((run) => run.headSha === repository.git.branch('main'));
    if (!told || !red) throw new Error('no red run');
    const payload = JSON.parse(told.body) as Record<string, unknown>;
    const runs = Array.from({ length: MANY - 1 }, (_, more) => ({
      ...red,
      id: red.id + 1_000 + more,
      number: red.number + more,
    }));
    for (const run of runs) repository.runs.set(run.id, run);
    await Promise.all(
      runs.map(({ id, number }) =>
        sendRaw(world, 'workflow_run', overlay(payload, { workflow_run: { id, run_number: number } })),
      ),
    );
    await world.settled();
    const { rows } = await world.database.pool.query(
      `select failures, (select count(*)::int from fixes where repository_id = $1) as fixes from incidents where repository_id = $1`,
      [repository.id],
    );
    expect(rows).toEqual([{ failures: MANY, fixes: 1 }]);
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('three refuted fixes in a row stop the repository until a person says otherwise', async () => {
    const onFixBranch = `'case "$GITHUB_HEAD_REF" in regreen/*) echo "the fix is not enough"; exit 1;; esac'`;
    const repository = await world.createRepository(shopWithSteps(['prettier --check src', onFixBranch]), 'stopped');
    for (const branch of ['one', 'two', 'three']) {
      await propose(world, repository, { branch });
      await world.settled();
    }
    expect(fixPulls(repository).map((pull) => pull.issue.state)).toEqual(['closed', 'closed', 'closed']);
    const pull = await propose(world, repository, { branch: 'four' });
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(3);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toMatch(
      /CI has refuted 3 fixes in a row within a day\. .*\/regreen resume/,
    );
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('/regreen resume');
    const stranger = world.sandbox.people.createAccount('passer-by');
    await world.sandbox.people.comment(repository, pull.issue, stranger, '/regreen resume');
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(3);
    await world.sandbox.people.comment(repository, pull.issue, world.mona, '/regreen resume');
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(4);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
