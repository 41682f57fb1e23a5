import { describe, expect, it } from 'vitest';
import { refusal, scene } from './support.ts';

/** Protects what the sandbox refuses of pull requests, and the state that it keeps of them. */
async function withBranch(options: Parameters<typeof scene>[0] = {}) {
  const made = await scene(options);
  const { sandbox, repository, owner } = made;
  await sandbox.people.push({ repository, branch: 'feature', actor: owner, files: { 'src/a.ts': 'export const a = 2;\n' } });
  return made;
}

describe('opening a pull request', () => {
  it('twice for one head and base is refused', async () => {
    const { octokit, at } = await withBranch();
    await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    const refused = await refusal(octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'Two' }));
    expect(refused.status).toBe(422);
    expect(refused.message).toContain('A pull request already exists for acme:feature.');
  });

  it('as a draft in a private repository of a free plan is refused', async () => {
    const { octokit, at, owner } = await withBranch({ private: true });
    const asked = { ...at, head: 'feature', base: 'main', title: 'One', draft: true };
    const refused = await refusal(octokit.rest.pulls.create(asked));
    expect(refused.status).toBe(422);
    expect(refused.message).toContain('Draft pull requests are not supported in this repository.');
    owner.plan = 'team';
    expect((await octokit.rest.pulls.create(asked)).data.draft).toBe(true);
  });

  it.each([
    ['no commits between them', { head: 'same', base: 'main' }, 'No commits between main and same'],
    ['no such head', { head: 'nowhere', base: 'main' }, '"field":"head"'],
    ['no such base', { head: 'feature', base: 'nowhere' }, '"field":"base"'],
  ])('with %s is refused', async (_name, sides, message) => {
    const { octokit, at, repository } = await withBranch();
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/same', sha: repository.git.branch('main') ?? '' });
    const refused = await refusal(octokit.rest.pulls.create({ ...at, ...sides, title: 'One' }));
    expect(refused.status).toBe(422);
    expect(refused.message).toContain(message);
  });

  it('with too long a body or an empty title is refused', async () => {
    const { octokit, at } = await withBranch();
    const sides = { ...at, head: 'feature', base: 'main' };
    expect((await refusal(octokit.rest.pulls.create({ ...sides, title: 'One', body: 'x'.repeat(65_537) }))).status).toBe(422);
    expect((await refusal(octokit.rest.pulls.create({ ...sides, title: '' }))).status).toBe(422);
  });
});

/** Protects what decides whether and how a verified fix is merged without a person. */
describe('merging by itself', () => {
  const ENABLE = `mutation ($id: ID!, $how: PullRequestMergeMethod!) {
    enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $how }) { pullRequest { number } }
  }`;

  async function opened() {
    const made = await withBranch();
    const { data } = await made.octokit.rest.pulls.create({ ...made.at, head: 'feature', base: 'main', title: 'One' });
    const enable = (how = 'MERGE') => made.octokit.graphql(ENABLE, { id: data.node_id, how });
    const merge = (how: 'merge' | 'squash' = 'merge') =>
      made.octokit.rest.pulls.merge({ ...made.at, pull_number: data.number, merge_method: how });
    const pull = made.repository.pulls.get(data.number);
    if (!pull) throw new Error('no pull request');
    return { ...made, pull, enable, merge };
  }

  it('is refused where the settings, the base or the moment do not let GitHub wait', async () => {
    const { repository, enable } = await opened();
    expect((await refusal(enable())).message).toContain('Auto merge is not allowed for this repository');
    repository.allowAutoMerge = true;
    expect((await refusal(enable())).message).toContain('Protected branch rules not configured for this branch');
    repository.protectedBranches.set('main', { approvals: 0 });
    expect((await refusal(enable())).message).toContain('Pull request is in clean status');
    repository.mergeMethods.delete('merge');
    expect((await refusal(enable())).message).toContain('merge commits are not allowed on this repository');
  });

  it('waits for the review that the base needs, and a merge at once is refused meanwhile', async () => {
    const { sandbox, repository, pull, enable, merge } = await opened();
    repository.allowAutoMerge = true;
    repository.protectedBranches.set('main', { approvals: 1 });
    const refused = await refusal(merge());
    expect([refused.status, refused.message]).toEqual([405, expect.stringContaining('At least 1 approving review is required')]);
    await enable('SQUASH');
    expect(pull.mergedAt).toBeNull();
    await sandbox.people.approvePullRequest(repository, pull, sandbox.people.createAccount('reviewer'));
    expect(pull.mergedAt).not.toBeNull();
  });

  it('of a kind that the settings leave out is refused', async () => {
    const { repository, merge } = await opened();
    repository.mergeMethods.delete('merge');
    const refused = await refusal(merge());
    expect([refused.status, refused.message]).toEqual([
      405,
      expect.stringContaining('Merge commits are not allowed on this repository.'),
    ]);
    expect((await merge('squash')).status).toBe(200);
  });
});

describe('a pull request', () => {
  it('follows its branches, shows its files and commits, and is found by its head', async () => {
    const { sandbox, octokit, at, repository, owner } = await withBranch();
    const { data } = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    const before = repository.git.ref(`refs/pull/${data.number}/merge`);
    const files = { 'src/b.ts': 'export const b = 1;\n' };
    const sha = await sandbox.people.push({ repository, branch: 'feature', actor: owner, files });
    const now = await octokit.rest.pulls.get({ ...at, pull_number: data.number });
    expect(now.data).toMatchObject({ head: { sha }, commits: 2, changed_files: 2, mergeable_state: 'clean' });
    expect(repository.git.ref(`refs/pull/${data.number}/merge`)).not.toBe(before);
    const changed = await octokit.rest.pulls.listFiles({ ...at, pull_number: data.number });
    expect(changed.data.map((file) => [file.filename, file.status])).toEqual([
      ['src/a.ts', 'modified'],
      ['src/b.ts', 'added'],
    ]);
    expect(changed.data[0]?.patch).toBe('@@ -1 +1 @@\n-export const a = 1;\n+export const a = 2;');
    const found = await octokit.rest.pulls.list({ ...at, head: 'acme:feature', state: 'open' });
    expect(found.data).toHaveLength(1);
    expect((await octokit.rest.pulls.list({ ...at, head: 'acme:other' })).data).toHaveLength(0);
  });

  it('that conflicts is not mergeable', async () => {
    const { sandbox, octokit, at, repository, owner } = await withBranch();
    const { data } = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { 'src/a.ts': 'export const a = 3;\n' } });
    const now = await octokit.rest.pulls.get({ ...at, pull_number: data.number });
    expect(now.data).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
    expect((await refusal(octokit.rest.pulls.merge({ ...at, pull_number: data.number }))).status).toBe(405);
  });

  it('merges only the head that was seen, once, and closes with its branch', async () => {
    const { octokit, at, repository } = await withBranch();
    const { data } = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    const pull = { ...at, pull_number: data.number };
    expect((await refusal(octokit.rest.pulls.merge({ ...pull, sha: data.base.sha }))).status).toBe(409);
    const merged = await octokit.rest.pulls.merge(pull);
    expect(repository.git.branch('main')).toBe(merged.data.sha);
    expect((await refusal(octokit.rest.pulls.merge(pull))).status).toBe(405);
    expect((await octokit.rest.pulls.get(pull)).data).toMatchObject({ state: 'closed', merged: true });
  });

  it('is closed when its branch is deleted, and cannot be opened again without it', async () => {
    const { octokit, at } = await withBranch();
    const { data } = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    await octokit.rest.git.deleteRef({ ...at, ref: 'heads/feature' });
    const pull = { ...at, pull_number: data.number };
    expect((await octokit.rest.pulls.get(pull)).data.state).toBe('closed');
    expect((await refusal(octokit.rest.pulls.update({ ...pull, state: 'open' }))).status).toBe(422);
  });

  it('takes suggestions on lines of its diff only', async () => {
    const { octokit, at } = await withBranch();
    const { data } = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    const review = (line: number) =>
      octokit.rest.pulls.createReview({
        ...at,
        pull_number: data.number,
        event: 'COMMENT',
        comments: [{ path: 'src/a.ts', line, body: '```suggestion\nexport const a = 4;\n```' }],
      });
    await review(1);
    const comments = await octokit.rest.pulls.listReviewComments({ ...at, pull_number: data.number });
    expect(comments.data[0]).toMatchObject({ path: 'src/a.ts', line: 1, user: { login: 'regreen[bot]' } });
    expect((await refusal(review(7))).status).toBe(422);
    const approval = octokit.rest.pulls.createReview({ ...at, pull_number: data.number, event: 'APPROVE' });
    expect((await refusal(approval)).message).toContain('your own pull request');
  });
});

describe('issues and comments', () => {
  it('refuse long bodies and labels, and edit instead of repeating', async () => {
    const { octokit, at } = await scene();
    const issue = await octokit.rest.issues.create({ ...at, title: 'Flaky test', labels: ['flaky'] });
    const target = { ...at, issue_number: issue.data.number };
    const comment = await octokit.rest.issues.createComment({ ...target, body: 'one' });
    await octokit.rest.issues.updateComment({ ...at, comment_id: comment.data.id, body: 'two' });
    expect((await octokit.rest.issues.listComments(target)).data.map((one) => one.body)).toEqual(['two']);
    expect((await refusal(octokit.rest.issues.createComment({ ...target, body: 'x'.repeat(65_537) }))).status).toBe(422);
    expect((await refusal(octokit.rest.issues.createComment({ ...target, body: ' ' }))).status).toBe(422);
    expect((await refusal(octokit.rest.issues.addLabels({ ...target, labels: ['x'.repeat(51)] }))).status).toBe(422);
    await octokit.rest.issues.update({ ...target, state: 'closed' });
    expect((await octokit.rest.issues.listForRepo({ ...at, labels: 'flaky' })).data).toHaveLength(0);
    expect((await octokit.rest.issues.listForRepo({ ...at, labels: 'flaky', state: 'closed' })).data).toHaveLength(1);
  });
});
