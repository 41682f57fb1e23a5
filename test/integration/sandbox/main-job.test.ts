import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hookReceiver, scene, WORKFLOW } from './support.ts';

/** Protects the chain that Regreen lives on: red run → webhook → log → commit → pull request → green run. */
describe('the main job on the sandbox', () => {
  it('tells of a red run, hands out its log, takes a signed commit and a pull request, and runs again', async () => {
    const { sandbox, runner, octokit, repository, at } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    const person = sandbox.people.createAccount('ada');
    runner.conclusions = ['failure', 'success'];
    const sha = await sandbox.people.push({
      repository,
      branch: 'main',
      actor: person,
      files: { '.github/workflows/ci.yml': WORKFLOW },
    });
    await sandbox.idle();

    const completed = receiver.hooks.find((hook) => hook.event === 'workflow_run' && hook.action === 'completed');
    expect(completed?.body).toMatchObject({
      workflow_run: { head_sha: sha, conclusion: 'failure' },
      repository: { full_name: 'acme/widgets' },
    });
    const signature = createHmac('sha256', sandbox.app.webhookSecret)
      .update(completed?.raw ?? '')
      .digest('hex');
    expect(completed?.headers['x-hub-signature-256']).toBe(`sha256=${signature}`);

    const runs = await octokit.rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: sha });
    const run = runs.data.workflow_runs[0];
    const jobs = await octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run?.id ?? 0 });
    const failed = jobs.data.jobs.find((job) => job.conclusion === 'failure');
    const log = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: failed?.id ?? 0 });
    expect(String(log.data)).toBe('test of attempt 1: failure\n');

    const check = await octokit.rest.checks.create({
      ...at,
      name: 'Regreen',
      head_sha: sha,
      status: 'completed',
      conclusion: 'neutral',
    });
    expect(check.data.check_suite?.id).toBeGreaterThan(0);

    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/regreen/fix', sha });
    const committed = await octokit.graphql<{
      createCommitOnBranch: { commit: { oid: string; signature: { isValid: boolean } } };
    }>(
      `mutation ($input: CreateCommitOnBranchInput!) {
        createCommitOnBranch(input: $input) { commit { oid signature { isValid } } }
      }`,
      {
        input: {
          branch: { repositoryNameWithOwner: 'acme/widgets', branchName: 'regreen/fix' },
          expectedHeadOid: sha,
          message: { headline: 'Fix' },
          fileChanges: { additions: [{ path: 'src/a.ts', contents: Buffer.from('export const a = 2;\n').toString('base64') }] },
        },
      },
    );
    expect(committed.createCommitOnBranch.commit.signature.isValid).toBe(true);
    const pull = await octokit.rest.pulls.create({ ...at, head: 'regreen/fix', base: 'main', title: 'Fix it' });
    expect(pull.data).toMatchObject({ user: { login: 'regreen[bot]', type: 'Bot' }, changed_files: 1, mergeable: true });
    await sandbox.idle();

    const fixRun = receiver.hooks.findLast((hook) => hook.event === 'workflow_run' && hook.action === 'completed');
    expect(fixRun?.body).toMatchObject({ workflow_run: { conclusion: 'success', head_branch: 'regreen/fix' } });
    const merged = await octokit.rest.pulls.merge({ ...at, pull_number: pull.data.number });
    const content = await octokit.rest.repos.getContent({ ...at, path: 'src/a.ts', mediaType: { format: 'raw' } });
    expect(String(content.data)).toBe('export const a = 2;\n');
    expect(merged.data.merged).toBe(true);
  });
});
