import { describe, expect, it } from 'vitest';
import { octokitWith, refusal, scene, WORKFLOW } from './support.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const CI = { '.github/workflows/ci.yml': WORKFLOW };

async function withRun() {
  const made = await scene();
  const { sandbox, repository, owner } = made;
  await sandbox.people.push({ repository, branch: 'main', actor: owner, files: CI });
  await sandbox.idle();
  const [run] = repository.runs.values();
  if (!run) throw new Error('no run was started');
  return { ...made, run };
}

/** Protects the states of runs, jobs and attempts, and what GitHub refuses of them. */
describe('logs', () => {
  it('are had at an address that is good for a minute', async () => {
    const { octokit, sandbox, clock, run, at } = await withRun();
    const job = run.attempts[0]?.jobs[1];
    const request = { ...at, job_id: job?.id ?? 0, request: { redirect: 'manual' as const } };
    const { headers } = await octokit.rest.actions.downloadJobLogsForWorkflowRun(request);
    const address = headers.location ?? '';
    expect(new URL(address).origin).not.toBe(sandbox.apiUrl);
    expect((await fetch(address, { headers: { authorization: 'token x' } })).status).toBe(400);
    expect(await (await fetch(address)).text()).toBe('test of attempt 1: failure\n');
    clock.advance(60_000);
    expect((await fetch(address)).status).toBe(403);
  });

  it('are given in parts where a part is asked for as the storage knows it, and refused behind their end', async () => {
    const { octokit, run, at } = await withRun();
    const request = { ...at, job_id: run.attempts[0]?.jobs[1]?.id ?? 0, request: { redirect: 'manual' as const } };
    const { headers } = await octokit.rest.actions.downloadJobLogsForWorkflowRun(request);
    const part = async (range: string) => {
      const answer = await fetch(headers.location ?? '', { headers: { range } });
      return [answer.status, answer.headers.get('content-range'), answer.ok ? await answer.text() : null];
    };
    expect(await part('bytes=5-6')).toEqual([206, 'bytes 5-6/27', 'of']);
    expect(await part('bytes=19-')).toEqual([206, 'bytes 19-26/27', 'failure\n']);
    expect(await part('bytes=-3')).toEqual([200, null, 'test of attempt 1: failure\n']);
    expect(await part('bytes=27-30')).toEqual([416, 'bytes */27', null]);
  });

  it('are not there before the job has ended', async () => {
    const { sandbox, runner, octokit, repository, owner, at } = await scene();
    const gate = Promise.withResolvers<void>();
    runner.gate = gate.promise;
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: CI });
    const run = await sandbox.waitFor(() =>
      [...repository.runs.values()].find((one) => one.attempts[0]?.status === 'in_progress'),
    );
    expect((await refusal(octokit.rest.actions.downloadWorkflowRunLogs({ ...at, run_id: run.id }))).status).toBe(404);
    expect((await refusal(octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id }))).message).toContain('already running');
    gate.resolve();
    await sandbox.idle();
    const archive = await octokit.rest.actions.downloadWorkflowRunLogs({ ...at, run_id: run.id });
    const bytes = Buffer.from(archive.data as ArrayBuffer);
    expect(bytes.readUInt32LE(0)).toBe(0x04034b50);
    expect(bytes.includes('0_build.txt')).toBe(true);
  });
});

describe('re-runs', () => {
  it('of the failed jobs are another attempt that keeps the others', async () => {
    const { octokit, sandbox, runner, run, at } = await withRun();
    runner.conclusions = ['success'];
    await octokit.rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: run.id });
    await sandbox.idle();
    expect(runner.requests.at(-1)).toMatchObject({ runAttempt: 2, onlyJobs: ['test'] });
    const now = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: run.id });
    expect(now.data).toMatchObject({ run_attempt: 2, conclusion: 'success', triggering_actor: { login: 'regreen[bot]' } });
    const first = await octokit.rest.actions.getWorkflowRunAttempt({ ...at, run_id: run.id, attempt_number: 1 });
    expect(first.data).toMatchObject({ run_attempt: 1, conclusion: 'failure' });
    const jobs = await octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id });
    expect(jobs.data.jobs.map((job) => [job.name, job.conclusion, job.run_attempt])).toEqual([
      ['build', 'success', 2],
      ['test', 'success', 2],
    ]);
    expect((await refusal(octokit.rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: run.id }))).status).toBe(403);
  });

  it('are refused after 30 days and after 50 of them', async () => {
    const { octokit, sandbox, clock, run, at } = await withRun();
    for (let count = 0; count < 50; count += 1) {
      await octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id });
      await sandbox.idle();
      clock.advance(60_000);
    }
    expect((await refusal(octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id }))).message).toContain('50 times');
    const other = await withRun();
    other.clock.advance(30 * DAY_MS + 1);
    const token = other.sandbox.people.createToken(other.owner);
    const late = octokitWith(other.sandbox, token).rest.actions.reRunWorkflow({ ...other.at, run_id: other.run.id });
    expect((await refusal(late)).message).toContain('over a month ago');
  });

  it('can be cancelled while they go on, and not afterwards', async () => {
    const { octokit, sandbox, runner, run, at } = await withRun();
    expect((await refusal(octokit.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id }))).status).toBe(409);
    runner.gate = new Promise(() => {});
    await octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id });
    await runner.started(2);
    await octokit.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id });
    await sandbox.idle();
    expect((await octokit.rest.actions.getWorkflowRun({ ...at, run_id: run.id })).data.conclusion).toBe('cancelled');
  });
});

describe('what starts workflows', () => {
  it('is a push with an installation token, but none with GITHUB_TOKEN', async () => {
    const { sandbox, runner, octokit, repository, run, at } = await withRun();
    const token = runner.requests[0]?.secrets['GITHUB_TOKEN'] ?? '';
    const sha = repository.git.branch('main') ?? '';
    await octokitWith(sandbox, token).rest.git.createRef({ ...at, ref: 'refs/heads/by-workflow', sha });
    await sandbox.idle();
    expect(repository.runs.size).toBe(1);
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/by-app', sha });
    await sandbox.idle();
    expect([...repository.runs.values()].map((one) => one.headBranch)).toEqual([run.headBranch, 'by-app']);
  });

  it('is not a commit that asks to be skipped, and a broken file fails at once', async () => {
    const { sandbox, repository, owner, runner } = await scene();
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: CI, message: 'Docs [skip ci]' });
    await sandbox.idle();
    expect(repository.runs.size).toBe(0);
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: { '.github/workflows/ci.yml': 'broken' } });
    await sandbox.idle();
    expect([...repository.runs.values()].map((run) => run.attempts[0]?.conclusion)).toEqual(['startup_failure']);
    expect(runner.requests).toHaveLength(0);
  });

  it('runs two at once, and the others afterwards', async () => {
    const { sandbox, runner, repository, owner } = await scene();
    const gate = Promise.withResolvers<void>();
    runner.gate = gate.promise;
    for (const branch of ['main', 'one', 'two', 'three']) {
      await sandbox.people.push({ repository, branch, actor: owner, files: { ...CI, [branch]: branch } });
    }
    await sandbox.waitFor(() => repository.runs.size === 4);
    await runner.started(2);
    expect([...repository.runs.values()].map((run) => run.attempts[0]?.status)).toEqual([
      'in_progress',
      'in_progress',
      'queued',
      'queued',
    ]);
    gate.resolve();
    await sandbox.idle();
    expect(runner.requests).toHaveLength(4);
  });
});

describe('a pull request from a fork', () => {
  it('waits for approval, runs on its merge, without secrets and with a token that only reads', async () => {
    const { sandbox, runner, octokit, repository, owner, at } = await scene();
    repository.secrets = { DEPLOY_KEY: 'hunter2' };
    await sandbox.people.push({ repository, branch: 'main', actor: owner, files: CI });
    await sandbox.idle();
    expect(runner.requests[0]?.secrets['DEPLOY_KEY']).toBe('hunter2');
    const mallory = sandbox.people.createAccount('mallory');
    const fork = await sandbox.people.createFork(repository, mallory);
    await sandbox.people.push({ repository: fork, branch: 'patch', actor: mallory, files: { 'src/a.ts': 'evil\n' } });
    const pull = await sandbox.people.openPullRequest({ repository, actor: mallory, head: 'mallory:patch' });
    await sandbox.idle();
    const run = [...repository.runs.values()].find((one) => one.event.name === 'pull_request');
    if (!run) throw new Error('no run');
    const waiting = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: run.id });
    expect(waiting.data).toMatchObject({
      conclusion: 'action_required',
      pull_requests: [],
      head_repository: { full_name: 'mallory/widgets' },
    });
    await octokit.rest.actions.approveWorkflowRun({ ...at, run_id: run.id });
    await sandbox.idle();
    const request = runner.requests.at(-1);
    expect(request).toMatchObject({ checkoutSha: pull.mergeCommitSha, headSha: pull.head.sha });
    expect(Object.keys(request?.secrets ?? {})).toEqual(['GITHUB_TOKEN']);
    const byWorkflow = octokitWith(sandbox, request?.secrets['GITHUB_TOKEN'] ?? '');
    expect((await refusal(byWorkflow.rest.issues.create({ ...at, title: 'x' }))).status).toBe(403);
    const target = { owner: 'mallory', repo: 'widgets', ref: 'refs/heads/x', sha: pull.head.sha };
    expect((await refusal(octokit.rest.git.createRef(target))).status).toBe(403);
  });
});
