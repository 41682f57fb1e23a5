import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMarker } from '../../../src/action/marker.ts';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { BUILD_TIMEOUT_MS } from '../../support/built-action.ts';
import { type ActionSandbox, redPullRequest, startActionSandbox } from './action-sandbox.ts';
import { installationToken } from './installation-token.ts';
import { jobOf, logOf } from './jobs.ts';
import { CHECK_STEP, expression, LINT, shop, workflow } from './shop.ts';

const SUGGEST = { '.github/regreen.yml': 'mode: fix\ndelivery: suggestion\n' };

/** Protects people whose pull requests shall not be pushed to: what they get, that they get it once, and that nothing else happens. */
describe('suggestions of the action', () => {
  let github: ActionSandbox;
  let sandbox: Sandbox;
  let owner: Account;
  let mona: Account;
  let mallory: Account;

  beforeAll(async () => {
    github = await startActionSandbox();
    ({ sandbox, owner, mona } = github);
    mallory = sandbox.people.createAccount('mallory');
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await sandbox.close();
  });

  const create = (name: string, files: Record<string, string>) =>
    sandbox.people.createRepository({
      owner,
      name,
      files,
      collaborators: { mona: 'write' },
      actionsMayOpenPulls: true,
      forkApproval: 'none',
    });

  const propose = (repository: Repository, files?: Record<string, string>) => redPullRequest(github, repository, files);

  async function proposeFromFork(
    repository: Repository,
    files: Record<string, string> = UNFORMATTED_FILES,
  ): Promise<{ fork: Repository; pull: PullRequest }> {
    const fork = await sandbox.people.createFork(repository, mallory);
    await sandbox.people.push({ repository: fork, branch: 'patch', actor: mallory, files });
    const pull = await sandbox.people.openPullRequest({ repository, actor: mallory, head: 'mallory:patch', title: 'Mine' });
    await sandbox.idle();
    return { fork, pull };
  }

  it('are one review, tried in the runner, and pushed nowhere; no later run says them again', async () => {
    const repository = await create('suggested', shop(workflow(CHECK_STEP), SUGGEST));
    const pull = await propose(repository);
    const job = jobOf(repository, 'regreen');
    expect(pull.reviews, logOf(job).slice(-3_000)).toMatchObject([{ state: 'COMMENTED', commitSha: pull.head.sha }]);
    const body = pull.reviews[0]?.body ?? '';
    expect(body).toContain('accept them all and push');
    expect(body).toContain('`npm run check:format`, which had failed, was [run again]');
    expect(body).not.toContain('/regreen stop');
    expect(readMarker(body)).toMatchObject({ sha: pull.head.sha, outcome: 'verified' });
    expect(new Set(pull.reviewComments.map(({ path }) => path))).toEqual(new Set(['src/cart.js', 'src/currency.js']));
    for (const comment of pull.reviewComments) expect(comment.body).toMatch(/^```suggestion\n/);
    expect(job.state.summary).toContain(`#${pull.issue.number} has suggestions that fix this`);
    expect(logOf(job)).toContain(`fix=verified pull-request=${pull.issue.number}`);
    expectNoPush(repository);

    // Another attempt of the same run
    const [red] = [...repository.runs.values()].filter((run) => run.headSha === pull.head.sha);
    if (red) await sandbox.people.rerun(repository, red, mona, 'failed');
    await sandbox.idle();
    expect(jobOf(repository, 'regreen').state.summary).toContain('has suggestions for this already.');
    // A further commit beside it
    await sandbox.people.push({ repository, branch: 'discount', actor: mona, files: { 'README.md': '# The shop\n' } });
    await sandbox.idle();
    expect(jobOf(repository, 'regreen').state.summary).toContain('has these suggestions already.');
    expect(pull.reviews).toHaveLength(1);
    // One that makes the suggestions others
    const files = { 'src/currency.js': 'export const   currency = "CHF"\n' };
    await sandbox.people.push({ repository, branch: 'discount', actor: mona, files });
    await sandbox.idle();
    expect(pull.reviews).toHaveLength(2);
    expectNoPush(repository);
  });

  it('are a review without them where the diff shows none of the lines', async () => {
    const files = shop(workflow(CHECK_STEP), { ...SUGGEST, 'src/currency.js': 'export const   currency = "CHF"\n' });
    const repository = await create('outside', files);
    await sandbox.idle();
    const pull = await propose(repository, { 'README.md': '# The shop\n' });
    const job = jobOf(repository, 'regreen');
    expect(pull.reviews, logOf(job).slice(-3_000)).toHaveLength(1);
    expect(pull.reviews[0]?.body).toContain('none of the lines is in this diff. 1 more place is outside of this diff');
    expect(pull.reviews[0]?.body).not.toContain('Verified');
    expect(pull.reviewComments).toEqual([]);
    expect(job.state.summary).toContain('has a review that says what mends this');
    expect(logOf(job)).toContain('fix=proposed');

    // Once the diff shows the line, there is something to suggest.
    const shown = { 'src/currency.js': 'export const   currency = "CHF"\nexport const digits = 2;\n' };
    await sandbox.people.push({ repository, branch: 'discount', actor: mona, files: shown });
    await sandbox.idle();
    expect(pull.reviewComments).toMatchObject([{ path: 'src/currency.js', line: 1 }]);
  });

  it('are not made of what the failed command refutes', async () => {
    const ci = workflow('- run: npm run check:format && test -f src/missing.js');
    const repository = await create('refuted', shop(ci, SUGGEST));
    const pull = await propose(repository);
    expect(jobOf(repository, 'regreen').state.summary).toContain('is still red, so nothing was suggested.');
    expect(pull.reviews).toEqual([]);
    expectNoPush(repository);
  });

  it('are none where regreen.yml allows none', async () => {
    const policies = {
      annotate: 'mode: annotate\ndelivery: suggestion\n',
      'fixers-off': 'mode: fix\ndelivery: suggestion\nfixers:\n  prettier: false\n',
      never: 'mode: fix\ndelivery: suggestion\nremedies:\n  suggest: never\n',
    };
    for (const [name, text] of Object.entries(policies)) {
      const repository = await create(name, shop(workflow(CHECK_STEP), { '.github/regreen.yml': text }));
      const pull = await propose(repository);
      expect(jobOf(repository, 'regreen').state.summary, name).toContain('files are not formatted');
      expect([pull.reviews, pull.reviewComments], name).toEqual([[], []]);
      expectNoPush(repository);
    }
  });

  it.each(['own', 'app'])('come to a pull request from a fork on workflow_run, with the %s token, once', async (whose) => {
    const token = whose === 'app' ? expression('secrets.APP_TOKEN') : expression('github.token');
    const own = { '.github/regreen.yml': 'mode: fix\nfix: echo a command of the repository\n' };
    const files = { ...shop(CI, own), '.github/workflows/regreen.yml': afterwards({ 'pull-requests': 'write' }, token) };
    const repository = await create(`from-fork-${whose}`, files);
    const installation = sandbox.people.installApp({ account: owner, repositories: [repository] });
    repository.secrets = { APP_TOKEN: await installationToken(sandbox, installation.id) };
    const { fork, pull } = await proposeFromFork(repository);
    const job = jobOf(repository, 'afterwards');
    expect(pull.reviews, logOf(job).slice(-3_000)).toMatchObject([{ commitSha: pull.head.sha }]);
    expect(pull.reviews[0]?.body).toContain('No code of this repository was run.');
    expect(pull.reviewComments.map(({ path }) => path)).toContain('src/cart.js');
    expect(job.state.summary).toContain(`#${pull.issue.number} has suggestions that fix this.`);
    expect(logOf(job)).not.toContain('Regreen runs');
    expect([fork.git.listRefs('refs/heads/regreen/'), pull.head.sha]).toEqual([[], pull.reviews[0]?.commitSha]);
    expectNoPush(repository);

    const [red] = [...repository.runs.values()].filter(
      (run) => run.headSha === pull.head.sha && run.event.name === 'pull_request',
    );
    if (red) await sandbox.people.rerun(repository, red, mona, 'failed');
    await sandbox.idle();
    expect(jobOf(repository, 'afterwards').state.summary).toContain('has suggestions for this already.');
    expect(pull.reviews).toHaveLength(1);
  });

  it('are not made by a command of the repository where a fork has written it', async () => {
    const own = {
      'src/app.js': 'export default 42;\n',
      'lint.js': LINT,
      '.github/regreen.yml': 'mode: fix\nfix: node lint.js --fix\n',
    };
    const repository = await create('fork-command', shop(workflow('- run: node lint.js src/app.js'), own));
    const { pull } = await proposeFromFork(repository, { 'src/app.js': 'var answer = 42;\nexport default answer;\n' });
    const job = jobOf(repository, 'regreen');
    expect(job.state.summary).toContain('The own command was not run, for the commit comes from a fork.');
    expect(logOf(job)).not.toContain('Regreen runs');
    expect(pull.reviews).toEqual([]);
  });

  it.each([
    ['may only read pull requests', { 'pull-requests': 'read' }],
    ['may not even read them', {}],
  ])('are only told of where the token %s', async (_words, rights) => {
    const files = { ...shop(CI), '.github/workflows/regreen.yml': afterwards(rights) };
    const repository = await create(`read-${Object.keys(rights).length}`, files);
    const { pull } = await proposeFromFork(repository);
    const job = jobOf(repository, 'afterwards');
    expect(job.state).toMatchObject({ conclusion: 'success' });
    expect(job.state.summary).toContain('need `pull-requests: write`, which the token does not have.');
    expect(pull.reviews).toEqual([]);
    expectNoPush(repository);
  });
});

function expectNoPush(repository: Repository): void {
  expect(repository.git.listRefs('refs/heads/regreen/')).toEqual([]);
}

/** A workflow without the action in it. */
const CI = workflow(CHECK_STEP).replace('if: failure()', 'if: false');

function afterwards(rights: Record<string, string>, token = expression('github.token')): string {
  const permissions = Object.entries({ actions: 'read', contents: 'read', checks: 'write', ...rights });
  return `name: Regreen
on:
  workflow_run:
    workflows: [CI]
    types: [completed]
permissions:
${permissions.map(([name, right]) => `  ${name}: ${right}`).join('\n')}
jobs:
  regreen:
    name: afterwards
    if: github.event.workflow_run.conclusion == 'failure'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: regreen/regreen@v1
        with:
          token: ${token}
`;
}
