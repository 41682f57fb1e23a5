import { present, refused, type Stage } from './stage.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The repository: its facts, contents, git objects, refs and commits. */
export async function playCode(stage: Stage): Promise<void> {
  await playRepository(stage);
  await playContents(stage);
  await playGitObjects(stage);
  await playCommits(stage);
}

async function playRepository({ octokit, at, owner }: Stage): Promise<void> {
  const { repos } = octokit.rest;
  await repos.get(at);
  await refused(404, repos.get({ ...at, repo: 'nowhere' }));
  await repos.getCollaboratorPermissionLevel({ ...at, username: 'mona' });
  await repos.getCollaboratorPermissionLevel({ ...at, username: 'newcomer' });
  await octokit.rest.users.getByUsername({ username: 'mona' });
  await octokit.rest.users.getByUsername({ username: owner.login });
  await repos.listBranches(at);
  await repos.getBranch({ ...at, branch: 'main' });
  await refused(404, repos.getBranch({ ...at, branch: 'nowhere' }));
}

async function playContents({ octokit, at }: Stage): Promise<void> {
  const { repos } = octokit.rest;
  await repos.getContent({ ...at, path: 'src' });
  await repos.getContent({ ...at, path: '' });
  await repos.getContent({ ...at, path: 'src/a.ts', mediaType: { format: 'raw' } });
  await refused(404, repos.getContent({ ...at, path: 'nowhere.ts', ref: 'main' }));
  const file = { ...at, path: 'notes/today.md', message: 'Note', branch: 'main' };
  await repos.createOrUpdateFileContents({ ...file, content: base64('one\n') });
  const { data } = await repos.getContent({ ...at, path: file.path, ref: 'main' });
  const sha = present(Array.isArray(data) ? undefined : data.sha, 'file');
  await repos.createOrUpdateFileContents({ ...file, content: base64('two\n'), sha });
  await refused(409, repos.createOrUpdateFileContents({ ...file, content: base64('three\n'), sha }));
  await refused(422, repos.createOrUpdateFileContents({ ...file, content: base64('three\n') }));
}

async function playGitObjects({ octokit, at, repository, maintainer }: Stage): Promise<void> {
  const { git } = octokit.rest;
  const head = present(repository.git.branch('main'), 'main branch');
  const { data: base } = await git.getCommit({ ...at, commit_sha: head });
  const { data: blob } = await git.createBlob({ ...at, content: base64('blob\n'), encoding: 'base64' });
  await git.getBlob({ ...at, file_sha: blob.sha });
  const entry = { path: 'blob.txt', mode: '100644', type: 'blob', sha: blob.sha } as const;
  const { data: tree } = await git.createTree({ ...at, base_tree: base.tree.sha, tree: [entry] });
  await git.getTree({ ...at, tree_sha: tree.sha });
  await git.getTree({ ...at, tree_sha: 'main', recursive: '1' });
  const { data: commit } = await git.createCommit({ ...at, message: 'By hand', tree: tree.sha, parents: [head] });
  const { data: ref } = await git.createRef({ ...at, ref: 'refs/heads/by-hand', sha: head });
  await git.updateRef({ ...at, ref: 'heads/by-hand', sha: commit.sha });
  await git.getRef({ ...at, ref: 'heads/by-hand' });
  await git.listMatchingRefs({ ...at, ref: 'heads/by' });
  await refused(422, git.createRef({ ...at, ref: ref.ref, sha: head }));
  await refused(422, git.updateRef({ ...at, ref: 'heads/by-hand', sha: head }));
  await git.deleteRef({ ...at, ref: 'heads/by-hand' });
  await refused(422, git.deleteRef({ ...at, ref: 'heads/by-hand' }));
  await refused(404, git.getRef({ ...at, ref: 'heads/by-hand' }));
  await refused(404, git.getCommit({ ...at, commit_sha: 'f'.repeat(40) }));
  await refused(404, git.getBlob({ ...at, file_sha: 'f'.repeat(40) }));
  await refused(404, git.getTree({ ...at, tree_sha: 'f'.repeat(40) }));
  await refused(404, git.getTag({ ...at, tag_sha: 'f'.repeat(40) }));
  // An annotated tag comes by a push of git's own, which needs no API.
  const signature = `${maintainer.name} <${maintainer.email}> 1780000000 +0000`;
  const text = `object ${head}\ntype commit\ntag v1\ntagger ${signature}\n\nThe first\n`;
  await git.getTag({ ...at, tag_sha: await repository.git.writeObject('tag', text) });
}

async function playCommits({ sandbox, octokit, at, repository, maintainer }: Stage): Promise<void> {
  const { repos } = octokit.rest;
  const files = { 'src/a.ts': null, 'src/moved.ts': 'export const a = 1;\n', 'README.md': '# More widgets\n' };
  const sha = await sandbox.people.push({ repository, branch: 'topic', actor: maintainer, files, message: 'Move a' });
  await repos.listCommits({ ...at, sha: 'topic', per_page: 1 });
  await repos.listCommits({ ...at, path: 'README.md' });
  await repos.getCommit({ ...at, ref: sha });
  await repos.getCommit({ ...at, ref: 'topic', mediaType: { format: 'diff' } });
  await repos.getCommit({ ...at, ref: 'topic', mediaType: { format: 'sha' } });
  await refused(422, repos.getCommit({ ...at, ref: 'nowhere' }));
  await repos.compareCommitsWithBasehead({ ...at, basehead: 'main...topic' });
  await refused(404, repos.compareCommitsWithBasehead({ ...at, basehead: 'main...nowhere' }));
  await repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
  await sandbox.people.deleteBranch(repository, 'topic', maintainer);
}
