import { onCheckRun } from '../../src/events/check-run.ts';
import { onDeploymentStatus } from '../../src/events/deployment-status.ts';
import { type EventHandler, onRepository } from '../../src/events/handler.ts';
import { onPullRequest } from '../../src/events/pull-request.ts';
import { onStatus } from '../../src/events/status.ts';
import { onWorkflowJob } from '../../src/events/workflow-job.ts';
import { onWorkflowRun } from '../../src/events/workflow-run.ts';
import type { Services } from '../../src/healing/services.ts';
import { receivedAt } from '../../src/queue/receipt.ts';
import type { Database } from '../../src/store/database.ts';

/** One webhook of a made-up history: GitHub's payload as far as the books read it, and when it reached us. */
export interface Arrival {
  event: keyof typeof HANDLERS;
  action: string;
  payload: Record<string, unknown>;
  receivedAt: string;
}

const HANDLERS = {
  workflow_run: onWorkflowRun,
  workflow_job: onWorkflowJob,
  deployment_status: onDeploymentStatus,
  check_run: onCheckRun,
  status: onStatus,
  pull_request: onPullRequest,
} satisfies Record<string, EventHandler>;

/** Hands the arrivals to the real handlers, in this order. No installation sends them, so nothing but the books is touched. */
export async function arrive(database: Database, arrivals: readonly Arrival[]): Promise<void> {
  // What the books need of all services; anything else would fail the test.
  const services = { database, now: () => new Date('2030-01-01T00:00:00Z'), github: { appId: 1 } } as unknown as Services;
  for (const { event, action, payload, receivedAt: at } of arrivals) {
    const handle = onRepository(services, HANDLERS[event]);
    await receivedAt(new Date(at), () => handle({ name: event, payload: { action, ...payload } }));
  }
}

export interface Repository {
  id: number;
  owner: string;
  name: string;
}

export interface JobStory {
  id: number;
  name: string;
  /** GitHub's times. */
  created?: string;
  started?: string;
  completed?: string;
  conclusion: string | null;
  /** When we heard that it waits and that it runs; left out when that event never came. */
  heardQueued?: string;
  heardRunning?: string;
  steps?: { name: string; conclusion: string; started: string; completed: string }[];
}

export interface RunStory {
  id: number;
  workflow?: string;
  branch?: string;
  /** `owner/name` when the branch is a fork's. */
  headRepository?: string;
  event?: string;
  actor?: string;
  sha?: string;
  created: string;
  attempts: { started: string; completed?: string; conclusion: string | null; jobs?: JobStory[] }[];
}

/** The arrivals of a run: `requested`, `in_progress` and `completed` of each attempt, and those of its jobs. */
export function runArrivals(repository: Repository, run: RunStory): Arrival[] {
  return run.attempts.flatMap((attempt, index) => {
    const number = index + 1;
    const tell = (action: string, status: string, conclusion: string | null, updated: string): Arrival =>
      arrival(repository, 'workflow_run', action, updated, {
        workflow_run: {
          ...runFields(repository, run, number),
          status,
          conclusion,
          run_started_at: attempt.started,
          updated_at: updated,
        },
      });
    return [
      tell('requested', 'queued', null, attempt.started),
      tell('in_progress', 'in_progress', null, attempt.started),
      ...(attempt.jobs ?? []).flatMap((job) => jobArrivals(repository, run.id, number, job)),
      ...(attempt.completed ? [tell('completed', 'completed', attempt.conclusion, attempt.completed)] : []),
    ];
  });
}

function runFields(repository: Repository, run: RunStory, attempt: number): Record<string, unknown> {
  return {
    id: run.id,
    run_attempt: attempt,
    workflow_id: 1,
    name: run.workflow ?? 'ci',
    path: `.github/workflows/${run.workflow ?? 'ci'}.yml`,
    run_number: run.id,
    event: run.event ?? 'push',
    head_sha: run.sha ?? `sha-of-${run.id}`,
    head_branch: run.branch ?? 'main',
    head_repository: { full_name: run.headRepository ?? `${repository.owner}/${repository.name}` },
    actor: { login: run.actor ?? 'mona' },
    html_url: `https://github.test/runs/${run.id}`,
    created_at: run.created,
  };
}

function jobArrivals(repository: Repository, runId: number, attempt: number, job: JobStory): Arrival[] {
  const base = { id: job.id, run_id: runId, run_attempt: attempt, name: job.name, labels: ['ubuntu-latest'] };
  // A queued job already has `started_at`, and it lies.
  const created = job.created ?? null;
  const tell = (action: string, at: string, fields: Record<string, unknown>): Arrival =>
    arrival(repository, 'workflow_job', action, at, { workflow_job: { ...base, created_at: created, ...fields } });
  const steps = (job.steps ?? []).map((step, index) => ({
    number: index + 1,
    name: step.name,
    status: 'completed',
    conclusion: step.conclusion,
    started_at: step.started,
    completed_at: step.completed,
  }));
  return [
    ...(job.heardQueued
      ? [tell('queued', job.heardQueued, { status: 'queued', conclusion: null, started_at: created ?? job.heardQueued })]
      : []),
    ...(job.heardRunning
      ? [tell('in_progress', job.heardRunning, { status: 'in_progress', conclusion: null, started_at: job.started })]
      : []),
    ...(job.completed
      ? [
          tell('completed', job.completed, {
            status: 'completed',
            conclusion: job.conclusion,
            started_at: job.started,
            completed_at: job.completed,
            steps,
          }),
        ]
      : []),
  ];
}

/** A deployment's states, each with GitHub's time. */
export function deploymentArrivals(
  repository: Repository,
  deployment: {
    id: number;
    sha: string;
    environment?: string;
    created: string;
    states: { id: number; state: string; at: string }[];
  },
): Arrival[] {
  const { id, sha, created, environment = 'production' } = deployment;
  return deployment.states.map((state) =>
    arrival(repository, 'deployment_status', 'created', state.at, {
      deployment: { id, sha, ref: 'main', environment, task: 'deploy', creator: { login: 'mona' }, created_at: created },
      deployment_status: { id: state.id, state: state.state, updated_at: state.at },
    }),
  );
}

export function arrival(
  repository: Repository,
  event: Arrival['event'],
  action: string,
  at: string,
  fields: Record<string, unknown>,
): Arrival {
  const { id, owner, name } = repository;
  return { event, action, receivedAt: at, payload: { repository: { id, name, owner: { login: owner } }, ...fields } };
}
