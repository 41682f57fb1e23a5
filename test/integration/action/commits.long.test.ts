import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { BUILD_TIMEOUT_MS } from '../../support/built-action.ts';
import { startActionSandbox } from './action-sandbox.ts';
import { installationToken } from './installation-token.ts';
import { jobOf, logOf } from './jobs.ts';
import { CHECK_STEP, expression, type LastJob, shop, workflow } from './shop.ts';

/** Protects people's branches: a commit comes onto one only where regreen.yml wishes it, on the very head that failed, and once. */
describe('delivery: commit of the action', () => {
  let sandbox: Sandbox;
  let owner: Account;
  let mona: Account;

  beforeAll(async () => {
    ({ sandbox, owner, mona } = await startActionSandbox());
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await sandbox.close();
  });

  async function create(name: string, step = CHECK_STEP, last: LastJob = {}) {
    const files = shop(workflow(step, last), { '.github/regreen.yml': 'mode: fix\ndelivery: commit\n' });
    const repository = await sandbox.people.createRepository({
      owner,
      name,
      files,
      collaborators: { mona: 'write' },
      actionsMayOpenPulls: true,
    });
    const installation = sandbox.people.installApp({ account: owner, repositories: [repository] });
    repository.secrets = { APP_TOKEN: await installationToken(sandbox, installation.id) };
    return repository;
  }

  async function propose(repository: Repository, isProtected = false): Promise<{ pull: PullRequest; red: string }> {
    const red = await sandbox.people.push({ repository, branch: 'discount', actor: mona, files: UNFORMATTED_FILES });
    if (isProtected) repository.protectedBranches.set('discount', { approvals: 0 });
    const pull = await sandbox.people.openPullRequest({ repository, actor: mona, head: 'discount', title: 'Add discounts' });
    await sandbox.idle();
    return { pull, red };
  }

  const conclusions = (repository: Repository, { head }: PullRequest) =>
    [...repository.runs.values()].filter((run) => run.headSha === head.sha).map((run) => run.attempts.at(-1)?.conclusion);

  it('is one commit on the head that failed, tried in the runner before, and no pull request', async () => {
    const repository = await create('by-workflow');
    const { pull, red } = await propose(repository);
    const job = jobOf(repository, 'regreen');
    const commit = await repository.git.commit(pull.head.sha);
    expect(commit?.parents, logOf(job).slice(-3_000)).toEqual([red]);
    expect(commit?.message).toContain('Regreen-Fix: run-');
    expect(String(await repository.git.fileAt(pull.head.sha, 'src/currency.js'))).toContain("currency = 'EUR'");
    expect(job.state.summary).toContain('A commit on `discount` fixes this');
    expect(job.state.summary).toContain('until somebody approves the workflows');
    expect(logOf(job)).toContain('fix=verified pull-request=\n');
    expectNoPull(repository);
    const [ci] = [...repository.runs.values()].filter((run) => run.headSha === pull.head.sha);
    expect(conclusions(repository, pull)).toEqual(['action_required']);
    if (ci) await sandbox.people.approveRun(repository, ci);
    await sandbox.idle();
    expect(conclusions(repository, pull)).toEqual(['success']);

    // Another attempt of the red run finds another head, and leaves it alone.
    const { sha } = pull.head;
    const [first] = [...repository.runs.values()].filter((run) => run.headSha === red);
    if (first) await sandbox.people.rerun(repository, first, mona, 'failed');
    await sandbox.idle();
    expect(jobOf(repository, 'regreen').state.summary).toContain('discount has moved on.');
    expect(pull.head.sha).toBe(sha);
    expectNoPull(repository);
  });

  it('starts CI by itself with the token of an App', async () => {
    const token = expression('secrets.APP_TOKEN');
    const repository = await create('by-app', CHECK_STEP, { inputs: { token } });
    const { pull, red } = await propose(repository);
    expect((await repository.git.commit(pull.head.sha))?.parents).toEqual([red]);
    expect(conclusions(repository, pull)).toEqual(['success']);
    expect(jobOf(repository, 'regreen').state.summary).toContain('is to fix this. CI tells whether it helps.');
    expectNoPull(repository);
  });

  const untriable = `- run: npm run check:format -- ${expression("github.event_name == 'x' && '--log-level=debug' || ''")}`;

  it.each([
    { when: 'the branch is protected', isProtected: true, step: CHECK_STEP, reason: 'discount is protected.' },
    { when: 'nothing could be tried', isProtected: false, step: untriable, reason: 'it could not be verified before.' },
  ])('is a pull request where $when, and says so', async ({ isProtected, step, reason }) => {
    const repository = await create(isProtected ? 'protected' : 'untried', step);
    const { pull, red } = await propose(repository, isProtected);
    expect(pull.head.sha).toBe(red);
    const [fix] = [...repository.pulls.values()].filter((one) => one.head.ref.startsWith('regreen/'));
    expect(fix?.issue.body).toContain(`regreen.yml asks for a commit on the branch, but ${reason}`);
  });

  it('is nothing that the failed command refutes', async () => {
    const repository = await create('refuted', '- run: npm run check:format && test -f src/missing.js');
    const { pull, red } = await propose(repository);
    expect(jobOf(repository, 'regreen').state.summary).toContain('is still red, so nothing was pushed.');
    expect(pull.head.sha).toBe(red);
    expectNoPull(repository);
  });
});

function expectNoPull(repository: Repository): void {
  expect(repository.git.listRefs('refs/heads/regreen/')).toEqual([]);
  expect(repository.pulls.size).toBe(1);
}
