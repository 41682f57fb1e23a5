import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { sweepFixes } from '../../../src/healing/sweep.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { fixBranches, propose } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const TRIGGERS = '  push:\n    branches: [main]\n  pull_request:\n';

function shop(change: { on?: string; config?: string } = {}): Record<string, string> {
  return {
    ...SHOP_FILES,
    '.github/regreen.yml': `mode: fix\n${change.config ?? ''}`,
    '.github/workflows/ci.yml': (SHOP_FILES['.github/workflows/ci.yml'] ?? '').replace(TRIGGERS, change.on ?? TRIGGERS),
  };
}

/** Protects the ways of a fix: it goes where CI runs on it, as regreen.yml wishes, and is taken back when nobody needs it. */
describe('the way of a fix', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    // GitHub would make us wait a minute, which Regreen does; here only what comes of it counts.
    world.sandbox.setLimits({ contentPerMinute: 1_000, pointsPerMinute: 10_000 });
  });

  afterAll(() => world.close());

  async function fixesOf(repository: Repository): Promise<unknown[]> {
    const { rows } = await world.database.pool.query(
      'select delivery, outcome from fixes where repository_id = $1 order by created_at',
      [repository.id],
    );
    return rows;
  }

  it('a workflow that hears only pull requests onto main gets one onto main, which says why', async () => {
    const on = '  push:\n    branches: [main]\n  pull_request:\n    branches: [main]\n';
    const repository = await world.createRepository(shop({ on }), 'filtered');
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.base.ref).toBe('main');
    expect(fix?.issue.body).toContain('would not start for a pull request onto `discount`');
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(await fixesOf(repository)).toEqual([{ delivery: 'pull-request', outcome: 'verified' }]);
  });

  it('delivery: commit puts the fix on the branch itself, where CI verifies it', async () => {
    const repository = await world.createRepository(shop({ config: 'delivery: commit\n' }), 'committed');
    const pull = await propose(world, repository);
    const failed = pull.head.sha;
    await world.settled();
    expect(fixPulls(repository)).toEqual([]);
    expect(fixBranches(repository)).toEqual([]);
    const commit = await repository.git.commit(repository.git.branch('discount') ?? '');
    expect(commit).toMatchObject({ parents: [failed] });
    expect(commit?.message).toContain('Format 2 files with prettier');
    expect(await fixesOf(repository)).toEqual([{ delivery: 'commit', outcome: 'verified' }]);
    expect(regreenCheck(repository, failed)?.summary).toContain('CI has passed on it');
    const { rows } = await world.database.pool.query(
      'select status, fixed_by is not null as fixed from incidents where repository_id = $1',
      [repository.id],
    );
    expect(rows).toEqual([{ status: 'closed', fixed: true }]);
  });

  it('delivery: commit leaves the branch of a bot to it: a pull request, which says why', async () => {
    const { people } = world.sandbox;
    const bot = people.createAccount('renovate[bot]');
    const repository = await world.createRepository(shop({ config: 'delivery: commit\n' }), 'updated');
    const head = await people.push({ repository, branch: 'update', actor: bot, files: UNFORMATTED_FILES });
    await people.openPullRequest({ repository, actor: world.mona, head: 'update', title: 'Update' });
    await world.settled();
    expect(repository.git.branch('update')).toBe(head);
    expect(fixPulls(repository)).toMatchObject([{ base: { ref: 'update' } }]);
    expect(fixPulls(repository)[0]?.issue.body).toContain("the newest commit of update is `renovate[bot]`'s, and no person's.");
  });

  it('delivery: commit does not bring a branch back that is deleted while its fix is made', async () => {
    const repository = await world.createRepository(shop({ config: 'delivery: commit\n' }), 'gone');
    const installationId = world.sandbox.state.installationOf(repository)?.id ?? 0;
    const { client } = await world.regreen.services.github.at(installationId, { owner: 'octo-shop', name: repository.name });
    const deleted = async (options: { url?: string; repo?: unknown }) => {
      if (options.repo !== repository.name || options.url !== '/repos/{owner}/{repo}/branches/{branch}') return;
      client.hook.remove('request', deleted);
      await world.sandbox.people.deleteBranch(repository, 'discount', world.mona);
    };
    client.hook.before('request', deleted);
    await propose(world, repository);
    await world.settled();
    expect(repository.git.branch('discount')).toBeNull();
    expect(fixBranches(repository)).toEqual([]);
    expect(await fixesOf(repository)).toEqual([{ delivery: 'commit', outcome: 'abandoned' }]);
  });

  it('a workflow that hears nothing but pushes to main can’t judge the fix, and the pull request says so at once', async () => {
    const repository = await world.createRepository(
      { ...shop({ on: '  push:\n    branches: [main]\n' }), ...UNFORMATTED_FILES },
      'silent',
    );
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.base.ref).toBe('main');
    expect(fix?.draft).toBe(true);
    expect(fix?.issue.body).toContain('⚠️ **Not verified**');
    expect(fix?.issue.body).toContain('it does not run on pull_request, and its push.branches leave out regreen/');
    // Ten minutes later it is still the same, and nothing is written again.
    const written = fix?.issue.updatedAt;
    await world.database.pool.query(
      `update fixes set committed_at = now() - interval '11 minutes', created_at = now() - interval '11 minutes' where repository_id = $1`,
      [repository.id],
    );
    await sweepFixes(world.regreen.services);
    await world.settled();
    expect(fix?.issue.body).toContain('⚠️ **Not verified**');
    expect(fix?.issue.updatedAt).toEqual(written);
    // Merged all the same: the fix ends, its branch goes.
    if (!fix) throw new Error('no fix pull request');
    await world.sandbox.people.markReadyForReview(repository, fix, world.mona);
    await world.sandbox.people.mergePullRequest(repository, fix, world.mona);
    await world.settled();
    expect(fixBranches(repository)).toEqual([]);
    expect(await fixesOf(repository)).toEqual([{ delivery: 'pull-request', outcome: 'superseded' }]);
  });

  it('a verified fix of a cause that regreen.yml names is merged without a person, and its branch deleted', async () => {
    const config = 'autoMerge:\n  causes: [formatting]\n';
    const repository = await world.createRepository(shop({ config }), 'merged');
    repository.allowAutoMerge = true;
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.mergedAt).not.toBeNull();
    expect(fixBranches(repository)).toEqual([]);
    expect(await fixesOf(repository)).toEqual([{ delivery: 'pull-request', outcome: 'verified' }]);
    const { rows } = await world.database.pool.query('select status from incidents where repository_id = $1', [repository.id]);
    expect(rows).toEqual([{ status: 'closed' }]);
  });

  it.each([
    ['waits for the review that the base needs', true, 'GitHub merges it once the rules of `discount` are met.'],
    ['is left to a person where GitHub refuses', false, 'GitHub refused: At least 1 approving review is required'],
  ])('a verified fix that may be merged %s, and says so', async (_, allowAutoMerge, text) => {
    const config = 'autoMerge:\n  causes: [formatting]\n';
    const repository = await world.createRepository(shop({ config }), `held-back-${allowAutoMerge ? 'waiting' : 'refused'}`);
    repository.allowAutoMerge = allowAutoMerge;
    repository.mergeMethods.delete('merge');
    repository.protectedBranches.set('discount', { approvals: 1 });
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.mergedAt).toBeNull();
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(fix?.issue.body).toContain(text);
    if (!fix || !allowAutoMerge) return;
    await world.sandbox.people.approvePullRequest(repository, fix, world.mona);
    await world.settled();
    expect(fix.mergedAt).not.toBeNull();
    expect(fixBranches(repository)).toEqual([]);
  });

  it('a person who mends it by hand finds the fix withdrawn, with the reason and without its branch', async () => {
    const repository = await world.createRepository(shop(), 'mended');
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.issue.state).toBe('open');
    await world.sandbox.people.push({
      repository,
      branch: 'discount',
      actor: world.mona,
      files: { 'src/cart.js': SHOP_FILES['src/cart.js'] ?? '', 'src/currency.js': null },
    });
    await world.settled();
    expect(fix?.issue.state).toBe('closed');
    expect(fix?.issue.body).toContain('CI is green without it');
    expect(fix?.issue.comments).toEqual([]);
    expect(fixBranches(repository)).toEqual([]);
    expect(await fixesOf(repository)).toEqual([{ delivery: 'pull-request', outcome: 'superseded' }]);
  });

  it('where nothing may be written any more, it finds its end in the books alone', async () => {
    const repository = await world.createRepository(shop(), 'left-alone');
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    const body = fix?.issue.body;
    const push = (branch: string, files: Record<string, string | null>) =>
      world.sandbox.people.push({ repository, branch, actor: world.mona, files });
    await push('main', { '.github/regreen.yml': 'mode: observe\n' });
    await push('discount', { 'src/cart.js': SHOP_FILES['src/cart.js'] ?? '', 'src/currency.js': null });
    await world.settled();
    expect(await fixesOf(repository)).toEqual([{ delivery: 'pull-request', outcome: 'superseded' }]);
    expect(fix?.issue).toMatchObject({ state: 'open', body });
    expect(fixBranches(repository)).toHaveLength(1);
  });

  it('a pull request that is closed takes its fix with it', async () => {
    const repository = await world.createRepository(shop(), 'given-up');
    const pull = await propose(world, repository);
    await world.settled();
    await world.sandbox.people.closePullRequest(repository, pull, world.mona);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(fix?.issue.state).toBe('closed');
    expect(fix?.issue.body).toContain('the pull request that it was for has ended');
    expect(fixBranches(repository)).toEqual([]);
  });

  it('a red branch that is deleted takes its fix with it; a pull request that ends leaves the branch that it came from its own', async () => {
    const repository = await world.createRepository(shop({ on: '  push:\n' }), 'branches');
    const { people } = world.sandbox;
    await people.push({ repository, branch: 'dropped', actor: world.mona, files: UNFORMATTED_FILES });
    await people.push({ repository, branch: 'release', actor: world.mona, files: { 'notes.txt': 'Release\n' } });
    await people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES });
    await world.settled();
    const fixOf = (branch: string) => fixPulls(repository).find((fix) => fix.base.ref === branch)?.issue;
    expect(fixOf('dropped')?.state).toBe('open');
    const pull = await people.openPullRequest({ repository, actor: world.mona, head: 'main', base: 'release' });
    await world.settled();
    await people.closePullRequest(repository, pull, world.mona);
    await people.deleteBranch(repository, 'dropped', world.mona);
    await world.settled();
    expect(fixOf('main')?.state).toBe('open');
    expect(fixOf('dropped')?.state).toBe('closed');
    const { rows } = await world.database.pool.query(
      'select branch, status, closed_reason as why from incidents where repository_id = $1 order by branch',
      [repository.id],
    );
    expect(rows).toEqual([
      { branch: 'dropped', status: 'closed', why: 'the branch was deleted' },
      { branch: 'main', status: 'open', why: null },
    ]);
  });

  it('delivery: suggestion puts one review on the pull request, and pushes nothing', async () => {
    const repository = await world.createRepository(shop({ config: 'delivery: suggestion\n' }), 'suggested');
    const pull = await propose(world, repository);
    await world.settled();
    expect(fixBranches(repository)).toEqual([]);
    expect(pull.reviews).toMatchObject([{ state: 'COMMENTED', commitSha: pull.head.sha }]);
    expect(pull.reviews[0]?.body).toContain('`prettier 3');
    expect(pull.reviewComments.length).toBeGreaterThan(1);
    expect(pull.reviewComments[0]?.body).toMatch(/^```suggestion\n/);
    expect(await fixesOf(repository)).toEqual([{ delivery: 'suggestion', outcome: null }]);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('has suggestions that fix this');
    // A new head that is red for the same reason: they stand there still. Only what it brings is said.
    const { people } = world.sandbox;
    const first = { reviews: pull.reviews.length, comments: pull.reviewComments.length };
    await people.push({ repository, branch: 'discount', actor: world.mona, files: { 'NOTES.md': 'Notes\n' } });
    await world.settled();
    expect({ reviews: pull.reviews.length, comments: pull.reviewComments.length }).toEqual(first);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('has suggestions that fix this');
    await people.push({
      repository,
      branch: 'discount',
      actor: world.mona,
      files: { 'src/more.js': 'export const  more = 1;\n' },
    });
    await world.settled();
    expect(pull.reviews.slice(first.reviews)).toMatchObject([{ commitSha: pull.head.sha }]);
    expect(pull.reviewComments.slice(first.comments)).toMatchObject([{ path: 'src/more.js' }]);
    // What is red without a pull request has nothing to put them on.
    await people.push({ repository, branch: 'main', actor: pull.issue.user, files: UNFORMATTED_FILES });
    await world.settled();
    expect(fixPulls(repository)).toMatchObject([{ base: { ref: 'main' } }]);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
