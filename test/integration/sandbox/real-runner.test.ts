import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorkflowRunner } from '../../../src/sandbox/runner/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';

const WORKFLOW = `name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: grep -q green state.txt
`;

/** Protects the join of both halves: a real workflow, red and then green, on real commits. */
describe('the sandbox with its own runner', () => {
  it('carries out what was pushed, and the merge of a pull request', async () => {
    const sandbox = await startSandbox({ runner: createWorkflowRunner() });
    onTestFinished(() => sandbox.close());
    const owner = sandbox.people.createAccount('acme');
    const files = { '.github/workflows/ci.yml': WORKFLOW, 'state.txt': 'red\n' };
    const repository = await sandbox.people.createRepository({ owner, name: 'widgets', files });
    await sandbox.people.push({ repository, branch: 'fix', actor: owner, files: { 'state.txt': 'green\n' } });
    await sandbox.people.openPullRequest({ repository, actor: owner, head: 'fix' });
    await sandbox.idle();
    const ends = [...repository.runs.values()].map((run) => [run.event.name, run.headBranch, run.attempts[0]?.conclusion]);
    expect(ends).toEqual([
      ['push', 'main', 'failure'],
      ['push', 'fix', 'success'],
      ['pull_request', 'fix', 'success'],
    ]);
    const [red] = repository.runs.values();
    expect(red?.attempts[0]?.jobs[0]?.state.log?.toString()).toContain('##[error]Process completed with exit code 1.');
  });
});
