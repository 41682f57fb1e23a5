import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter } from '../http/pages.ts';
import { notFound } from '../http/refusal.ts';
import { zip } from '../http/zip.ts';
import type { Job, Run, RunAttempt } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';
import { findJob, findRun } from './actions.ts';

/** Runs and jobs that have not ended have no log yet (404). */
function logOf(job: Job): Buffer {
  if (job.state.status !== 'completed' || !job.state.log) throw notFound();
  return job.state.log;
}

/** A run's archive holds `<n>_<job>.txt` for each job, with names made safe. */
function archive(run: Run, attempt: RunAttempt): Buffer {
  if (attempt.status !== 'completed') throw notFound();
  const jobs = attempt.jobs.filter((job) => job.state.log !== null);
  if (jobs.length === 0) throw notFound();
  const files = jobs.map((job, index) => ({
    name: `${index}_${job.state.name.replace(/[/\\:<>"|?*]/g, '')}.txt`,
    content: logOf(job),
  }));
  return zip(files, run.createdAt);
}

export const logRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-jobs#download-job-logs-for-a-workflow-run',
    handle: ({ platform, repository, params }) => {
      const log = logOf(findJob(repository, params.job_id).job);
      return { status: 302, headers: { location: platform.storage.addressOf(log, 'text/plain; charset=utf-8') } };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-runs#download-workflow-run-logs',
    handle: ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      return {
        status: 302,
        headers: { location: platform.storage.addressOf(archive(run, latestAttempt(run)), 'application/zip') },
      };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-runs#download-workflow-run-attempt-logs',
    handle: ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      const attempt = run.attempts.find((one) => one.number === idParameter(params.attempt_number));
      if (!attempt) throw notFound();
      return { status: 302, headers: { location: platform.storage.addressOf(archive(run, attempt), 'application/zip') } };
    },
  }),
];
