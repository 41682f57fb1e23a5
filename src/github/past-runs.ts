import { type At, ownerAndRepo } from './client.ts';
import { isLimit, statusOf } from './errors.ts';
import { toJob, toRun } from './translate.ts';
import type { Job, Run } from './types.ts';

/** What is left of the hour's requests, by the last answer; null where GitHub doesn't say (limits switched off). */
export interface Allowance {
  limit: number;
  remaining: number;
}

export interface PastRuns {
  runs: Run[];
  /** All that were created then; GitHub hands out the first 1,000 of them. */
  total: number;
  allowance: Allowance | null;
}

/** The most that a list with a filter gives: https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository */
export const MOST_LISTED = 1_000;

/** A page of 100 of the runs that were created in that time, both ends included, newest first; each by its latest attempt. */
export async function readRunsCreated(at: At, { from, to }: { from: Date; to: Date }, page: number): Promise<PastRuns> {
  const answer = await at.client.rest.actions.listWorkflowRunsForRepo({
    ...ownerAndRepo(at),
    created: `${toSeconds(from)}..${toSeconds(to)}`,
    per_page: 100,
    page,
  });
  const { workflow_runs: runs, total_count: total } = answer.data;
  return { runs: runs.map(toRun), total, allowance: allowanceOf(answer.headers) };
}

/** The jobs of all attempts of a run. */
export async function readJobsOfAllAttempts(at: At, runId: number): Promise<{ jobs: Job[]; allowance: Allowance | null }> {
  const jobs: Job[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await at.client.rest.actions.listJobsForWorkflowRun({
      ...ownerAndRepo(at),
      run_id: runId,
      filter: 'all',
      per_page: 100,
      page,
    });
    jobs.push(...answer.data.jobs.map(toJob));
    if (answer.data.jobs.length < 100 || jobs.length >= answer.data.total_count) {
      return { jobs, allowance: allowanceOf(answer.headers) };
    }
  }
}

/** Whether GitHub says that there is nothing for us: gone, never installed, or without the right. */
export function isRefusal(error: unknown): boolean {
  return !isLimit(error) && [401, 403, 404, 410, 451].includes(statusOf(error) ?? 0);
}

/** Whether GitHub can't answer now and may in a minute: a limit that is reached, or a fault of its own. */
export function isPassing(error: unknown): boolean {
  return isLimit(error) || (statusOf(error) ?? 0) >= 500;
}

function toSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

function allowanceOf(headers: Record<string, unknown>): Allowance | null {
  const limit = Number(headers['x-ratelimit-limit'] ?? Number.NaN);
  const remaining = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
  return Number.isFinite(limit) && Number.isFinite(remaining) ? { limit, remaining } : null;
}
