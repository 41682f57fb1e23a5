import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  annotationKey,
  createCheckRun,
  findCheckRun,
  readAnnotationKeys,
  updateCheckRun,
} from '../../../src/github/check-runs.ts';
import type { Annotation } from '../../../src/github/types.ts';
import { commitOnBranch, deleteBranch, ensureBranch, openPullRequest } from '../../../src/github/writes.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

let client: ClientUnderTest;
const SHA = 'a'.repeat(40);
const TREE = 'c'.repeat(40);
const OTHER = 'b'.repeat(40);

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

describe('a branch', () => {
  it('is made where there is none', async () => {
    client.scope.post('/repos/octo/shop/git/refs', { ref: 'refs/heads/regreen/x', sha: SHA }).reply(201, {});
    expect(await ensureBranch(client.at, 'regreen/x', SHA)).toBe(SHA);
  });

  it('is found where an earlier attempt made it, wherever it points now', async () => {
    client.scope.post('/repos/octo/shop/git/refs').reply(422, { message: 'Reference already exists' });
    client.scope.get('/repos/octo/shop/git/ref/heads%2Fregreen%2Fx').reply(200, { object: { sha: OTHER } });
    expect(await ensureBranch(client.at, 'regreen/x', SHA)).toBe(OTHER);
  });

  it('that GitHub refuses for another reason is an error', async () => {
    client.scope.post('/repos/octo/shop/git/refs').reply(422, { message: 'Object does not exist' });
    client.scope.get('/repos/octo/shop/git/ref/heads%2Fregreen%2Fx').reply(404, {});
    await expect(ensureBranch(client.at, 'regreen/x', SHA)).rejects.toMatchObject({ status: 422 });
  });

  it.each([204, 404, 422])('is gone after its deletion, also when it was before: %i', async (status) => {
    client.scope.delete('/repos/octo/shop/git/refs/heads%2Fregreen%2Fx').reply(status, status === 204 ? undefined : {});
    await deleteBranch(client.at, 'regreen/x');
  });

  it('that may not be deleted is an error', async () => {
    client.scope
      .delete('/repos/octo/shop/git/refs/heads%2Fregreen%2Fx')
      .reply(403, { message: 'Resource not accessible by integration' });
    await expect(deleteBranch(client.at, 'regreen/x')).rejects.toMatchObject({ status: 403 });
  });
});

describe('a commit', () => {
  const commit = {
    branch: 'regreen/x',
    expectedHead: SHA,
    headline: 'Format',
    body: 'why',
    files: [{ path: 'a.ts', content: 'ä\n' }],
  };

  it('goes on the branch when it is where we think, as base64 of its bytes', async () => {
    let sent: { variables?: { input?: unknown } } = {};
    client.scope
      .post('/graphql', (body) => {
        sent = body;
        return true;
      })
      .reply(200, { data: { createCommitOnBranch: { commit: { oid: OTHER } } } });
    expect(await commitOnBranch(client.at, commit)).toBe(OTHER);
    expect(sent.variables?.input).toEqual({
      branch: { repositoryNameWithOwner: 'octo/shop', branchName: 'regreen/x' },
      expectedHeadOid: SHA,
      message: { headline: 'Format', body: 'why' },
      fileChanges: { additions: [{ path: 'a.ts', contents: Buffer.from('ä\n').toString('base64') }] },
    });
  });

  it.each(['STALE_DATA', 'NOT_FOUND'])('is refused as BRANCH_MOVED when it is elsewhere or gone: %s', async (type) => {
    client.scope.post('/graphql').reply(200, { data: null, errors: [{ type, message: 'Expected branch to point to…' }] });
    await expect(commitOnBranch(client.at, commit)).rejects.toMatchObject({ code: 'BRANCH_MOVED' });
  });

  describe('with a file that has the executable bit', () => {
    const files = [{ path: 'ci.sh', content: 'make\n', executable: true }, ...commit.files];
    const wholeCommit = { ...commit, files };

    function expectTree() {
      client.scope
        .get(`/repos/octo/shop/git/commits/${SHA}`)
        .reply(200, { sha: SHA, tree: { sha: TREE }, message: '', parents: [] });
      client.scope
        .post('/repos/octo/shop/git/trees', {
          base_tree: TREE,
          tree: [
            { path: 'ci.sh', mode: '100755', type: 'blob', content: 'make\n' },
            { path: 'a.ts', mode: '100644', type: 'blob', content: 'ä\n' },
          ],
        })
        .reply(201, { sha: 'd'.repeat(40) });
      // Neither author nor committer: GitHub signs it as the app's.
      client.scope
        .post('/repos/octo/shop/git/commits', { message: 'Format\n\nwhy', tree: 'd'.repeat(40), parents: [SHA] })
        .reply(201, { sha: OTHER });
    }

    it('keeps it', async () => {
      expectTree();
      client.scope.patch('/repos/octo/shop/git/refs/heads%2Fregreen%2Fx', { sha: OTHER, force: false }).reply(200, {});
      expect(await commitOnBranch(client.at, wholeCommit)).toBe(OTHER);
    });

    it('is refused as BRANCH_MOVED too when the branch is elsewhere', async () => {
      expectTree();
      client.scope.patch('/repos/octo/shop/git/refs/heads%2Fregreen%2Fx').reply(422, { message: 'Update is not a fast forward' });
      await expect(commitOnBranch(client.at, wholeCommit)).rejects.toMatchObject({ code: 'BRANCH_MOVED' });
    });
  });

  it('that fails otherwise keeps its error', async () => {
    client.scope.post('/graphql').reply(200, { data: null, errors: [{ type: 'FORBIDDEN', message: 'no' }] });
    await expect(commitOnBranch(client.at, commit)).rejects.toThrow('no');
  });
});

describe('a pull request', () => {
  const wanted = { head: 'regreen/x', base: 'main', title: 'Format', body: 'why' };
  const answer = {
    number: 3,
    node_id: 'PR_3',
    state: 'open',
    merged_at: null,
    title: 'Format',
    body: null,
    user: null,
    head: { sha: SHA, ref: 'regreen/x', repo: null },
    base: { ref: 'main' },
    html_url: 'https://github.test/octo/shop/pull/3',
    updated_at: '2026-11-28T11:00:00Z',
  };

  it('is a draft first', async () => {
    client.scope.post('/repos/octo/shop/pulls', { ...wanted, draft: true }).reply(201, { ...answer, draft: true });
    expect(await openPullRequest(client.at, wanted)).toEqual({
      number: 3,
      nodeId: 'PR_3',
      state: 'open',
      merged: false,
      draft: true,
      author: 'ghost',
      title: 'Format',
      body: '',
      headSha: SHA,
      headBranch: 'regreen/x',
      headRepository: null,
      baseBranch: 'main',
      url: 'https://github.test/octo/shop/pull/3',
      updatedAt: '2026-11-28T11:00:00Z',
      mergedAt: null,
    });
  });

  it('is none where the plan has no drafts', async () => {
    client.scope
      .post('/repos/octo/shop/pulls', { ...wanted, draft: true })
      .reply(422, { message: 'Draft pull requests are not supported in this repository.' });
    client.scope.post('/repos/octo/shop/pulls', { ...wanted, draft: false }).reply(201, { ...answer, draft: false });
    expect((await openPullRequest(client.at, wanted)).draft).toBe(false);
  });

  it('that is there already is an error, and is not asked for twice', async () => {
    client.scope
      .post('/repos/octo/shop/pulls')
      .reply(422, { message: 'Validation Failed', errors: [{ message: 'A pull request already exists for octo:regreen/x.' }] });
    await expect(openPullRequest(client.at, wanted)).rejects.toMatchObject({ status: 422 });
  });
});

describe('a check run', () => {
  const content = { conclusion: 'neutral', title: 'Red', summary: 'why' } as const;
  const target = { name: 'Regreen', headSha: SHA, externalId: SHA };
  const annotation = (at: number): Annotation => ({
    path: 'a.ts',
    startLine: at,
    endLine: at,
    level: 'failure',
    message: `m${at}`,
  });
  const annotations = Array.from({ length: 120 }, (_, at) => annotation(at + 1));

  /** Bodies of requests to one route, in their order. */
  function record(
    method: 'post' | 'patch',
    path: string,
    times = 1,
  ): { output: { annotations: Record<string, unknown>[]; summary: string; text?: string } }[] {
    const bodies: { output: { annotations: Record<string, unknown>[]; summary: string; text?: string } }[] = [];
    client.scope[method](path, (body) => bodies.push(body) > 0)
      .times(times)
      .reply(200, { id: 9 });
    return bodies;
  }

  it('gets 50 annotations with each request, every one once', async () => {
    const created = record('post', '/repos/octo/shop/check-runs');
    const appended = record('patch', '/repos/octo/shop/check-runs/9', 2);
    expect(await createCheckRun(client.at, target, content, annotations)).toBe(9);
    const sent = [...created, ...appended].map((body) => body.output.annotations);
    expect(sent.map((group) => group.length)).toEqual([50, 50, 20]);
    expect(sent.flat().map((one) => one['start_line'])).toEqual(annotations.map((one) => one.startLine));
    expect(created[0]).toMatchObject({
      name: 'Regreen',
      head_sha: SHA,
      external_id: SHA,
      status: 'completed',
      conclusion: 'neutral',
    });
  });

  it('says that it is in progress until it has a conclusion', async () => {
    const updated = record('patch', '/repos/octo/shop/check-runs/9');
    await updateCheckRun(client.at, 9, { ...content, conclusion: null }, []);
    expect(updated[0]).toMatchObject({ status: 'in_progress', output: { annotations: [] } });
    expect(updated[0]).not.toHaveProperty('conclusion');
  });

  it('takes columns on single lines alone, in their order, and cuts what is too long', async () => {
    const updated = record('patch', '/repos/octo/shop/check-runs/9');
    await updateCheckRun(client.at, 9, { ...content, summary: 's'.repeat(70_000), text: 't'.repeat(70_000) }, [
      { ...annotation(1), startColumn: 5, endColumn: 9 },
      { ...annotation(2), startColumn: 5 },
      { ...annotation(3), startColumn: 5, endColumn: 2 },
      { ...annotation(4), endLine: 6, startColumn: 5, endColumn: 9 },
      { ...annotation(5), title: 'x'.repeat(300), message: 'ä'.repeat(70_000) },
    ]);
    const output = updated[0]?.output;
    expect(output?.annotations.map((one) => [one['start_column'], one['end_column']])).toEqual([
      [5, 9],
      [5, 5],
      [5, 5],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(output?.summary).toHaveLength(65_535);
    expect(output?.text).toHaveLength(65_535);
    expect(String(output?.annotations[4]?.['title'])).toHaveLength(255);
    expect(Buffer.byteLength(String(output?.annotations[4]?.['message']))).toBeLessThanOrEqual(64 * 1024);
  });

  it('of an earlier attempt is found by our mark, with the annotations that it has', async () => {
    client.scope
      .get(`/repos/octo/shop/commits/${SHA}/check-runs`)
      .query({ check_name: 'Regreen', app_id: 1, filter: 'all', per_page: 100 })
      .reply(200, {
        total_count: 2,
        check_runs: [
          { id: 1, external_id: 'other' },
          { id: 2, external_id: SHA },
        ],
      });
    client.scope
      .get('/repos/octo/shop/check-runs/2/annotations')
      .query(true)
      .reply(200, [{ path: 'a.ts', start_line: 1, end_line: 1, message: 'm1' }]);
    const found = await findCheckRun(client.at, target, 1);
    expect(found).toBe(2);
    const keys = await readAnnotationKeys(client.at, found ?? 0);
    expect(annotations.filter((one) => keys.has(annotationKey(one)))).toEqual([annotation(1)]);
  });
});
