import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS_MARKER } from '../../../src/github/texts/answers.ts';
import type { Account, Comment, Issue, Repository } from '../../../src/sandbox/state/model.ts';
import { type Asked, approvalRows, askedPull, auditOf, press, tellLate, whileDeaf } from '../../support/approvals.ts';
import { propose, shopInMode, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

/** Protects that people are answered in one place, that only those who may are obeyed, and that what was not said is not done. */
describe('commands in comments', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function say(repository: Repository, issue: Issue, body: string, by: Account = world.mona): Promise<Comment> {
    const comment = await world.sandbox.people.comment(repository, issue, by, body);
    await world.settled();
    return comment;
  }

  /** What Regreen has written in the conversation. */
  function written(issue: Issue): string[] {
    return issue.comments.filter((one) => one.byApp).map((one) => one.body);
  }

  function reactions(comment: Comment): string[] {
    return comment.reactions.map((one) => one.content);
  }

  function stranger(name: string): Account {
    return world.sandbox.people.createAccount(name);
  }

  it('are answered in one comment that is edited, with a reaction each', async () => {
    const { repository, pull } = await askedPull(world, 'words');
    const { issue } = pull;
    expect(reactions(await say(repository, issue, '/regreen explain'))).toEqual(['eyes']);
    expect(written(issue)).toEqual([expect.stringContaining('failed because **files are not formatted**')]);
    expect(reactions(await say(repository, issue, 'Well?\n/regreen status\n/regreen stop'))).toEqual(['eyes']);
    const [answer, ...others] = written(issue);
    expect(others).toEqual([]);
    expect(answer).toContain(ANSWERS_MARKER);
    expect(answer).toContain("waits for a person's yes");
    expect(answer).toContain('One comment is one command: the other one was left out.');
    expect(answer?.indexOf('/regreen status')).toBeLessThan(answer?.indexOf('/regreen explain') ?? 0);
    expect(
      (await world.database.pool.query('select count(*) from stops where repository_id = $1', [repository.id])).rows,
    ).toEqual([{ count: 0 }]);
    // Somebody copies the marker, and Regreen loses its memory: its own comment is found again, not the other.
    await say(repository, issue, `${ANSWERS_MARKER} mine`, stranger('copycat'));
    await world.database.pool.query('delete from threads where repository_id = $1', [repository.id]);
    await say(repository, issue, '/regreen help');
    expect(written(issue)).toEqual([expect.stringContaining('| `/regreen fix` |')]);
    expect(issue.comments.filter((one) => one.user.login === 'copycat').map((one) => one.body)).toEqual([
      `${ANSWERS_MARKER} mine`,
    ]);
    // Somebody deletes it: the next answer is a new one.
    issue.comments = issue.comments.filter((one) => !one.byApp);
    await say(repository, issue, '/regreen status');
    expect(written(issue)).toHaveLength(1);
  });

  it('that nobody knows get help once; those of strangers, bots and editors are not carried out', async () => {
    const { repository, pull } = await askedPull(world, 'unheard');
    const { issue } = pull;
    expect(reactions(await say(repository, issue, '/regreen dance'))).toEqual(['confused']);
    expect(written(issue)).toEqual([expect.stringContaining('There is no command `dance`')]);
    const before = written(issue);
    await say(repository, issue, '/regreen sing');
    expect(written(issue)).toEqual(before);
    const passer = stranger('passer-by');
    for (const word of ['approve', 'stop', 'fix']) {
      expect(reactions(await say(repository, issue, `/regreen ${word}`, passer))).toEqual(['confused']);
    }
    expect(written(issue)[0]?.match(/Only people with write permission/g)).toHaveLength(1);
    const bot = world.sandbox.people.createAccount('helpful[bot]');
    bot.kind = 'Bot';
    repository.collaborators.set(bot.login, 'write');
    expect(reactions(await say(repository, issue, '/regreen approve', bot))).toEqual([]);
    const comment = await say(repository, issue, 'I think that this is fine.');
    await world.sandbox.people.editComment(repository, { issue, comment }, world.mona, '/regreen approve');
    for (const quoted of ['> /regreen approve', '```\n/regreen approve\n```', '<!--\n/regreen approve\n-->']) {
      await say(repository, issue, quoted);
    }
    expect(await approvalRows(world, repository)).toMatchObject([{ state: 'pending' }]);
    expect(fixPulls(repository)).toEqual([]);
  });

  it('approve and reject decide once, by the number that the check run shows or all that was asked', async () => {
    const asked = await askedPull(world, 'decided');
    const { repository, pull } = asked;
    const number = /\/regreen approve ([0-9a-f]{12})/.exec(regreenCheck(repository, pull.head.sha)?.summary ?? '')?.[1];
    await say(repository, pull.issue, '/regreen approve 000000000000');
    expect(written(pull.issue)[0]).toContain('There is no question `000000000000`');
    const comment = await say(repository, pull.issue, `/regreen reject ${number} it hides *the* @mona <b>`);
    expect(await approvalRows(world, repository)).toMatchObject([
      { state: 'rejected', decided_by: 'mona', decided_from: `comment:${comment.id}` },
    ]);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('it hides \\*the\\* @\u200dmona \\<b\\>');
    await say(repository, pull.issue, '/regreen approve');
    expect(written(pull.issue)[0]).toContain('was rejected by `mona` already; nothing was changed.');
    expect(fixPulls(repository)).toEqual([]);
    // Whoever said no by mistake asks again; the same patch is asked about again, and then made.
    await say(repository, pull.issue, '/regreen fix');
    expect(await approvalRows(world, repository)).toMatchObject([{ state: 'pending' }]);
    await say(repository, pull.issue, '/regreen approve');
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await auditOf(world, repository)).toEqual(['approval.rejected', 'approval.approved']);
  });

  it('approve is about what was asked before it was written, not about what came since', async () => {
    const { repository, pull } = await askedPull(world, 'since');
    const missed = await whileDeaf(world, () =>
      world.sandbox.people.comment(repository, pull.issue, world.mona, '/regreen approve'),
    );
    await world.database.pool.query("update approvals set asked_at = now() + interval '5 seconds' where repository_id = $1", [
      repository.id,
    ]);
    await tellLate(world, missed, 'issue_comment', 'created');
    expect(written(pull.issue)).toEqual([expect.stringContaining('was asked after you wrote this')]);
    expect(await approvalRows(world, repository)).toMatchObject([{ state: 'pending' }]);
    expect(fixPulls(repository)).toEqual([]);
  });

  it('stop leaves the pull request alone, with all that waits on it, until resume', async () => {
    const asked: Asked = await askedPull(world, 'stopped');
    const { repository, pull } = asked;
    const button = regreenCheck(repository, pull.head.sha)?.actions[0]?.identifier ?? '';
    await say(repository, pull.issue, '/regreen stop');
    const check = regreenCheck(repository, pull.head.sha);
    expect(check?.actions).toEqual([]);
    expect(check?.summary).toContain('**Stopped.** `mona` told Regreen to leave #1 alone');
    // A page that was open shows the button all the same.
    if (check) check.actions = [{ label: 'Apply fix', description: 'old', identifier: button }];
    await press(world, asked, 'Apply fix', world.mona);
    await world.settled();
    await say(repository, pull.issue, '/regreen approve');
    await say(repository, pull.issue, '/regreen fix');
    await say(repository, pull.issue, '/regreen retry');
    await world.sandbox.people.push({ repository, branch: pull.head.ref, actor: world.mona, files: { 'README.md': '# more\n' } });
    await world.settled();
    expect(fixPulls(repository)).toEqual([]);
    expect(await approvalRows(world, repository)).toHaveLength(1);
    expect([...repository.runs.values()].every((run) => run.attempts.length === 1)).toBe(true);
    await say(repository, pull.issue, '/regreen resume');
    expect(await approvalRows(world, repository)).toMatchObject([{ state: 'expired' }, { state: 'pending' }]);
    await say(repository, pull.issue, '/regreen approve');
    expect(fixPulls(repository)).toHaveLength(1);
    const { rows } = await world.database.pool.query(
      `select action, actor from audit where repository_id = $1 and action like 'pull_request.%' order by id`,
      [repository.id],
    );
    expect(rows).toEqual([
      { action: 'pull_request.stopped', actor: 'mona' },
      { action: 'pull_request.resumed', actor: 'mona' },
    ]);
  });

  it('stop on a fix leaves that fix alone', async () => {
    const repository = await world.createRepository(shopWithSteps(['prettier --check src']), 'left');
    const pull = await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    if (!fix) throw new Error('no fix');
    await say(repository, fix.issue, '/regreen stop');
    const head = fix.head.sha;
    await world.sandbox.people.push({ repository, branch: pull.head.ref, actor: world.mona, files: { 'README.md': '# more\n' } });
    await world.settled();
    expect(fix.head.sha).toBe(head);
    expect(fix.issue.state).toBe('open');
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('retry has the failed jobs run again, and asks for a yes to re-runs where the policy wants one', async () => {
    const files = {
      ...shopWithSteps(['"test -z $GITHUB_HEAD_REF || { echo \'curl: (6) Could not resolve host: x.example\'; exit 6; }"']),
    };
    const config = { '.github/regreen.yml': 'mode: fix\nremedies:\n  rerun: ask\n' };
    const repository = await world.createRepository({ ...files, ...config }, 'reruns');
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    const run = [...repository.runs.values()].find((one) => one.headSha === pull.head.sha);
    expect(run?.attempts).toHaveLength(1);
    expect(regreenCheck(repository, pull.head.sha)?.actions.map((one) => one.label)).toEqual(['Re-run', 'Dismiss']);
    await press(world, { repository, pull }, 'Re-run', world.mona);
    await world.settled();
    expect(run?.attempts).toHaveLength(2);
    expect(await approvalRows(world, repository)).toMatchObject([
      { remedy: 'rerun', state: 'used' },
      { remedy: 'rerun', state: 'pending' },
    ]);
    await say(repository, pull.issue, '/regreen retry');
    expect(run?.attempts).toHaveLength(3);
    expect(written(pull.issue)[0]).toContain('The failed jobs of `CI` run again.');
  });

  it('on an issue are about the repository, and of strangers there get no answer', async () => {
    const repository = await world.createRepository({ 'README.md': '# shop\n' }, 'issues');
    const created = await fetch(`${world.sandbox.apiUrl}/repos/octo-shop/issues/issues`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.sandbox.people.createToken(world.mona)}` },
      body: JSON.stringify({ title: 'Is anybody there?' }),
    });
    expect(created.status).toBe(201);
    const [issue] = repository.issues.values();
    if (!issue) throw new Error('no issue');
    expect(reactions(await say(repository, issue, '/regreen status', stranger('visitor')))).toEqual(['confused']);
    expect(written(issue)).toEqual([]);
    await say(repository, issue, '/regreen status');
    expect(written(issue)).toEqual([expect.stringContaining('Nothing is stopped in this repository.')]);
    await say(repository, issue, '/regreen stop');
    expect(written(issue)).toEqual([expect.stringContaining('That works on pull requests.')]);
    await world.database.pool.query("insert into breakers (repository_id, opened_at, reason) values ($1, now(), 'a test')", [
      repository.id,
    ]);
    await say(repository, issue, '/regreen resume');
    expect(written(issue)).toEqual([expect.stringContaining('Regreen goes on with fixes in this repository')]);
  });

  it('are not answered where Regreen only observes, where the conversation is locked, and after the end', async () => {
    const silent = await world.createRepository(shopInMode('observe'), 'silent');
    const pull = await propose(world, silent);
    await world.settled();
    expect(reactions(await say(silent, pull.issue, '/regreen status'))).toEqual([]);
    expect(written(pull.issue)).toEqual([]);
    const { repository, pull: locked } = await askedPull(world, 'locked');
    world.sandbox.people.lockConversation(repository, locked.issue, world.mona);
    expect(reactions(await say(repository, locked.issue, '/regreen approve'))).toEqual([]);
    expect(written(locked.issue)).toEqual([]);
    // Silent, and done all the same.
    expect(fixPulls(repository)).toHaveLength(1);
    const { repository: other, pull: ended } = await askedPull(world, 'over');
    await world.sandbox.people.mergePullRequest(other, ended, world.mona);
    await world.settled();
    await say(other, ended.issue, '/regreen approve');
    expect(written(ended.issue)).toEqual([expect.stringContaining('This pull request was merged or closed')]);
    expect(fixPulls(other)).toEqual([]);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
