import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

/** Protects the main job end to end: red build, diagnosis, annotations, fix pull request, verified by real CI. */
describe('a pull request that prettier refuses', () => {
  let world: World;
  let repository: Repository;
  let pull: PullRequest;

  beforeAll(async () => {
    world = await createWorld();
    repository = await world.createRepository();
    await world.sandbox.people.push({ repository, branch: 'discount', actor: world.mona, files: UNFORMATTED_FILES });
    pull = await world.sandbox.people.openPullRequest({
      repository,
      actor: world.mona,
      head: 'discount',
      title: 'Add discounts',
    });
    await world.settled();
  });

  afterAll(() => world.close());

  it('is explained on its head by one check run with an annotation for each file', () => {
    const checks = [...repository.checkRuns.values()].filter((run) => run.name === 'Regreen');
    expect(checks).toHaveLength(1);
    const check = regreenCheck(repository, pull.head.sha);
    expect(check).toMatchObject({ conclusion: 'neutral', title: 'Files are not formatted' });
    expect(check?.annotations.map((one) => one.path).toSorted()).toEqual(['src/cart.js', 'src/currency.js']);
    expect(check?.summary).toContain('[warn] src/cart.js');
  });

  it('gets one fix pull request onto its own branch with a signed commit', async () => {
    const fixes = fixPulls(repository);
    expect(fixes).toHaveLength(1);
    const [fix] = fixes;
    expect(fix?.base.ref).toBe('discount');
    expect(fix?.issue.title).toBe('Format 2 files with prettier');
    const { rows } = await world.database.pool.query('select state, outcome, pull_request_number, commit_sha, paths from fixes');
    expect(rows).toEqual([
      {
        state: 'ended',
        outcome: 'verified',
        pull_request_number: fix?.issue.number,
        commit_sha: fix?.head.sha,
        paths: ['src/cart.js', 'src/currency.js'],
      },
    ]);
  });

  it('is verified only by the run of its own workflow, and says so', () => {
    const [fix] = fixPulls(repository);
    const runs = [...repository.runs.values()].filter((run) => run.headSha === fix?.head.sha);
    expect(runs.map((run) => run.attempts.at(-1)?.conclusion)).toEqual(['success']);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(fix?.draft).toBe(false);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain(`#${fix?.issue.number} fixes this: CI has passed on it`);
  });

  it('closes the incident once the fix is merged and the pull request is green', async () => {
    const [fix] = fixPulls(repository);
    if (!fix) throw new Error('no fix pull request');
    await world.sandbox.people.mergePullRequest(repository, fix, world.mona);
    await world.settled();
    const { rows } = await world.database.pool.query('select status, closed_reason, failures from incidents');
    expect(rows).toEqual([{ status: 'closed', closed_reason: 'CI is green again', failures: 1 }]);
  });
});
