import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onPush as onGitPush } from '../../../src/events/push.ts';
import { onWorkflowRun } from '../../../src/events/workflow-run.ts';
import type { PullRequest, Run } from '../../../src/github/types.ts';
import { lookAtBranch } from '../../../src/healing/branches/look-at-branch.ts';
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

describe('a branch', () => {
  const removed = { ref: 'refs/heads/main', before: OLD, after: NEW, commits: [{ removed: ['.github/workflows/ci.yml'] }] };
  const deleted = { ref: 'refs/heads/cart', before: OLD, after: '0'.repeat(40), deleted: true };
  const pushed = (payload: object) => onGitPush(books.services, { ...EVENT, name: 'push', action: null, payload });
  const missing = Object.assign(new Error('Not Found'), { status: 404 });

  /** GitHub as the job finds it. @returns whether the fix was withdrawn */
  async function look(branch: string, { head, files = [] }: { head: string | null; files?: string[] }): Promise<unknown> {
    const there = <Answer>(is: boolean, answer: Answer) => (is ? Promise.resolve(answer) : Promise.reject(missing));
    const text = { type: 'file', encoding: 'base64', content: '', size: 1, sha: OLD };
    let withdrawn = false;
    books.githubHas({
      git: { getRef: () => there(head !== null, { data: { object: { sha: head } } }), deleteRef: async () => undefined },
      repos: { getContent: ({ path }: { path: string }) => there(files.includes(path), { data: text }) },
      pulls: {
        get: () => {
          withdrawn = true;
          return Promise.reject(missing);
        },
      },
    });
    await lookAtBranch(books.services, { kind: 'look-at-branch', installationId: 5, repositoryId: 1, branch });
    return withdrawn;
  }

  it('that is deleted takes with it what was red on it, and its fix', async () => {
    const id = await books.red(onPush('cart'));
    await books.proposed(id, 'cart');
    await pushed(deleted);
    expect(books.asked('look-at-branch')).toMatchObject([{ branch: 'cart' }]);
    expect(await look('cart', { head: null })).toBe(true);
    expect(await books.incident(id)).toEqual({ ...OPEN, status: 'closed', why: 'the branch was deleted' });
    const { rows } = await store.pool.query('select details from audit where subject = $1', [`incident:${id}`]);
    expect(rows).toEqual([{ details: { reason: 'the branch was deleted' } }]);
  });

  it.each<[string, () => Promise<string>, string | null]>([
    ['was made again meanwhile keeps it', () => books.red(onPush('cart')), NEW],
    ['has a pull request leaves it to that', () => books.red(onPull('cart')), null],
    ["is a fork's is another one", () => books.red({ ...onPull('cart'), pullRequests: [], headRepository: 'mona/shop' }), null],
  ])('that is deleted and %s', async (_, becomesRed, head) => {
    const id = await becomesRed();
    await pushed(deleted);
    expect(await look('cart', { head })).toBe(false);
    expect(await books.incident(id)).toMatchObject({ status: 'open' });
  });

  it('of a merge queue is looked at when its failure is written down: it was deleted before', async () => {
    await books.red({ ...onPush('gh-readonly-queue/main/pr-7'), event: 'merge_group' });
    expect(books.asked('look-at-branch')).toMatchObject([{ branch: 'gh-readonly-queue/main/pr-7' }]);
  });

  it.each([
    ['loses its workflow ends what that was red with, and its fix', [], 'closed'],
    ['has got the workflow back by then keeps it', ['.github/workflows/ci.yml'], 'open'],
  ])('which is the default and %s', async (_, files, status) => {
    const id = await books.red(onPush('main'));
    await books.proposed(id, 'main');
    await pushed(removed);
    expect(books.asked('look-at-branch')).toMatchObject([{ branch: 'main' }]);
    expect(await look('main', { head: NEW, files })).toBe(status === 'closed');
    expect(await books.incident(id)).toMatchObject({ status });
  });
});
