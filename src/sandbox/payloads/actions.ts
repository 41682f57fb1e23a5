import { iso, isoOrNull } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Job, Repository, Run, RunAttempt, WorkflowRecord } from '../state/model.ts';
import { isFork, latestAttempt } from '../state/state.ts';
import { simpleCommit } from './commit.ts';
import { minimalPull } from './pull-request.ts';
import { minimalRepository } from './repository.ts';
import type { Rest } from './schemas.ts';
import { userPayload } from './user.ts';

export function workflowPayload({ urls }: Platform, repository: Repository, workflow: WorkflowRecord): Rest['workflow'] {
  const page = urls.repositoryPage(repository);
  return {
    id: workflow.id,
    node_id: nodeId('W', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: iso(workflow.createdAt),
    updated_at: iso(workflow.updatedAt),
    url: `${urls.repository(repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** A run as of one attempt; the newest one when none is named. */
export async function runPayload(platform: Platform, repository: Repository, run: Run, attempt: RunAttempt = latestAttempt(run)) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/actions/runs/${run.id}`;
  const commit = await run.headRepository.git.commit(run.headSha);
  if (!commit) throw new Error(`run ${run.id} names a commit that is not there`);
  return {
    id: run.id,
    name: run.record.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.record.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event.name,
    status: attempt.status,
    conclusion: attempt.conclusion,
    workflow_id: run.record.id,
    check_suite_id: run.suite.id,
    check_suite_node_id: nodeId('CS', run.suite.id),
    url,
    html_url: `${urls.repositoryPage(repository)}/actions/runs/${run.id}`,
    pull_requests: runPulls(repository, run).map((pull) => minimalPull(platform, repository, pull)),
    created_at: iso(run.createdAt),
    updated_at: iso(attempt.updatedAt),
    actor: userPayload(urls, run.actor),
    run_attempt: attempt.number,
    referenced_workflows: [],
    run_started_at: iso(attempt.startedAt),
    triggering_actor: userPayload(urls, attempt.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${urls.repository(repository)}/check-suites/${run.suite.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt.number > 1 ? `${url}/attempts/${attempt.number - 1}` : null,
    workflow_url: `${urls.repository(repository)}/actions/workflows/${run.record.id}`,
    head_commit: simpleCommit(commit),
    repository: minimalRepository(urls, repository),
    head_repository: minimalRepository(urls, run.headRepository),
  } satisfies Rest['workflow-run'];
}

/** Pull requests that the run belongs to: open ones from the repository itself with that head branch. */
function runPulls(repository: Repository, run: Run) {
  if (run.headRepository !== repository) return [];
  return [...repository.pulls.values()].filter(
    (pull) => !isFork(pull, repository) && pull.issue.state === 'open' && pull.head.ref === run.headBranch,
  );
}

export function jobPayload({ urls }: Platform, repository: Repository, run: Run, job: Job) {
  const { state } = job;
  const url = `${urls.repository(repository)}/actions/jobs/${job.id}`;
  const runUrl = `${urls.repository(repository)}/actions/runs/${run.id}`;
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.record.name,
    head_branch: run.headBranch,
    run_url: runUrl,
    run_attempt: job.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: run.headSha,
    url,
    html_url: `${urls.repositoryPage(repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: state.status,
    conclusion: jobConclusion(state.conclusion),
    created_at: iso(state.createdAt),
    // A queued job already has a `started_at`: the time of its creation.
    started_at: iso(state.startedAt ?? state.createdAt),
    completed_at: isoOrNull(state.completedAt),
    name: state.name,
    steps: state.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: stepConclusion(step.conclusion),
      number: step.number,
      started_at: isoOrNull(step.startedAt),
      completed_at: isoOrNull(step.completedAt),
    })),
    check_run_url: `${urls.repository(repository)}/check-runs/${job.checkRun.id}`,
    labels: state.labels,
    runner_id: job.runnerId,
    runner_name: job.runnerId === null ? null : `GitHub Actions ${job.runnerId}`,
    runner_group_id: job.runnerId === null ? null : 0,
    runner_group_name: job.runnerId === null ? null : 'GitHub Actions',
  } satisfies Rest['job'];
}

export function jobConclusion(conclusion: Job['state']['conclusion']) {
  return conclusion === 'startup_failure' ? 'failure' : conclusion;
}

/** A step knows fewer ends than a job. */
function stepConclusion(conclusion: Job['state']['conclusion']): 'success' | 'failure' | 'skipped' | 'cancelled' | null {
  return conclusion === 'timed_out' || conclusion === 'startup_failure' ? 'failure' : conclusion;
}
