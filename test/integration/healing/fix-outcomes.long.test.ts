import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { exampleOf } from '../../support/examples.ts';
import { repositoryFields, sendRaw } from '../../support/send-payload.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

/** Protects what becomes of a fix: real CI decides, then a person does, and neither is asked twice. */
describe('what becomes of a fix', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function fixesOf(repository: Repository): Promise<unknown[]> {
    const { rows } = await world.database.pool.query(
      'select attempt, outcome from fixes where repository_id = $1 order by attempt',
      [repository.id],
    );
    return rows;
  }

  async function branchState(repository: Repository): Promise<unknown> {
    const { rows } = await world.database.pool.query<{ state: string }>(
      'select default_branch_state as state from repositories where id = $1',
      [repository.id],
    );
    return rows[0]?.state;
  }

  it('verified: a red main gets a fix pull request against main, and is green once it is merged', async () => {
    const repository = await world.createRepository({ ...SHOP_FILES, ...UNFORMATTED_FILES }, 'red-main');
    await world.settled();
    expect(await branchState(repository)).toBe('red');
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'verified' }]);
    const [fix] = fixPulls(repository);
    expect(fix?.base.ref).toBe('main');
    expect(regreenCheck(repository, repository.git.branch('main') ?? '')?.summary).toContain('fixes this: CI has passed on it');
    if (!fix) throw new Error('no fix pull request');
    // Another red push while the fix waits to be merged gets no second one.
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: { 'README.md': '# still red\n' } });
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await branchState(repository)).toBe('red');
    await world.sandbox.people.mergePullRequest(repository, fix, world.mona);
    await world.settled();
    expect(await branchState(repository)).toBe('green');
    const { rows } = await world.database.pool.query(
      'select status, fixed_by is not null as fixed from incidents where repository_id = $1',
      [repository.id],
    );
    expect(rows).toEqual([{ status: 'closed', fixed: true }]);
  });

  it('refuted: CI is still red on it, so it is closed and says so, and the commit gets no second attempt', async () => {
    const onFixBranch = 'case "$GITHUB_HEAD_REF" in regreen/*) echo "the fix is not enough"; exit 1;; esac';
    const steps = ['prettier --check src', `'${onFixBranch}'`];
    const repository = await world.createRepository(shopWithSteps(steps), 'refuted');
    const pull = await propose(world, repository);
    await world.settled();
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'refuted' }]);
    const [fix] = fixPulls(repository);
    expect(fix?.issue).toMatchObject({ state: 'closed' });
    expect(fix?.issue.body).toContain('❌ **Refuted**');
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('did not fix it');
    const [red] = [...repository.runs.values()].filter((run) => run.headSha === pull.head.sha);
    if (!red) throw new Error('no red run');
    await world.sandbox.people.rerun(repository, red, world.mona);
    await world.settled();
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'refuted' }]);
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('rejected: a person has closed it, so a later push with the same cause gets no new one', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'rejected');
    const pull = await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    if (!fix) throw new Error('no fix pull request');
    await world.sandbox.people.closePullRequest(repository, fix, world.mona);
    await world.settled();
    // The fix had been verified by then; that a person has closed it counts all the same.
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain(
      'was closed without merging, so Regreen leaves this to you',
    );
    await world.sandbox.people.push({
      repository,
      branch: 'discount',
      actor: world.mona,
      files: { 'README.md': '# the shop\n' },
    });
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'rejected' }]);
    const { rows } = await world.database.pool.query('select status, failures from incidents where repository_id = $1', [
      repository.id,
    ]);
    expect(rows).toEqual([{ status: 'open', failures: 2 }]);
  });

  /** A shop with a second workflow on pull requests, of two jobs; what was told of these on the failed commit is late. */
  async function withLateWords(name: string, audit: string, late: readonly string[]): Promise<Repository> {
    const other = `name: Other\non: pull_request\njobs:\n${['steady', 'audit']
      .map((job) => `  ${job}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${job === 'audit' ? audit : 'true'}\n`)
      .join('')}`;
    const repository = await world.createRepository({ ...SHOP_FILES, '.github/workflows/other.yml': other }, name);
    await world.settled();
    await world.database.pool.query(`
      create function forget_${repository.id}() returns trigger language plpgsql as $$ begin
        delete from jobs using runs where runs.id = jobs.run_id and runs.head_sha = new.base_sha
          and runs.workflow_path = '.github/workflows/other.yml' and jobs.name = any('{${late.join(',')}}');
        return null;
      end $$;
      create trigger forget_${repository.id} after update on fixes for each row
        when (new.repository_id = ${repository.id} and new.state = 'proposed') execute function forget_${repository.id}()`);
    await propose(world, repository);
    await world.settled();
    return repository;
  }

  it('verified: a job that was red before speaks not against it, though the books have not heard of that yet', async () => {
    const repository = await withLateWords('late-red', 'exit 1', ['audit']);
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'verified' }]);
  });

  it('refuted: a job that was green before speaks against it, though the books have heard nothing of its workflow yet', async () => {
    const onFixBranch = `'case "$GITHUB_HEAD_REF" in regreen/*) exit 1;; esac'`;
    const repository = await withLateWords('late-green', onFixBranch, ['steady', 'audit']);
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'refuted' }]);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });

  it('a repository that is renamed between the failure and the fix keeps its fix', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'old-name');
    await world.settled();
    await propose(world, repository);
    await world.sandbox.waitFor(() => latestConclusions(repository).includes('failure'), { timeoutMs: 120_000 });
    repository.name = 'new-name';
    repository.updatedAt = new Date(Date.now() + 1_000);
    await sendRaw(world, 'repository', {
      ...exampleOf('repository', 'renamed'),
      repository: { ...repositoryFields(repository), updated_at: repository.updatedAt.toISOString() },
      installation: { id: world.sandbox.state.installationOf(repository)?.id },
    });
    await world.settled();
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await fixesOf(repository)).toEqual([{ attempt: 1, outcome: 'verified' }]);
  });
});

function latestConclusions(repository: Repository): unknown[] {
  return [...repository.runs.values()].map((run) => run.attempts.at(-1)?.conclusion);
}
