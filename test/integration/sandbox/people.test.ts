import { describe, expect, it } from 'vitest';
import { refusal, scene } from './support.ts';

/** Protects the claim that people and apps can't do in the sandbox what GitHub would not let them do. */

async function conversation() {
  const found = await scene();
  const { sandbox, repository, owner } = found;
  const [writer, reader] = ['writer', 'reader'].map((login) => sandbox.people.createAccount(login));
  if (!writer || !reader) throw new Error('nobody');
  repository.collaborators.set('writer', 'write');
  await sandbox.people.push({ repository, branch: 'topic', actor: writer, files: { 'README.md': '# Other\n' } });
  const pull = await sandbox.people.openPullRequest({ repository, actor: writer, head: 'topic' });
  return { ...found, owner, writer, reader, pull };
}

describe('the buttons of a check run', () => {
  it('are only for people with write permission, and only those that are there', async () => {
    const { sandbox, octokit, repository, at, writer, reader, pull } = await conversation();
    const actions = [{ label: 'Apply', description: 'Applies it', identifier: 'apply' }];
    const output = { title: 'Red', summary: 'Why' };
    const made = await octokit.rest.checks.create({ ...at, name: 'Regreen', head_sha: pull.head.sha, output, actions });
    const check = repository.checkRuns.get(made.data.id);
    if (!check) throw new Error('no check run');
    const pressed = (identifier: string, by: typeof writer) => sandbox.people.pressButton(repository, check, identifier, by);
    await expect(pressed('apply', reader)).rejects.toThrow('needs write permission');
    await expect(pressed('other', writer)).rejects.toThrow('no button');
    repository.collaborators.set('writer', 'triage');
    await expect(pressed('apply', writer)).rejects.toThrow('needs write permission');
    repository.collaborators.set('writer', 'maintain');
    await pressed('apply', writer);
  });
});

describe('a conversation', () => {
  it('takes comments of whoever sees it, and edits of their authors and of people with write permission', async () => {
    const { sandbox, repository, writer, reader, pull } = await conversation();
    const { people } = sandbox;
    const mine = await people.comment(repository, pull.issue, reader, 'mine');
    const theirs = await people.comment(repository, pull.issue, writer, 'theirs');
    await people.editComment(repository, { issue: pull.issue, comment: mine }, reader, 'mine, edited');
    await people.editComment(repository, { issue: pull.issue, comment: mine }, writer, 'edited by a maintainer');
    const other = { issue: pull.issue, comment: theirs };
    expect(() => people.editComment(repository, other, reader, 'not mine')).toThrow('may not edit');
    repository.private = true;
    await expect(people.comment(repository, pull.issue, reader, 'still there?')).rejects.toThrow('does not see');
  });

  it('that is locked takes comments of people with write permission alone, and nobody’s reactions', async () => {
    const { sandbox, octokit, repository, at, writer, reader, pull } = await conversation();
    const { people } = sandbox;
    const comment = await people.comment(repository, pull.issue, reader, 'before');
    expect(() => people.lockConversation(repository, pull.issue, reader)).toThrow('may not lock');
    people.lockConversation(repository, pull.issue, writer);
    await expect(people.comment(repository, pull.issue, reader, 'after')).rejects.toThrow('issue is locked');
    await people.comment(repository, pull.issue, writer, 'still here');
    const { number } = pull.issue;
    const created = octokit.rest.issues.createComment({ ...at, issue_number: number, body: 'hello' });
    expect(await refusal(created)).toMatchObject({ status: 403, message: expect.stringContaining('issue is locked') });
    const about = { ...at, content: 'eyes' as const };
    for (const request of [
      octokit.rest.reactions.createForIssueComment({ ...about, comment_id: comment.id }),
      octokit.rest.reactions.createForIssue({ ...about, issue_number: number }),
    ]) {
      expect((await refusal(request)).status).toBe(403);
    }
  });
});
