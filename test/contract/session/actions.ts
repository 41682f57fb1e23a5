import type { Run } from '../../../src/sandbox/state/model.ts';
import { present, refused, type Stage } from './stage.ts';

/** Workflow runs: red, read with their logs, run again, cancelled, and held back until a person approves them. */
export async function playActions(stage: Stage): Promise<void> {
  const run = await playRedRun(stage);
  await playReruns(stage, run);
  await playCancel(stage);
  await playFork(stage);
}

async function playRedRun({ sandbox, octokit, at, repository, maintainer }: Stage): Promise<Run> {
  const { actions } = octokit.rest;
  const files = { 'state.txt': 'red\n' };
  const sha = await sandbox.people.push({ repository, branch: 'red', actor: maintainer, files });
  await sandbox.idle();
  const created = '>=2020-01-01';
  const filters = { branch: 'red', event: 'push', status: 'failure' as const, head_sha: sha, actor: 'mona', created };
  const { data } = await actions.listWorkflowRunsForRepo({ ...at, ...filters });
  const found = present(data.workflow_runs[0], 'red run');
  await actions.listRepoWorkflows(at);
  await actions.getWorkflow({ ...at, workflow_id: 'ci.yml' });
  await actions.getWorkflow({ ...at, workflow_id: found.workflow_id });
  await actions.listWorkflowRuns({ ...at, workflow_id: 'ci.yml', branch: 'red', per_page: 5 });
  const target = { ...at, run_id: found.id };
  await actions.getWorkflowRun(target);
  await actions.getWorkflowRunAttempt({ ...target, attempt_number: 1 });
  const { data: jobs } = await actions.listJobsForWorkflowRun({ ...target, filter: 'latest' });
  await actions.listJobsForWorkflowRunAttempt({ ...target, attempt_number: 1 });
  const job = {
    ...at,
    job_id: present(
      jobs.jobs.find((one) => one.conclusion === 'failure'),
      'failed job',
    ).id,
  };
  await actions.getJobForWorkflowRun(job);
  await actions.downloadJobLogsForWorkflowRun(job);
  await actions.downloadWorkflowRunLogs(target);
  await actions.downloadWorkflowRunAttemptLogs({ ...target, attempt_number: 1 });
  await refused(404, actions.getWorkflowRun({ ...at, run_id: 1 }));
  return present(repository.runs.get(found.id), 'run');
}

async function playReruns({ sandbox, octokit, at, repository }: Stage, run: Run): Promise<void> {
  const { actions } = octokit.rest;
  const target = { ...at, run_id: run.id };
  await actions.reRunWorkflowFailedJobs(target);
  await refused(403, actions.reRunWorkflow(target));
  await sandbox.idle();
  await actions.reRunWorkflow(target);
  await sandbox.idle();
  const job = present(run.attempts.at(-1)?.jobs[0], 'job');
  await actions.reRunJobForWorkflowRun({ ...at, job_id: job.id });
  await sandbox.idle();
  await actions.listJobsForWorkflowRun({ ...target, filter: 'all' });
  await actions.getWorkflowRun(target);
  await refused(409, actions.cancelWorkflowRun(target));
  await octokit.rest.checks.listForRef({ ...at, ref: run.headSha, filter: 'all' });
  await octokit.rest.checks.getSuite({ ...at, check_suite_id: run.suite.id });
  const annotated = [...repository.checkRuns.values()].find((check) => check.annotations.length > 0);
  await octokit.rest.checks.listAnnotations({ ...at, check_run_id: present(annotated, 'annotated check run').id });
}

async function playCancel({ sandbox, octokit, at, repository, maintainer }: Stage): Promise<void> {
  const files = { 'slow.txt': 'slow\n' };
  await sandbox.people.push({ repository, branch: 'slow', actor: maintainer, files, message: 'Wait' });
  const isWaiting = (run: Run) => run.record.name === 'Slow' && run.attempts.at(-1)?.jobs[0]?.state.status === 'in_progress';
  const run = await sandbox.waitFor(() => [...repository.runs.values()].find(isWaiting), { what: 'the slow run' });
  const target = { ...at, run_id: run.id };
  // What is under way has other values than what has ended: no conclusion, no end, steps that are still to come.
  await octokit.rest.actions.getWorkflowRun(target);
  await octokit.rest.actions.listJobsForWorkflowRun(target);
  await octokit.rest.checks.listForRef({ ...at, ref: run.headSha });
  await refused(404, octokit.rest.actions.downloadWorkflowRunLogs(target));
  await octokit.rest.actions.cancelWorkflowRun(target);
  await sandbox.idle();
  await octokit.rest.actions.getWorkflowRun(target);
  await octokit.rest.actions.listJobsForWorkflowRun(target);
}

async function playFork({ sandbox, octokit, at, repository, contributor }: Stage): Promise<void> {
  const { people } = sandbox;
  const fork = await people.createFork(repository, contributor);
  await people.push({ repository: fork, branch: 'idea', actor: contributor, files: { 'state.txt': 'red\n' } });
  const pull = await people.openPullRequest({ repository, actor: contributor, head: 'newcomer:idea' });
  await sandbox.idle();
  const waiting = [...repository.runs.values()].find((run) => run.attempts.at(-1)?.conclusion === 'action_required');
  const target = { ...at, run_id: present(waiting, 'run that waits for approval').id };
  await octokit.rest.actions.getWorkflowRun(target);
  await octokit.rest.actions.approveWorkflowRun(target);
  await sandbox.idle();
  await octokit.rest.actions.getWorkflowRun(target);
  await refused(403, octokit.rest.actions.approveWorkflowRun(target));
  await octokit.rest.pulls.get({ ...at, pull_number: pull.issue.number });
  await octokit.rest.repos.get({ owner: 'newcomer', repo: repository.name });
  await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...newcomer:idea' });
}
