import { expect } from 'vitest';
import { diagnosedIncident, type EventCase, freshCommit, freshId, redStage, rows, type Stage, send } from '../stage.ts';

const CI = '.github/workflows/ci.yml';

/** Runs and jobs of GitHub Actions, deployments, and what moves the default branch. */
export const RUN_CASES: EventCase[] = [
  {
    event: 'workflow_run.requested',
    effect: 'the run is recorded',
    check: async (stage) => {
      const id = await sendRun(stage, 'requested', { status: 'queued', conclusion: null });
      expect(await runRow(stage, id)).toMatchObject({ status: 'queued', conclusion: null, workflow_path: CI });
    },
  },
  {
    event: 'workflow_run.in_progress',
    effect: 'the run is recorded as under way',
    check: async (stage) => {
      const id = await sendRun(stage, 'requested', { status: 'queued', conclusion: null });
      await sendRun(stage, 'in_progress', { id, status: 'in_progress', conclusion: null });
      expect(await runRow(stage, id)).toMatchObject({ status: 'in_progress' });
    },
  },
  {
    event: 'workflow_run.completed',
    effect: 'green: the run has ended, incidents of the branch are closed, the default branch is green',
    check: async (stage) => {
      await send(stage, 'push', { ref: 'refs/heads/main', after: stage.headSha, commits: [] });
      const incident = await diagnosedIncident(stage);
      const id = await sendRun(stage, 'completed', { status: 'completed', conclusion: 'success' });
      expect(await runRow(stage, id)).toMatchObject({ status: 'completed', conclusion: 'success' });
      expect(await rows(stage, 'select status from incidents where id = $1', [incident])).toEqual([{ status: 'closed' }]);
      expect(await branchState(stage)).toBe('green');
    },
  },
  {
    event: 'workflow_run.completed',
    effect: 'green: an older run that ends late closes nothing; a newer one does',
    check: async (stage) => {
      const red = await redStage(stage);
      const status = async () =>
        (await rows(red, 'select status from incidents where repository_id = $1', [red.repository.id]))[0];
      await sendRun(red, 'completed', { id: red.runId - 1_000_000, status: 'completed', conclusion: 'success' });
      expect(await status()).toEqual({ status: 'open' });
      await sendRun(red, 'completed', { id: red.runId + 1_000_000, status: 'completed', conclusion: 'success' });
      expect(await status()).toEqual({ status: 'closed' });
    },
  },
  {
    event: 'workflow_run.completed',
    effect: 'late "requested" and "in_progress" do not take a completed run back',
    check: async (stage) => {
      const id = await sendRun(stage, 'completed', { status: 'completed', conclusion: 'success' });
      await sendRun(stage, 'requested', { id, status: 'queued', conclusion: null });
      await sendRun(stage, 'in_progress', { id, status: 'in_progress', conclusion: null });
      expect(await runRow(stage, id)).toMatchObject({ status: 'completed', conclusion: 'success' });
    },
  },
  ...(['queued', 'waiting', 'in_progress', 'completed'] as const).map(
    (action): EventCase => ({
      event: `workflow_job.${action}`,
      effect: 'the job is recorded, with the time of receipt when it was queued',
      check: async (stage) => {
        const id = freshId();
        const job = { id, run_id: freshId(), status: action, conclusion: action === 'completed' ? 'failure' : null };
        await send(stage, `workflow_job.${action}`, { workflow_job: job });
        const [row] = await rows(stage, 'select status, conclusion, queued_at from jobs where id = $1', [id]);
        expect(row).toMatchObject({ status: job.status, conclusion: job.conclusion });
        expect(row?.['queued_at'] !== null).toBe(action === 'queued');
      },
    }),
  ),
  {
    event: 'workflow_job.completed',
    effect: 'green: a job that was red on this commit has flickered, also when its run ended before anybody heard of the job',
    check: async (stage) => {
      const red = await redStage(stage);
      await sendRun(red, 'completed', { id: red.runId, run_attempt: 2, status: 'completed', conclusion: 'success' });
      const flaky = () => rows(red, 'select job_name, state from flaky_tests where repository_id = $1', [red.repository.id]);
      expect(await flaky()).toEqual([]);
      const job = { id: freshId(), run_id: red.runId, run_attempt: 2, name: 'red', head_sha: red.headSha };
      await send(red, 'workflow_job.completed', { workflow_job: { ...job, status: 'completed', conclusion: 'success' } });
      expect(await flaky()).toEqual([{ job_name: 'red', state: 'suspected' }]);
    },
  },
  {
    event: 'push',
    effect: 'to the default branch: its head is recorded, its state unknown until CI speaks',
    check: async (stage) => {
      await send(stage, 'push', { ref: 'refs/heads/main', after: 'a'.repeat(40), commits: [] });
      expect(await rows(stage, BRANCH, [stage.repository.id])).toEqual([{ sha: 'a'.repeat(40), state: 'unknown' }]);
    },
  },
  {
    event: 'push',
    effect: 'that comes after its own run has ended takes the state from the run',
    check: async (stage) => {
      const sha = await freshCommit(stage);
      await sendRun(stage, 'completed', { status: 'completed', conclusion: 'success', head_sha: sha });
      await send(stage, 'push', { ref: 'refs/heads/main', after: sha, commits: [] });
      expect(await rows(stage, BRANCH, [stage.repository.id])).toEqual([{ sha, state: 'green' }]);
    },
  },
  {
    event: 'push',
    effect: 'to another branch changes nothing in the books',
    check: async (stage) => {
      await send(stage, 'push', { ref: 'refs/heads/main', after: 'b'.repeat(40), commits: [] });
      await send(stage, 'push', { ref: 'refs/heads/topic', after: 'c'.repeat(40), commits: [] });
      expect(await rows(stage, BRANCH, [stage.repository.id])).toEqual([{ sha: 'b'.repeat(40), state: 'unknown' }]);
    },
  },
  {
    event: 'deployment_status.created',
    effect: 'the deployment and its newest state are recorded, whatever the order of events',
    check: async (stage) => {
      const deployment = { id: freshId(), environment: 'production', sha: stage.headSha, ref: 'main' };
      const tell = (state: string, at: string) =>
        send(stage, 'deployment_status.created', { deployment, deployment_status: { state, updated_at: at } });
      await tell('failure', '2026-11-02T10:00:00Z');
      await tell('in_progress', '2026-11-02T09:00:00Z');
      expect(await rows(stage, 'select environment, state from deployments where id = $1', [deployment.id])).toEqual([
        { environment: 'production', state: 'failure' },
      ]);
    },
  },
];

const BRANCH = 'select default_branch_sha as sha, default_branch_state as state from repositories where id = $1';

async function branchState(stage: Stage): Promise<unknown> {
  return (await rows(stage, BRANCH, [stage.repository.id]))[0]?.['state'];
}

async function sendRun(stage: Stage, action: string, run: Record<string, unknown>): Promise<number> {
  const id = freshId();
  const defaults = {
    id,
    head_sha: stage.headSha,
    head_branch: 'main',
    head_repository: { full_name: `octo-shop/${stage.repository.name}` },
    event: 'push',
    path: CI,
    pull_requests: [],
    run_attempt: 1,
    created_at: '2026-11-01T10:00:00Z',
  };
  await send(stage, `workflow_run.${action}`, { workflow_run: { ...defaults, ...run } });
  return id;
}

async function runRow(stage: Stage, id: number): Promise<Record<string, unknown> | undefined> {
  return (await rows(stage, 'select status, conclusion, workflow_path from runs where id = $1', [id]))[0];
}
