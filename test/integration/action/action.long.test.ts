import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMarker } from '../../../src/action/marker.ts';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { NewRepository } from '../../../src/sandbox/people.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Job, PullRequest, Repository, Run } from '../../../src/sandbox/state/model.ts';
import { BUILD_TIMEOUT_MS } from '../../support/built-action.ts';
import { type ActionSandbox, redPullRequest, startActionSandbox } from './action-sandbox.ts';
import { installationToken } from './installation-token.ts';
import { jobOf, logOf } from './jobs.ts';
import { CHECK_STEP, expression, type LastJob, LINT, shop, workflow } from './shop.ts';

/**
 * Protects Regreen as an action: the folder that is released, started by a runner as GitHub's starts it, as the last job of a
 * workflow that has failed. Each course has a repository of its own.
 */
describe('the action', () => {
  let github: ActionSandbox;
  let sandbox: Sandbox;
  let owner: Account;
  let mona: Account;

  beforeAll(async () => {
    github = await startActionSandbox();
    ({ sandbox, owner, mona } = github);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await sandbox.close();
  });

  const create = (name: string, files: Record<string, string>, facts: Partial<NewRepository> = {}) =>
    sandbox.people.createRepository({
      owner,
      name,
      files,
      collaborators: { mona: 'write' },
      actionsMayOpenPulls: true,
      ...facts,
    });

  async function propose(repository: Repository, files?: Record<string, string>) {
    const pull = await redPullRequest(github, repository, files);
    return { repository, pull, job: jobOf(repository, 'regreen') };
  }

  async function course(name: string, step = CHECK_STEP, last: LastJob = {}, files: Record<string, string> = {}) {
    return propose(await create(name, shop(workflow(step, last), files)));
  }

  it('annotates, writes the summary, and opens a pull request with a fix that was verified in the runner', async () => {
    const { repository, pull, job } = await course('verified');
    const fix = onlyFix(repository, job);
    expect(job.state.summary).toContain('## `format` failed: files are not formatted');
    expect(job.state.summary).toContain(`#${fix.issue.number} fixes this: the commands that had failed pass with it`);
    expect(logOf(job)).toContain(`outputs cause=formatting verdict=change fix=verified pull-request=${fix.issue.number}`);
    const check = checkOf(repository);
    expect(check).toMatchObject({ headSha: pull.head.sha, conclusion: 'neutral' });
    expect(check?.annotations.map(({ path }) => path)).toEqual(['src/cart.js', 'src/currency.js']);
    expect(fix).toMatchObject({ draft: false, base: { ref: 'discount' } });
    expect(fix.issue.body).toContain('`npm run check:format`, which had failed, was [run again]');
    expect(fix.issue.body).toContain(
      'approve the workflows that wait on this pull request, or close it and open it again, to have CI run on it',
    );
    expect(await textOf(repository, fix, 'src/currency.js')).toContain("currency = 'EUR'");
    // For the workflow's own token GitHub has CI wait until a person lets it run.
    const [ci] = runsOn(repository, fix);
    expect(ci?.attempts.map(({ conclusion }) => conclusion)).toEqual(['action_required']);
    if (ci) await sandbox.people.approveRun(repository, ci);
    await sandbox.idle();
    expect(runsOn(repository, fix).map((run) => run.attempts.at(-1)?.conclusion)).toEqual(['success']);

    // Another attempt of the same run finds the fix there, and makes no second one.
    const [red] = [...repository.runs.values()].filter((run) => run.headSha === pull.head.sha);
    if (red) await sandbox.people.rerun(repository, red, mona, 'failed');
    await sandbox.idle();
    expect(fixesIn(repository)).toHaveLength(1);
    expect(jobOf(repository, 'regreen').state.summary).toContain(`#${fix.issue.number} is there already.`);
    expect([...repository.checkRuns.values()].filter((one) => one.name === 'Regreen')).toHaveLength(1);
  });

  it('keeps to workflow commands and the summary where the token may only read, and says which rights a fix needs', async () => {
    const permissions = { actions: 'read', contents: 'read' };
    const { repository, job } = await course('read-only', CHECK_STEP, { permissions });
    expect(job.state.conclusion).toBe('success');
    expect(job.state.annotations?.map(({ path, title }) => [path, title])).toEqual([
      ['src/cart.js', 'prettier'],
      ['src/currency.js', 'prettier'],
    ]);
    expect(job.state.summary).toContain('it needs `contents: write` and `pull-requests: write`');
    expect([fixesIn(repository), checkOf(repository)]).toEqual([[], undefined]);
  });

  it('says which setting keeps the workflow from opening pull requests, and leaves no branch behind', async () => {
    const files = shop(workflow(CHECK_STEP));
    const { repository, job } = await propose(await create('no-pulls', files, { actionsMayOpenPulls: false }));
    expect(job.state.summary).toContain('allow it under Settings → Actions → General');
    expect(repository.git.listRefs('refs/heads/regreen/')).toEqual([]);
  });

  it('only shows what comes from a fork, whose token may read', async () => {
    const repository = await create('forked', shop(workflow(CHECK_STEP)), { forkApproval: 'none' });
    const mallory = sandbox.people.createAccount('mallory');
    const fork = await sandbox.people.createFork(repository, mallory);
    await sandbox.people.push({ repository: fork, branch: 'patch', actor: mallory, files: UNFORMATTED_FILES });
    await sandbox.people.openPullRequest({ repository, actor: mallory, head: 'mallory:patch', title: 'Mine' });
    await sandbox.idle();
    const job = jobOf(repository, 'regreen');
    expect(job.state.conclusion).toBe('success');
    expect(job.state.annotations?.map(({ path }) => path)).toEqual(['src/cart.js', 'src/currency.js']);
    expect(job.state.summary).toContain("`pull-requests: write`, which no workflow has that a fork's pull request starts;");
    expect(logOf(job)).not.toContain('Regreen runs');
    expect([fixesIn(repository), [...repository.pulls.values()].flatMap(({ reviews }) => reviews)]).toEqual([[], []]);
  });

  it('pushes nothing that the failed command refutes', async () => {
    const { repository, job } = await course('refuted', '- run: npm run check:format && test -f src/missing.js');
    expect(job.state.summary).toContain('is still red, so nothing was pushed.');
    expect(logOf(job)).toContain('fix=refuted pull-request=');
    expect([fixesIn(repository), repository.git.listRefs('refs/heads/regreen/')]).toEqual([[], []]);
  });

  it('proposes a draft, and says why nothing was verified, where the command can not be run again', async () => {
    const step = `- run: npm run check:format -- ${expression("github.event_name == 'x' && '--log-level=debug' || ''")}`;
    const { repository, job } = await course('unverified', step);
    const fix = onlyFix(repository, job);
    expect(fix.draft).toBe(true);
    expect(fix.issue.body).toContain('⚠️ **Not verified**: the commands that had failed could not be run again, for');
    expect(logOf(job)).toContain('fix=proposed');
  });

  it('runs no code where the checkout keeps a token', async () => {
    const { repository, job } = await course('kept-token', CHECK_STEP, { checkout: { 'persist-credentials': 'true' } });
    expect(onlyFix(repository, job).issue.body).toContain('the checkout keeps a token');
    expect(logOf(job)).not.toContain('Regreen runs');
  });

  it('leaves the verification to CI with the token of an App, and tells what CI has said', async () => {
    const repository = await create('by-app', {
      ...shop(workflow(CHECK_STEP, { inputs: { token: expression('secrets.APP_TOKEN') } })),
      '.github/workflows/regreen.yml': AFTERWARDS,
    });
    const installation = sandbox.people.installApp({ account: owner, repositories: [repository] });
    repository.secrets = { APP_TOKEN: await installationToken(sandbox, installation.id) };
    const { job } = await propose(repository);
    const fix = onlyFix(repository, job);
    expect(logOf(job)).toContain('fix=proposed');
    expect(logOf(job)).not.toContain('Regreen runs');
    expect(runsOn(repository, fix).map((run) => run.attempts.at(-1)?.conclusion)).toEqual(['success']);
    expect(fix.draft).toBe(false);
    expect(fix.issue.body).toContain('✅ **Verified**: `CI` [passed]');
    /** What becomes of it in another mode, once CI has passed on it anew. */
    async function judgedUnder(mode: string) {
      const push = (branch: string, files: Record<string, string>) =>
        sandbox.people.push({ repository, branch, actor: mona, files });
      await push('main', { '.github/regreen.yml': `mode: ${mode}\n` });
      fix.draft = true;
      fix.issue.body = (fix.issue.body ?? '').replace('✅ **Verified**', '⏳');
      await push(fix.head.ref, { 'docs/mode.md': `${mode}\n` });
      await sandbox.idle();
      expect(logOf(jobOf(repository, 'afterwards'))).toContain(`#${fix.issue.number} is verified by CI.`);
      return { draft: fix.draft, told: fix.issue.body?.includes('✅ **Verified**') };
    }
    expect(await judgedUnder('observe')).toEqual({ draft: true, told: false });
    expect(await judgedUnder('annotate')).toEqual({ draft: true, told: true });
    expect(await judgedUnder('fix')).toEqual({ draft: false, told: true });
  });

  it('makes the fix anew, in the same pull request, when the branch has moved on and is still red', async () => {
    const { repository, job } = await course('moved-on');
    const before = onlyFix(repository, job).head.sha;
    const files = { 'src/currency.js': 'export const   currency = "CHF"\n' };
    const head = await sandbox.people.push({ repository, branch: 'discount', actor: mona, files });
    await sandbox.idle();
    const fix = onlyFix(repository, jobOf(repository, 'regreen'));
    expect(fix.head.sha).not.toBe(before);
    expect((await repository.git.commit(fix.head.sha))?.parents).toEqual([head]);
    expect(await textOf(repository, fix, 'src/currency.js')).toBe("export const currency = 'CHF';\n");
    expect(fix.issue).toMatchObject({ state: 'open', body: expect.stringContaining('✅ **Verified') });
  });

  it('withdraws a fix that CI refutes, and counts it', async () => {
    const repository = await create('by-app-refuted', {
      ...shop(
        workflow('- run: npm run check:format && test -f src/missing.js', { inputs: { token: expression('secrets.APP_TOKEN') } }),
      ),
      '.github/workflows/regreen.yml': AFTERWARDS,
    });
    const installation = sandbox.people.installApp({ account: owner, repositories: [repository] });
    repository.secrets = { APP_TOKEN: await installationToken(sandbox, installation.id) };
    const { job } = await propose(repository);
    const [fix] = fixesIn(repository).filter((pull) => pull.base.ref === 'discount');
    expect(fix?.issue, logOf(job).slice(-2_000)).toMatchObject({
      state: 'closed',
      body: expect.stringContaining('❌ **Refuted**: `format` [failed]'),
    });
    expect(readMarker(fix?.issue.body ?? '')?.outcome).toBe('refuted');
  });

  it('runs jobs again that fell to the infrastructure, once their run has ended, and says which right that takes', async () => {
    const flicker = `- run: |
    if [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then echo "curl: (7) Failed to connect to example.com port 443: Connection refused"; exit 7; fi`;
    const afterwards = (actions: string) =>
      AFTERWARDS.replace('actions: read', `actions: ${actions}`).replace(
        /if: .*/,
        "if: github.event.workflow_run.conclusion == 'failure'",
      );
    const ci = workflow(flicker).replace('if: failure()', 'if: false');
    const [may, mayNot] = await Promise.all(
      ['write', 'read'].map(async (right) => {
        const files = { ...shop(ci), '.github/workflows/regreen.yml': afterwards(right) };
        const repository = await create(`again-${right}`, files);
        await sandbox.idle();
        return { repository, run: [...repository.runs.values()].find((one) => one.event.name === 'push') };
      }),
    );
    expect(may?.run?.attempts.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
    expect(may && jobOf(may.repository, 'afterwards').state.summary).toContain('The failed jobs are run again.');
    expect(mayNot?.run?.attempts.map(({ conclusion }) => conclusion)).toEqual(['failure']);
    expect(mayNot && jobOf(mayNot.repository, 'afterwards').state.summary).toContain('needs `actions: write`');
  });

  it("runs the repository's own command where no fixer has an answer, and takes only what the log names", async () => {
    const own = {
      'src/app.js': 'export default 42;\n',
      'src/other.js': 'var other = 1;\n',
      'lint.js': LINT,
      '.github/regreen.yml': 'mode: fix\nfix: TOKEN=$GITHUB_TOKEN node lint.js --fix\n',
    };
    const ci = workflow('- run: node lint.js src/app.js', {});
    const repository = await create('own-command', shop(ci, own));
    const { job } = await propose(repository, { 'src/app.js': 'var answer = 42;\nexport default answer;\n' });
    const fix = onlyFix(repository, job);
    expect(await textOf(repository, fix, 'src/app.js')).toBe('const answer = 42;\nexport default answer;\n');
    expect(await textOf(repository, fix, 'src/other.js')).toBe('var other = 1;\n');
    expect(fix.issue.body).toContain("The repository's own command `TOKEN=");
    expect(fix.issue.body).not.toContain('No code of this repository was run');
    expect(logOf(job)).toContain('token in reach: none, inputs: 0');
    // What the command prints is no command of the runner.
    expect(job.state.annotations).toEqual([]);
  });
});

/** As the other workflow of docs/action.md. */
const AFTERWARDS = `name: Regreen
on:
  workflow_run:
    workflows: [CI]
    types: [completed]
permissions:
  actions: read
  checks: write
  contents: write
  pull-requests: write
jobs:
  regreen:
    name: afterwards
    if: startsWith(github.event.workflow_run.head_branch, 'regreen/')
    runs-on: ubuntu-latest
    steps:
      - uses: regreen/regreen@v1
`;

function fixesIn(repository: Repository): PullRequest[] {
  return [...repository.pulls.values()].filter((pull) => pull.head.ref.startsWith('regreen/'));
}

function onlyFix(repository: Repository, job: Job): PullRequest {
  const fixes = fixesIn(repository);
  const [fix] = fixes;
  if (!fix || fixes.length !== 1)
    throw new Error(`${fixes.length} fixes; ${logOf(job).slice(-4_000)} ${job.state.summary ?? ''}`);
  return fix;
}

function checkOf(repository: Repository) {
  return [...repository.checkRuns.values()].find((one) => one.name === 'Regreen');
}

function runsOn(repository: Repository, { head }: PullRequest): Run[] {
  return [...repository.runs.values()].filter((run) => run.headSha === head.sha && run.event.name !== 'workflow_run');
}

async function textOf(repository: Repository, { head }: PullRequest, path: string): Promise<string> {
  return String(await repository.git.fileAt(head.sha, path));
}
