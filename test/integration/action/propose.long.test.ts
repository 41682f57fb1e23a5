import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyOf } from '../../../src/action/history.ts';
import { type Proposed, propose } from '../../../src/action/propose.ts';
import { layConfigs } from '../../../src/config/effective-config.ts';
import { readOwnPulls } from '../../../src/github/own-pulls.ts';
import { atWithToken } from '../../../src/github/token-client.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Repository } from '../../../src/sandbox/state/model.ts';
import { anIncident, aStoredDiagnosis } from '../../unit/github/texts/models.ts';
import { installationToken } from './installation-token.ts';

/** Protects what a branch holds already: the action has no books that would say whose it is. */
describe('a branch of the action', () => {
  let sandbox: Sandbox;
  let mona: Account;
  let repository: Repository;
  let token: string;
  const head = (branch: string) => repository.git.branch(branch) ?? '';

  beforeAll(async () => {
    sandbox = await startSandbox();
    const owner = sandbox.people.createAccount('octo', { kind: 'Organization', plan: 'team' });
    mona = sandbox.people.createAccount('mona');
    repository = await sandbox.people.createRepository({ owner, name: 'shop', files: { 'a.js': 'a\n' } });
    for (const branch of ['release/1', 'release/2', 'release/3']) {
      await sandbox.people.push({ repository, branch, actor: owner, files: { 'a.js': `${branch}\n` } });
    }
    token = await installationToken(sandbox, sandbox.people.installApp({ account: owner, repositories: [repository] }).id);
  });

  afterAll(() => sandbox.close());

  /** What a run of the action does that has made a change for what is red on the branch. */
  async function proposeFor(branch: string, { runId = 1, blind = false } = {}) {
    const at = atWithToken({ token, apiUrl: sandbox.apiUrl, repository: { owner: 'octo', name: 'shop' }, warn: () => {} });
    const history = historyOf(blind ? [] : await readOwnPulls(at, 'regreen/'), new Date());
    // As failures.ts has it: the same failure has the same id on every branch.
    const incident = anIncident({ id: 'c0ffee012345', branch, pullRequestNumber: null });
    const run = {
      ...{ id: runId, attempt: 1, workflowPath: incident.workflowPath, headSha: head(branch), headBranch: branch },
      url: `https://github.com/octo/shop/actions/runs/${runId}`,
    };
    const action = {
      at,
      history,
      policy: layConfigs([]),
      environment: { startsWorkflows: false, run: { id: runId, attempt: 1 } },
      occasion: { repository: { id: 1, defaultBranch: 'main' }, run, pullRequest: null, fork: false },
    } as unknown as Parameters<typeof propose>[0];
    const made = {
      edits: [{ path: 'a.js', before: `${branch}\n`, after: 'mended\n' }],
      executables: [],
      changes: [{ fixer: 'prettier', tool: 'prettier', version: '3.10.1', paths: ['a.js'] }],
      work: [{ incident, diagnoses: [aStoredDiagnosis({ incidentId: incident.id })] }],
    };
    const open = history.fixes.find(({ pull, marker }) => pull.state === 'open' && marker.base === branch) ?? null;
    return propose(action, { made, trial: { kind: 'unchecked', reason: 'none can be' }, open });
  }

  const parentsOf = async (branch: string) => (await repository.git.commit(head(branch)))?.parents;

  it('is another one for each branch that is red for the same reason', async () => {
    const first = (await proposeFor('release/1')) as Proposed;
    const second = (await proposeFor('release/2', { runId: 2 })) as Proposed;
    expect(first.branch).not.toBe(second.branch);
    expect(await parentsOf(first.branch)).toEqual([head('release/1')]);
    expect(await parentsOf(second.branch)).toEqual([head('release/2')]);
    expect([...repository.pulls.values()].map((pull) => pull.base.ref)).toEqual(['release/1', 'release/2']);
  });

  it('is replaced for the same branch alone, where an open pull request has it, also one that the history leaves out', async () => {
    const [before] = [...repository.pulls.values()];
    expect(await proposeFor('release/1', { runId: 3, blind: true })).toEqual({
      refusal: `#${before?.issue.number} is there already.`,
    });
    await sandbox.people.push({ repository, branch: 'release/1', actor: mona, files: { 'a.js': 'release/1\n', b: 'b\n' } });
    const again = (await proposeFor('release/1', { runId: 4, blind: true })) as Proposed;
    expect(again.pull.number).toBe(before?.issue.number);
    expect(await parentsOf(again.branch)).toEqual([head('release/1')]);
    expect(repository.pulls.size).toBe(2);
  });

  it('is left alone where somebody has pushed to it, and where it hangs on nothing that is known', async () => {
    const [ours] = [...repository.pulls.values()];
    const branch = ours?.head.ref ?? '';
    const pushed = await sandbox.people.push({ repository, branch, actor: mona, files: { c: 'c\n' } });
    await sandbox.people.push({ repository, branch: 'release/1', actor: mona, files: { 'a.js': 'release/1\n', d: 'd\n' } });
    expect(await proposeFor('release/1', { runId: 5 })).toEqual({ refusal: `Somebody else has pushed to ${branch}.` });
    expect(head(branch)).toBe(pushed);

    const made = (await proposeFor('release/3', { runId: 6 })) as Proposed;
    const pull = [...repository.pulls.values()].find((one) => one.issue.number === made.pull.number);
    if (pull) await sandbox.people.closePullRequest(repository, pull, mona);
    const left = head(made.branch);
    const other = (await proposeFor('release/3', { runId: 7, blind: true })) as Proposed;
    expect(other.branch).toBe(`${made.branch}-7-1`);
    expect(head(made.branch)).toBe(left);
  });
});
