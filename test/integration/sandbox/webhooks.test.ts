import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hookReceiver, refusal, scene, WORKFLOW } from './support.ts';

const CI = { '.github/workflows/ci.yml': WORKFLOW };

/** Protects who is told what, in which order, with which headers. */
describe('webhooks', () => {
  it('tell once of each thing that happens, in order, signed over the very bytes', async () => {
    const { sandbox, repository, owner } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    await sandbox.people.push({ repository, branch: 'feature', actor: owner, files: CI });
    await sandbox.people.openPullRequest({ repository, actor: owner, head: 'feature' });
    await sandbox.idle();
    const told = receiver.hooks.map((hook) => [hook.event, hook.action].filter(Boolean).join('.'));
    expect(told.slice(0, 2)).toEqual(['push', 'check_suite.requested']);
    for (const chain of [
      ['push', 'pull_request.opened'],
      [
        'workflow_run.requested',
        'workflow_run.in_progress',
        'workflow_job.queued',
        'workflow_job.in_progress',
        'workflow_job.completed',
      ],
      ['check_run.created', 'check_run.completed', 'check_suite.completed', 'workflow_run.completed'],
    ]) {
      const places = chain.map((name) => told.indexOf(name));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places).not.toContain(-1);
    }
    expect(told.filter((name) => name === 'workflow_run.completed')).toHaveLength(2);
    expect(new Set(receiver.hooks.map((hook) => hook.headers['x-github-delivery'])).size).toBe(receiver.hooks.length);
    for (const hook of receiver.hooks) {
      const digest = createHmac('sha256', sandbox.app.webhookSecret).update(hook.raw).digest('hex');
      expect(hook.headers).toMatchObject({
        'x-hub-signature-256': `sha256=${digest}`,
        'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
        'x-github-hook-installation-target-type': 'integration',
        'x-github-hook-installation-target-id': String(sandbox.app.id),
      });
    }
  });

  it('come only for events that were subscribed to and permissions that were granted', async () => {
    const { sandbox, repository, owner, installation } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    installation.events = ['push', 'workflow_run'];
    installation.permissions = { metadata: 'read', contents: 'read' };
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: CI });
    await sandbox.idle();
    expect(receiver.hooks.map((hook) => hook.event)).toEqual(['push']);
  });

  it('are kept with their answer, listed by cursor, and sent again with the same GUID', async () => {
    const { sandbox, appOctokit, repository, owner } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    receiver.status = 503;
    for (const branch of ['one', 'two', 'three']) {
      await sandbox.people.push({ repository, branch, actor: owner, files: { [branch]: branch } });
    }
    await sandbox.idle();
    const first = await appOctokit.rest.apps.listWebhookDeliveries({ per_page: 4 });
    expect(first.data.map((one) => one.status_code)).toEqual([503, 503, 503, 503]);
    const all = await appOctokit.paginate(appOctokit.rest.apps.listWebhookDeliveries, { per_page: 4 });
    expect(all).toHaveLength(6);
    const push = all.find((one) => one.event === 'push');
    const whole = await appOctokit.rest.apps.getWebhookDelivery({ delivery_id: Number(push?.id) });
    expect(whole.data.request.payload).toMatchObject({ ref: 'refs/heads/three' });
    receiver.status = 202;
    await appOctokit.rest.apps.redeliverWebhookDelivery({ delivery_id: Number(push?.id) });
    await sandbox.idle();
    const guids = receiver.hooks.filter((hook) => hook.event === 'push').map((hook) => hook.headers['x-github-delivery']);
    expect(guids.at(-1)).toBe(push?.guid);
    expect(sandbox.state.deliveries.at(-1)).toMatchObject({ redelivery: true, statusCode: 202, status: 'OK' });
    expect((await refusal(appOctokit.rest.apps.getWebhookDelivery({ delivery_id: 1 }))).status).toBe(404);
  });

  it('are recorded as failed when nobody listens', async () => {
    const { sandbox, repository, owner } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url.replace(/:\d+/, ':1'));
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { a: 'b' } });
    await sandbox.idle();
    expect(sandbox.state.deliveries[0]).toMatchObject({ status: 'failed to connect to host', event: 'push' });
  });

  it('tell of installations, comments, statuses and reviews', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    const other = sandbox.people.createAccount('globex');
    sandbox.people.installApp({ account: other });
    const issue = await octokit.rest.issues.create({ ...at, title: 'One' });
    const found = repository.issues.get(issue.data.number);
    if (!found) throw new Error('no issue');
    await sandbox.people.comment(repository, found, owner, '/regreen fix');
    await sandbox.people.reportStatus(repository, owner, {
      sha: repository.git.branch('main') ?? '',
      state: 'failure',
      context: 'ci/other',
    });
    await sandbox.people.push({ repository, branch: 'feature', actor: owner, files: { 'src/a.ts': 'x\n' } });
    const pull = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' });
    const comments = [{ path: 'src/a.ts', line: 1, body: 'No.' }];
    await octokit.rest.pulls.createReview({ ...at, pull_number: pull.data.number, event: 'COMMENT', comments });
    await sandbox.idle();
    const told = receiver.hooks.map((hook) => [hook.event, hook.action].filter(Boolean).join('.'));
    expect(told).toEqual([
      'installation.created',
      'issues.opened',
      'issue_comment.created',
      'status',
      'push',
      'check_suite.requested',
      'pull_request.opened',
      'pull_request_review.submitted',
      'pull_request_review_comment.created',
    ]);
  });
});
