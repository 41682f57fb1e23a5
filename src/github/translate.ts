import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { Job, PullRequest, Run } from './types.ts';

type RunAnswer = RestEndpointMethodTypes['actions']['getWorkflowRun']['response']['data'];
type JobAnswer = RestEndpointMethodTypes['actions']['getJobForWorkflowRun']['response']['data'];
type PullAnswer = RestEndpointMethodTypes['pulls']['get']['response']['data'];
type PullListAnswer = RestEndpointMethodTypes['pulls']['list']['response']['data'][number];

export function toRun(run: RunAnswer): Run {
  return {
    id: run.id,
    attempt: run.run_attempt ?? 1,
    workflowId: run.workflow_id,
    workflowName: run.name ?? run.path,
    // A reusable workflow's path may carry "@ref".
    workflowPath: run.path.split('@')[0] ?? run.path,
    runNumber: run.run_number,
    event: run.event,
    status: run.status ?? 'unknown',
    conclusion: run.conclusion,
    headSha: run.head_sha,
    headBranch: run.head_branch,
    headRepository: run.head_repository?.full_name ?? null,
    pullRequests: (run.pull_requests ?? []).map((pull) => pull.number),
    actor: run.actor?.login ?? null,
    url: run.html_url,
    createdAt: run.created_at,
    startedAt: run.run_started_at ?? null,
    updatedAt: run.updated_at,
  };
}

export function toJob(job: JobAnswer): Job {
  return {
    id: job.id,
    runId: job.run_id,
    runAttempt: job.run_attempt ?? 1,
    name: job.name,
    status: job.status,
    conclusion: job.conclusion,
    labels: job.labels,
    // A queued job already has `started_at`; it means nothing before the job runs.
    startedAt: job.status === 'queued' ? null : job.started_at,
    createdAt: job.created_at,
    completedAt: job.completed_at,
    steps: (job.steps ?? []).map((step) => ({
      number: step.number,
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      startedAt: step.started_at ?? null,
      completedAt: step.completed_at ?? null,
    })),
  };
}

export function toPullRequest(pull: PullAnswer | PullListAnswer): PullRequest {
  return {
    number: pull.number,
    nodeId: pull.node_id,
    state: pull.state === 'open' ? 'open' : 'closed',
    merged: pull.merged_at !== null,
    draft: pull.draft ?? false,
    author: pull.user?.login ?? 'ghost',
    title: pull.title,
    body: pull.body ?? '',
    headSha: pull.head.sha,
    headBranch: pull.head.ref,
    headRepository: pull.head.repo?.full_name ?? null,
    baseBranch: pull.base.ref,
    url: pull.html_url,
    updatedAt: pull.updated_at,
    mergedAt: pull.merged_at,
  };
}
