import { randomBytes } from 'node:crypto';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { idParameter } from '../http/pages.ts';
import { notFound } from '../http/refusal.ts';
import { zip } from '../http/zip.ts';
import type { Platform } from '../platform.ts';
import type { Job, Run, RunAttempt } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';
import { findJob, findRun } from './actions.ts';

/** Source: https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run: "This link expires after 1 minute" */
const ADDRESS_LIFETIME_MS = 60_000;

/** An address at which the content can be had without credentials, for one minute. */
function addressOf(platform: Platform, content: Buffer, contentType: string): string {
  const secret = randomBytes(24).toString('base64url');
  const expiresAt = new Date(platform.clock.now().getTime() + ADDRESS_LIFETIME_MS);
  platform.logAddresses.set(secret, { content, contentType, expiresAt });
  return `${platform.urls.api}/_results/${secret}`;
}

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

const RESULTS_SOURCE = 'https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run';

/** The storage behind the addresses: no credentials, no part of the API's description, expired like a signed blob address. */
const results: Endpoint = {
  method: 'get',
  path: '/_results/{secret}',
  access: 'anybody',
  source: RESULTS_SOURCE,
  content: false,
  body: undefined,
  handle: ({ platform, params }) => {
    const address = platform.logAddresses.get(params['secret'] ?? '');
    if (!address || address.expiresAt <= platform.clock.now()) {
      const text = '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code></Error>';
      return new RawAnswer('application/xml', text, 403);
    }
    return new RawAnswer(address.contentType, address.content);
  },
};

export const logRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-jobs#download-job-logs-for-a-workflow-run',
    handle: ({ platform, repository, params }) => {
      const log = logOf(findJob(repository, params.job_id).job);
      return { status: 302, headers: { location: addressOf(platform, log, 'text/plain; charset=utf-8') } };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-runs#download-workflow-run-logs',
    handle: ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      return { status: 302, headers: { location: addressOf(platform, archive(run, latestAttempt(run)), 'application/zip') } };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs', {
    access: [{ actions: 'read' }],
    source: 'actions/workflow-runs#download-workflow-run-attempt-logs',
    handle: ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      const attempt = run.attempts.find((one) => one.number === idParameter(params.attempt_number));
      if (!attempt) throw notFound();
      return { status: 302, headers: { location: addressOf(platform, archive(run, attempt), 'application/zip') } };
    },
  }),
  results,
];
