import { rerunAll, rerunFailed, rerunJob } from '../actions/reruns.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { jobPayload, runPayload, workflowPayload } from '../payloads/actions.ts';
import type { Job, Repository, Run, RunAttempt } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';

const READ = [{ actions: 'read' }] as const;
const WRITE = [{ actions: 'write' }] as const;

export function findRun(repository: Repository, id: string): Run {
  const run = repository.runs.get(idParameter(id));
  if (!run) throw notFound();
  return run;
}

function findAttempt(run: Run, number: string): RunAttempt {
  const attempt = run.attempts.find((one) => one.number === idParameter(number));
  if (!attempt) throw notFound();
  return attempt;
}

export function findJob(repository: Repository, id: string): { run: Run; job: Job } {
  const wanted = idParameter(id);
  for (const run of repository.runs.values()) {
    const job = run.attempts.flatMap((attempt) => attempt.jobs).find((one) => one.id === wanted);
    if (job) return { run, job };
  }
  throw notFound();
}

/** The list's filters. Source: https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository */
function matches(run: Run, query: URLSearchParams): boolean {
  const attempt = latestAttempt(run);
  const tests: Record<string, (wanted: string) => boolean> = {
    branch: (wanted) => run.headBranch === wanted,
    event: (wanted) => run.event.name === wanted,
    head_sha: (wanted) => run.headSha === wanted,
    actor: (wanted) => run.actor.login === wanted,
    check_suite_id: (wanted) => String(run.suite.id) === wanted,
    status: (wanted) => attempt.status === wanted || attempt.conclusion === wanted,
    created: (wanted) => isCreatedWithin(run, wanted),
  };
  return Object.entries(tests).every(([name, test]) => {
    const wanted = query.get(name);
    return wanted === null || test(wanted);
  });
}

/** `>=2026-01-01`, `2026-01-01..2026-02-01` and the like. Source: https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax */
function isCreatedWithin(run: Run, range: string): boolean {
  const at = run.createdAt.getTime();
  const time = (text: string) => new Date(text).getTime();
  const [from, to] = range.split('..');
  if (from && to) return (from === '*' || at >= time(from)) && (to === '*' || at <= time(to));
  if (range.startsWith('>=')) return at >= time(range.slice(2));
  if (range.startsWith('<=')) return at <= time(range.slice(2));
  if (range.startsWith('>')) return at > time(range.slice(1));
  if (range.startsWith('<')) return at < time(range.slice(1));
  return run.createdAt.toISOString().startsWith(range);
}

function newestFirst(runs: Iterable<Run>): Run[] {
  return [...runs].sort((a, b) => b.id - a.id);
}

const workflowRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/actions/workflows', {
    access: READ,
    source: 'actions/workflows#list-repository-workflows',
    handle: (call) => {
      const { platform, repository } = call;
      const all = [...repository.workflows.values()];
      const page = paginate(call, all);
      const workflows = page.items.map((one) => workflowPayload(platform, repository, one));
      return { status: 200, body: { total_count: all.length, workflows }, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/workflows/{workflow_id}', {
    access: READ,
    source: 'actions/workflows#get-a-workflow',
    handle: ({ platform, repository, params }) => {
      const wanted = params.workflow_id;
      const workflow = [...repository.workflows.values()].find(
        (one) => String(one.id) === wanted || one.path.endsWith(`/${wanted}`),
      );
      if (!workflow) throw notFound();
      return { status: 200, body: workflowPayload(platform, repository, workflow) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
    access: READ,
    source: 'actions/workflow-runs#list-workflow-runs-for-a-workflow',
    handle: async (call) => {
      const { platform, repository, params, query } = call;
      const wanted = params.workflow_id;
      const runs = newestFirst(repository.runs.values()).filter(
        (run) => (String(run.record.id) === wanted || run.record.path.endsWith(`/${wanted}`)) && matches(run, query),
      );
      const page = paginate(call, runs);
      const workflow_runs = await Promise.all(page.items.map((run) => runPayload(platform, repository, run)));
      return { status: 200, body: { total_count: runs.length, workflow_runs }, headers: page.headers };
    },
  }),
];

const runRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/actions/runs', {
    access: READ,
    source: 'actions/workflow-runs#list-workflow-runs-for-a-repository',
    handle: async (call) => {
      const { platform, repository, query } = call;
      const runs = newestFirst(repository.runs.values()).filter((run) => matches(run, query));
      const page = paginate(call, runs);
      const workflow_runs = await Promise.all(page.items.map((run) => runPayload(platform, repository, run)));
      return { status: 200, body: { total_count: runs.length, workflow_runs }, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}', {
    access: READ,
    source: 'actions/workflow-runs#get-a-workflow-run',
    handle: async ({ platform, repository, params }) => ({
      status: 200,
      body: await runPayload(platform, repository, findRun(repository, params.run_id)),
    }),
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}', {
    access: READ,
    source: 'actions/workflow-runs#get-a-workflow-run-attempt',
    handle: async ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      return { status: 200, body: await runPayload(platform, repository, run, findAttempt(run, params.attempt_number)) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
    access: READ,
    source: 'actions/workflow-jobs#list-jobs-for-a-workflow-run',
    handle: (call) => {
      const { platform, repository, params, query } = call;
      const run = findRun(repository, params.run_id);
      const attempts = query.get('filter') === 'all' ? run.attempts : [latestAttempt(run)];
      const jobs = attempts.flatMap((attempt) => attempt.jobs);
      const page = paginate(call, jobs);
      const body = { total_count: jobs.length, jobs: page.items.map((job) => jobPayload(platform, repository, run, job)) };
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs', {
    access: READ,
    source: 'actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt',
    handle: (call) => {
      const { platform, repository, params } = call;
      const run = findRun(repository, params.run_id);
      const { jobs } = findAttempt(run, params.attempt_number);
      const page = paginate(call, jobs);
      const body = { total_count: jobs.length, jobs: page.items.map((job) => jobPayload(platform, repository, run, job)) };
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/actions/jobs/{job_id}', {
    access: READ,
    source: 'actions/workflow-jobs#get-a-job-for-a-workflow-run',
    handle: ({ platform, repository, params }) => {
      const { run, job } = findJob(repository, params.job_id);
      return { status: 200, body: jobPayload(platform, repository, run, job) };
    },
  }),
];

const orderRoutes: Endpoint[] = [
  endpoint('post', '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
    access: WRITE,
    source: 'actions/workflow-runs#re-run-a-workflow',
    content: false,
    handle: async ({ platform, repository, params, actor }) => {
      await rerunAll(platform, repository, findRun(repository, params.run_id), actor());
      return { status: 201, body: {} };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', {
    access: WRITE,
    source: 'actions/workflow-runs#re-run-failed-jobs-from-a-workflow-run',
    content: false,
    handle: async ({ platform, repository, params, actor }) => {
      await rerunFailed(platform, repository, findRun(repository, params.run_id), actor());
      return { status: 201, body: {} };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/actions/jobs/{job_id}/rerun', {
    access: WRITE,
    source: 'actions/workflow-runs#re-run-a-job-from-a-workflow-run',
    content: false,
    handle: async ({ platform, repository, params, actor }) => {
      const { run, job } = findJob(repository, params.job_id);
      await rerunJob(platform, repository, run, job, actor());
      return { status: 201, body: {} };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/actions/runs/{run_id}/cancel', {
    access: WRITE,
    source: 'actions/workflow-runs#cancel-a-workflow-run',
    content: false,
    handle: ({ repository, params }) => {
      const run = findRun(repository, params.run_id);
      if (latestAttempt(run).status === 'completed') throw new Refusal(409, 'Cannot cancel a workflow run that is completed.');
      run.abort.abort();
      return { status: 202, body: {} };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/actions/runs/{run_id}/approve', {
    access: WRITE,
    source: 'actions/workflow-runs#approve-a-workflow-run-for-a-fork-pull-request',
    content: false,
    handle: async ({ platform, repository, params }) => {
      const run = findRun(repository, params.run_id);
      if (latestAttempt(run).conclusion !== 'action_required') throw new Refusal(403, 'This run is not waiting for approval');
      await platform.actions.approve(platform, repository, run);
      return { status: 201, body: {} };
    },
  }),
];

export const actionRoutes: Endpoint[] = [...workflowRoutes, ...runRoutes, ...orderRoutes];
