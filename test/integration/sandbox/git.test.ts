import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { octokitWith, refusal, scene, WITHOUT_WORKFLOWS } from './support.ts';

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url } ref { name } clientMutationId }
}`;

function commitInput(branchName: string, expectedHeadOid: string, path = 'src/a.ts', content = 'export const a = 2;\n') {
  return {
    branch: { repositoryNameWithOwner: 'acme/widgets', branchName },
    expectedHeadOid,
    message: { headline: 'Change', body: 'Because.' },
    fileChanges: { additions: [{ path, contents: Buffer.from(content).toString('base64') }] },
  };
}

/** Protects git data: what is written is real git, and what GitHub refuses is refused. */
describe('createCommitOnBranch', () => {
  it('refuses a head that is not the expected one, and writes nothing', async () => {
    const { sandbox, octokit, repository, owner } = await scene();
    const stale = repository.git.branch('main') ?? '';
    const head = await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { b: 'b' } });
    const refused = await refusal(octokit.graphql(COMMIT, { input: commitInput('main', stale) }));
    expect(refused.message).toContain(`Expected branch to point to "${stale}" but it did not. Pull and try again.`);
    expect(repository.git.branch('main')).toBe(head);
  });

  it('lets one of two win that expect the same head', async () => {
    const { octokit, repository } = await scene();
    const head = repository.git.branch('main') ?? '';
    const results = await Promise.allSettled([1, 2, 3].map(() => octokit.graphql(COMMIT, { input: commitInput('main', head) })));
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it.each([
    ['a branch that is not there', (head: string) => commitInput('nowhere', head), 'Could not resolve to a ref'],
    ['a path out of the repository', (head: string) => commitInput('main', head, '../x'), 'malformed path'],
    ['a path into .git', (head: string) => commitInput('main', head, 'a/.GIT/config'), 'malformed path'],
    ['workflow files', (head: string) => commitInput('main', head, '.github/workflows/x.yml'), '`workflows` permission'],
    [
      'a deletion of nothing',
      (head: string) => ({ ...commitInput('main', head), fileChanges: { deletions: [{ path: 'no' }] } }),
      'does not exist',
    ],
    ['an unknown field', (head: string) => ({ ...commitInput('main', head), force: true }), 'not defined by type'],
    [
      'a branch named twice',
      (head: string) => ({
        ...commitInput('main', head),
        branch: { id: 'REF_x', branchName: 'main', repositoryNameWithOwner: 'acme/widgets' },
      }),
      'Specify either',
    ],
  ])('refuses %s', async (_name, input, message) => {
    const { octokit, repository } = await scene({ permissions: WITHOUT_WORKFLOWS });
    const head = repository.git.branch('main') ?? '';
    expect((await refusal(octokit.graphql(COMMIT, { input: input(head) }))).message).toContain(message);
    expect(repository.git.branch('main')).toBe(head);
  });

  it('refuses queries outside of GitHub’s schema', async () => {
    const { octokit } = await scene();
    expect((await refusal(octokit.graphql('{ repository(owner: "acme", name: "widgets") { nonsense } }'))).message).toContain(
      'nonsense',
    );
  });

  it('makes a commit that git itself finds whole, by the bot, signed by GitHub', async () => {
    const { octokit, repository, at } = await scene();
    const head = repository.git.branch('main') ?? '';
    const made = await octokit.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(COMMIT, {
      input: commitInput('main', head),
    });
    const { oid } = made.createCommitOnBranch.commit;
    const git = (...args: string[]) =>
      execFileSync('git', [`--git-dir=${repository.git.directory}`, ...args], { encoding: 'utf8' });
    expect(git('rev-parse', 'main').trim()).toBe(oid);
    expect(git('show', `${oid}:src/a.ts`)).toBe('export const a = 2;\n');
    expect(git('fsck', '--strict')).not.toContain('error');
    const commit = await octokit.rest.repos.getCommit({ ...at, ref: oid });
    expect(commit.data).toMatchObject({
      author: { login: 'regreen[bot]' },
      commit: { message: 'Change\n\nBecause.', committer: { name: 'GitHub' }, verification: { verified: true } },
      stats: { additions: 1, deletions: 1 },
      parents: [{ sha: head }],
    });
  });
});

describe('refs', () => {
  it('are made once, move forward only unless forced, and have real names', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const first = repository.git.branch('main') ?? '';
    const second = await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { b: 'b' } });
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/fix/one', sha: second });
    expect((await refusal(octokit.rest.git.createRef({ ...at, ref: 'refs/heads/fix/one', sha: second }))).message).toContain(
      'Reference already exists',
    );
    expect((await refusal(octokit.rest.git.createRef({ ...at, ref: 'refs/heads/x', sha: 'a'.repeat(40) }))).status).toBe(422);
    for (const ref of ['main', 'refs/heads/a..b', 'refs/heads/-x', 'refs/heads/a b']) {
      expect((await refusal(octokit.rest.git.createRef({ ...at, ref, sha: second }))).status).toBe(422);
    }
    const back = { ...at, ref: 'heads/fix/one', sha: first };
    expect((await refusal(octokit.rest.git.updateRef(back))).message).toContain('Update is not a fast forward');
    expect((await octokit.rest.git.updateRef({ ...back, force: true })).data.object.sha).toBe(first);
    expect((await octokit.rest.git.getRef({ ...at, ref: 'heads/fix/one' })).data.object.sha).toBe(first);
    expect((await octokit.rest.git.listMatchingRefs({ ...at, ref: 'heads/fix' })).data).toHaveLength(1);
    await octokit.rest.git.deleteRef({ ...at, ref: 'heads/fix/one' });
    expect((await refusal(octokit.rest.git.getRef({ ...at, ref: 'heads/fix/one' }))).status).toBe(404);
  });
});

describe('contents', () => {
  it('come as file, raw, folder and tree, at any ref', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const first = repository.git.branch('main') ?? '';
    await sandbox.people.push({
      repository,
      branch: 'main',
      actor: owner,
      files: { 'src/a.ts': null, 'src/ü "quoted".ts': 'x\n' },
    });
    const file = await octokit.rest.repos.getContent({ ...at, path: 'src/a.ts', ref: first });
    expect(file.data).toMatchObject({ type: 'file', encoding: 'base64', size: 20 });
    expect((await refusal(octokit.rest.repos.getContent({ ...at, path: 'src/a.ts' }))).status).toBe(404);
    const folder = await octokit.rest.repos.getContent({ ...at, path: 'src' });
    expect(folder.data).toMatchObject([{ name: 'ü "quoted".ts', type: 'file', size: 2 }]);
    const root = await octokit.rest.repos.getContent({ ...at, path: '' });
    expect(root.data).toMatchObject([{ name: 'README.md' }, { name: 'src', type: 'dir' }]);
    const tree = await octokit.rest.git.getTree({ ...at, tree_sha: 'main', recursive: '1' });
    expect(tree.data.tree.map((entry) => entry.path)).toEqual(['README.md', 'src', 'src/ü "quoted".ts']);
    const compared = await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead: `${first}...main` });
    expect(compared.data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
    expect(compared.data.files?.map((one) => one.status).sort()).toEqual(['added', 'removed']);
  });

  it('of private repositories are hidden from strangers', async () => {
    const { sandbox, at } = await scene({ private: true });
    const stranger = sandbox.people.createAccount('mallory');
    const octokit = octokitWith(sandbox, sandbox.people.createToken(stranger));
    expect((await refusal(octokit.rest.repos.getContent({ ...at, path: 'README.md' }))).status).toBe(404);
  });
});
