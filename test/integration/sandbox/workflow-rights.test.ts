import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { octokitWith, refusal, scene } from './support.ts';

const MAIN = `const { appendFileSync } = require('node:fs');
appendFileSync(process.env.GITHUB_OUTPUT, 'seen=' + [process.env.INPUT_NAME, process.env['INPUT_WITH-DEFAULT'], process.env.INPUT_NONE].join() + '\\n');
appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Said\\n');
console.log('::warning file=a.js,line=2::from the action');
process.exit(process.env.INPUT_NAME === 'bad' ? 3 : 0);
`;
const METADATA = `name: Say
description: Says something.
inputs:
  name:
    description: A name.
    required: true
  with-default:
    description: Has one.
    default: \${{ github.repository }}
runs:
  using: node24
  main: index.cjs
`;

async function withAction(workflow: string): Promise<{ sandbox: Sandbox; repository: Repository }> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-action-'));
  await writeFile(join(folder, 'action.yml'), METADATA);
  await writeFile(join(folder, 'index.cjs'), MAIN);
  const sandbox = await startSandbox({ actions: { 'acme/say': folder } });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  const owner = sandbox.people.createAccount('acme', { kind: 'Organization' });
  const files = { '.github/workflows/ci.yml': workflow, 'a.js': '1\n2\n' };
  const repository = await sandbox.people.createRepository({ owner, name: 'widgets', files });
  await sandbox.idle();
  return { sandbox, repository };
}

const jobsOf = (repository: Repository) =>
  [...repository.runs.values()].flatMap((run) => run.attempts.flatMap(({ jobs }) => jobs.map(({ state }) => state)));

/** Protects what an action that somebody else has written finds on the sandbox's runner. */
describe('a JavaScript action by its own action.yml', () => {
  it('gets its inputs and answers by files, commands and its exit status', async () => {
    const { repository } = await withAction(`on: push
jobs:
  good:
    runs-on: ubuntu-latest
    outputs:
      seen: \${{ steps.say.outputs.seen }}
    steps:
      - id: say
        uses: acme/say@v1
        with: { name: Mona }
  bad:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/say@v1
        with: { name: bad }
`);
    const [good, bad] = jobsOf(repository);
    expect(good).toMatchObject({ conclusion: 'success', summary: '# Said\n', outputs: { seen: 'Mona,acme/widgets,' } });
    expect(good?.annotations?.map(({ path, message }) => [path, message])).toEqual([['a.js', 'from the action']]);
    expect(bad?.conclusion).toBe('failure');
  });

  it('is not there for those who name another', async () => {
    const { repository } = await withAction(
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ uses: acme/other@v1 }]\n',
    );
    expect(String(jobsOf(repository)[0]?.log)).toContain('Unable to resolve action acme/other, repository not found');
  });
});

describe('GITHUB_TOKEN', () => {
  it('has the rights that permissions: names, and no others', async () => {
    const { sandbox, repository, runner, owner, at } = await scene({
      files: { '.github/workflows/ci.yml': 'on: push\njobs: {}\n' },
    });
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { 'x.js': 'x\n' } });
    await sandbox.idle();
    const request = runner.requests.at(-1);
    const with_ = (permissions: Parameters<NonNullable<typeof request>['tokenWith'] & object>[0]) =>
      octokitWith(sandbox, request?.tokenWith?.(permissions) ?? '');
    const sha = repository.git.branch('main') ?? '';
    const reader = with_({ contents: 'read' });
    expect((await reader.rest.git.getRef({ ...at, ref: 'heads/main' })).status).toBe(200);
    expect((await refusal(reader.rest.git.createRef({ ...at, ref: 'refs/heads/x', sha }))).status).toBe(403);
    expect((await with_({ contents: 'write' }).rest.git.createRef({ ...at, ref: 'refs/heads/x', sha })).status).toBe(201);
    const check = { ...at, name: 'x', head_sha: sha };
    expect((await refusal(with_('read-all').rest.checks.create(check))).status).toBe(403);
    expect((await with_('write-all').rest.checks.create(check)).status).toBe(201);
  });

  it('opens pull requests only where the repository lets workflows do so', async () => {
    const { sandbox, repository, runner, owner, at } = await scene({
      files: { '.github/workflows/ci.yml': 'on: push\njobs: {}\n' },
    });
    await sandbox.people.push({ repository, branch: 'topic', actor: owner, files: { 'x.js': 'x\n' } });
    await sandbox.idle();
    const octokit = octokitWith(sandbox, runner.requests.at(-1)?.secrets['GITHUB_TOKEN'] ?? '');
    const pull = { ...at, head: 'topic', base: 'main', title: 'By a workflow' };
    const refused = await refusal(octokit.rest.pulls.create(pull));
    expect([refused.status, refused.message]).toEqual([403, expect.stringContaining('not permitted to create or approve')]);
    repository.actionsMayOpenPulls = true;
    expect((await octokit.rest.pulls.create(pull)).status).toBe(201);
  });
});

describe('workflow_run', () => {
  const LISTENER = (filter: string) => `on:
  workflow_run:
    workflows: [CI]
    types: [completed]
${filter}
jobs:
  after:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "about \${{ github.event.workflow_run.head_branch }} by $GITHUB_REF"' }]
`;
  const CI = 'name: CI\non: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n';

  it('starts what the default branch has, once a run has ended, and starts nothing by itself', async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const owner = sandbox.people.createAccount('acme', { kind: 'Organization' });
    const files = { '.github/workflows/ci.yml': CI, '.github/workflows/after.yml': LISTENER('    branches: [topic]') };
    const repository = await sandbox.people.createRepository({ owner, name: 'widgets', files });
    await sandbox.idle();
    expect([...repository.runs.values()].map((run) => run.event.name)).toEqual(['push']);
    await sandbox.people.push({
      repository,
      branch: 'topic',
      actor: owner,
      // What a branch makes of the file counts for nobody.
      files: { '.github/workflows/after.yml': LISTENER('    branches: [nowhere]') },
    });
    await sandbox.idle();
    const runs = [...repository.runs.values()];
    expect(runs.map((run) => [run.event.name, run.headBranch])).toEqual([
      ['push', 'main'],
      ['push', 'topic'],
      ['workflow_run', 'main'],
    ]);
    expect(String(jobsOf(repository).at(-1)?.log)).toContain('about topic by refs/heads/main');
  });
});
