import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onWorkflowRun } from '../../../src/events/workflow-run.ts';
import type { PullRequest, Run } from '../../../src/github/types.ts';
import { settleFixes } from '../../../src/healing/fixes/settle-fixes.ts';
import { saveJobs } from '../../../src/store/books/jobs.ts';
import { saveInstalledRepositories, saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { aJob, aRun } from '../../support/runs.ts';
import { aPull, type Books, EVENT, NEW, OLD, openBooks, REPOSITORY } from './books-stage.ts';

let store: TestDatabase;
let books: Books;

beforeAll(async () => {
  store = await createTestDatabase();
});
beforeEach(async () => {
  books = await openBooks(store);
});
afterAll(() => store.drop());

const onPush = (branch: string, pullRequests: number[] = []) => aRun({ id: 10, headSha: OLD, headBranch: branch, pullRequests });
const onPull = (branch: string) => ({ ...onPush(branch, [7]), event: 'pull_request' });

/** The pull request is opened, and closed later. */
async function ends(pull: Partial<PullRequest>, meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
  await books.toldOfPull('opened', aPull(pull));
  await meanwhile();
  await books.toldOfPull('closed', aPull({ ...pull, state: 'closed', updatedAt: '2026-11-20T11:30:00Z' }));
}

const OPEN = { status: 'open', why: null, pull: null };
const CLOSED = { status: 'closed', why: '#7 was closed', pull: 7 };

/** Anybody can open a pull request from a branch of any name, and close it. */
describe('when a pull request ends', () => {
  it.each<[string, Partial<PullRequest>]>([
    ["of a fork's branch of that name", { headBranch: 'main', headRepository: 'mallory/shop', baseBranch: 'release' }],
    ['of a fork that is gone, from its branch of that name', { headBranch: 'main', headRepository: null }],
    ['of the default branch itself', { headBranch: 'main', baseBranch: 'production' }],
  ])('%s, what is red on the default branch stays, and its fix', async (_, pull) => {
    const id = await books.red(onPush('main'));
    await books.proposed(id, 'main');
    await ends(pull, () => books.red({ ...onPush('main'), id: 11 }));
    expect(await books.incident(id)).toEqual(OPEN);
    expect(books.asked('withdraw')).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'that others have as their base',
      () => books.toldOfPull('opened', aPull({ number: 5, headBranch: 'sums', baseBranch: 'develop' })),
    ],
    [
      'that was merged before',
      () => books.toldOfPull('closed', aPull({ number: 5, headBranch: 'develop', state: 'closed', merged: true })),
    ],
  ])('what its pushes have made red stays on a branch %s, and its fix', async (_, lasting) => {
    await lasting();
    let id = '';
    await ends({ headBranch: 'develop' }, async () => {
      id = await books.red(onPush('develop', [7]));
      await books.proposed(id, 'develop');
    });
    expect(await books.incident(id)).toEqual(OPEN);
    expect(books.asked('withdraw')).toEqual([]);
  });

  it('what was read only after it, too', async () => {
    await ends({ headBranch: 'main', baseBranch: 'production' });
    expect(await books.incident(await books.red(onPush('main', [7])))).toEqual(OPEN);
  });

  it('what is red only in that pull request of such a branch ends with it, and its fix', async () => {
    let id = '';
    await ends({ headBranch: 'main', baseBranch: 'production' }, async () => {
      id = await books.red(onPull('main'));
      await books.proposed(id, 'main');
    });
    expect(await books.incident(id)).toEqual(CLOSED);
    expect(books.asked('withdraw')).toMatchObject([{ reason: 'base-ended' }]);
  });

  it('what is red hangs on the other one from its branch that is open', async () => {
    await books.toldOfPull('opened', aPull({ number: 9, baseBranch: 'next' }));
    let id = '';
    await ends({}, async () => {
      id = await books.red(onPull('cart'));
      await books.proposed(id, 'cart');
    });
    expect(await books.incident(id)).toEqual({ ...OPEN, pull: 9 });
    expect(books.asked('withdraw')).toEqual([]);
  });

  it.each([
    ['in it', () => books.red(onPull('cart'))],
    ['since before it was opened', () => books.red(onPush('cart'))],
  ])('what was red %s ends with it, and its fix', async (_, becomesRed) => {
    const id = await becomesRed();
    await books.proposed(id, 'cart');
    await ends({});
    expect(await books.incident(id)).toEqual(CLOSED);
    expect(books.asked('withdraw')).toMatchObject([{ reason: 'base-ended' }]);
  });

  it('an older failure of its branch that is not its own stays, and the fix for both', async () => {
    const id = await books.red(onPush('cart'));
    await books.proposed(id, 'cart');
    await ends({ headSha: NEW });
    expect(await books.incident(id)).toEqual(OPEN);
    expect(books.asked('withdraw')).toEqual([]);
  });
});

/** Analysis and settlement are different queues, so either may come first. */
describe('while a newer head of the branch is red', () => {
  const newer = { ...onPush('cart'), id: 11, headSha: NEW };
  const docs = { ...newer, id: 12, workflowPath: '.github/workflows/docs.yml', conclusion: 'success' };
  const withdrawn = new Error('its pull request is asked for');

  function settle(): Promise<void> {
    const getRef = async () => ({ data: { object: { sha: NEW } } });
    const get = async () => {
      throw withdrawn;
    };
    books.githubHas({ git: { getRef }, pulls: { get } });
    return settleFixes(books.services, { kind: 'settle', installationId: 5, repositoryId: 1, branch: 'cart' });
  }

  it('a fix stays until it is known why each of its jobs is', async () => {
    await books.proposed(await books.red(onPush('cart')), 'cart');
    await books.told(newer);
    await books.told(docs);
    expect(books.asked('settle')).toMatchObject([{ branch: 'cart' }]);
    await settle();
    const failed = (name: string, id: number) => aJob({ id, runId: 11, name, conclusion: 'failure' });
    const jobs = [failed('format', 1), failed('lint', 2)].map((job) => ({ repositoryId: 1, heard: null, job }));
    await saveJobs(store.database, jobs);
    await books.red(newer, { fingerprint: 'another' });
    await settle();
    await books.red(newer, { fingerprint: 'a third', job: 'lint' });
    await expect(settle()).rejects.toThrow(withdrawn);
  });
});

describe('a repository that gets another name', () => {
  const named = (name: string, at: string) =>
    saveRepository(store.database, { ...REPOSITORY, name, private: false, archived: false }, at);
  const renamed = () => named('store', '2026-11-20T11:10:00Z');
  const green = { ...onPush('cart'), id: 11, conclusion: 'success', headRepository: 'octo/store' };

  it('keeps what is open, and its green runs close it', async () => {
    const id = await books.red(onPush('cart'));
    await renamed();
    expect(await books.red({ ...onPush('cart'), id: 9, headRepository: 'octo/store' })).toBe(id);
    await books.told(green);
    expect(await books.incident(id)).toMatchObject({ status: 'closed', why: 'CI is green again' });
  });

  it('is known by it also where events come late that tell of the former one', async () => {
    await renamed();
    await named('shop', '2026-11-20T10:30:00Z');
    await saveInstalledRepositories(store.database, 5, [{ id: 1, owner: 'octo', name: 'shop', private: false }]);
    await books.toldOfPull('opened', aPull({}));
    await onWorkflowRun(books.services, {
      ...EVENT,
      name: 'workflow_run',
      action: 'completed',
      payload: payloadOf(onPush('cart')),
    });
    const { rows } = await store.pool.query(
      `select name, array(select head_repository from pull_requests union all select head_repository from runs) as heads
      from repositories`,
    );
    expect(rows).toEqual([{ name: 'store', heads: ['octo/store', 'octo/store'] }]);
  });

  it('again has one incident for a failure that was open under both', async () => {
    const former = await books.red({ ...onPush('cart'), headRepository: 'octo/store' });
    const id = await books.red({ ...onPush('cart'), id: 11 });
    await renamed();
    expect(await books.incident(former)).toMatchObject({ status: 'closed' });
    expect(await books.red({ ...onPush('cart'), id: 12, headRepository: 'octo/store' })).toBe(id);
  });

  it('leaves branches of forks where they are', async () => {
    await books.toldOfPull('opened', aPull({ headRepository: 'mona/shop' }));
    await renamed();
    await books.toldOfPull('synchronize', aPull({ headRepository: 'mona/shop' }));
    const { rows } = await store.pool.query('select head_repository as head from pull_requests');
    expect(rows).toEqual([{ head: 'mona/shop' }]);
  });

  const payloadOf = (run: Run) => ({
    workflow_run: {
      id: run.id,
      workflow_id: run.workflowId,
      path: run.workflowPath,
      run_number: run.runNumber,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      head_sha: run.headSha,
      head_branch: run.headBranch,
      head_repository: { full_name: run.headRepository },
      html_url: run.url,
      created_at: run.createdAt,
      updated_at: run.updatedAt,
    },
  });
});
