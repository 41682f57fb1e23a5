import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notAccessible, notFound, Refusal, unprocessable } from '../http/refusal.ts';
import { causeOf } from '../operations/cause.ts';
import { addCheckRun, appSuite, checkRunChanged } from '../operations/checks.ts';
import { annotationPayload, checkRunPayload, checkSuitePayload } from '../payloads/check.ts';
import type { Annotation, CheckConclusion, CheckRun, CheckStatus, CheckSuite, Repository } from '../state/model.ts';
import { tellCheckRun, tellSuite } from '../webhooks/checks.ts';

const READ = [{ checks: 'read' }] as const;
const WRITE = [{ checks: 'write' }] as const;

/** Limits of a request. Source: https://docs.github.com/en/rest/checks/runs#create-a-check-run */
const MAX_ANNOTATIONS = 50;
const MAX_ACTIONS = 3;
const MAX_TEXT = 65_535;
const MAX_LABEL = 20;
const MAX_ACTION_DESCRIPTION = 40;
const MAX_IDENTIFIER = 20;
const MAX_ANNOTATION_MESSAGE_BYTES = 64 * 1024;
const MAX_ANNOTATION_TITLE = 255;

const annotation = z
  .object({
    path: z.string().min(1),
    start_line: z.int().min(0),
    end_line: z.int().min(0),
    start_column: z.int().optional(),
    end_column: z.int().optional(),
    annotation_level: z.enum(['notice', 'warning', 'failure']),
    message: z
      .string()
      .min(1)
      .refine((text) => Buffer.byteLength(text) <= MAX_ANNOTATION_MESSAGE_BYTES, 'is longer than 64 KB'),
    title: z.string().max(MAX_ANNOTATION_TITLE).optional(),
    raw_details: z
      .string()
      .refine((text) => Buffer.byteLength(text) <= MAX_ANNOTATION_MESSAGE_BYTES, 'is longer than 64 KB')
      .optional(),
  })
  .refine((one) => one.end_line >= one.start_line, 'end_line is before start_line')
  // Source: same page: "Annotations only support start_column and end_column on the same line"
  .refine(
    (one) => one.start_line === one.end_line || (one.start_column === undefined && one.end_column === undefined),
    'columns need one line',
  );

const output = z.object({
  title: z.string().min(1),
  summary: z.string().max(MAX_TEXT),
  text: z.string().max(MAX_TEXT).optional(),
  annotations: z.array(annotation).max(MAX_ANNOTATIONS).optional(),
});

const action = z.object({
  label: z.string().min(1).max(MAX_LABEL),
  description: z.string().min(1).max(MAX_ACTION_DESCRIPTION),
  identifier: z.string().min(1).max(MAX_IDENTIFIER),
});

const conclusion = z.enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out']);

const fields = {
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  conclusion: conclusion.optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
  actions: z.array(action).max(MAX_ACTIONS).optional(),
};

/** Source: same page: "Providing conclusion will automatically set the status parameter to completed"; required with it. */
function statusOf(body: { status?: CheckStatus | undefined; conclusion?: CheckConclusion | undefined }): CheckStatus | undefined {
  if (body.status === 'completed' && !body.conclusion) throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  return body.conclusion ? 'completed' : body.status;
}

function readAnnotation(given: z.infer<typeof annotation>): Annotation {
  return {
    path: given.path,
    startLine: given.start_line,
    endLine: given.end_line,
    startColumn: given.start_column ?? null,
    endColumn: given.end_column ?? null,
    level: given.annotation_level,
    message: given.message,
    title: given.title ?? null,
    rawDetails: given.raw_details ?? null,
  };
}

/** Only apps write checks. Source: same page: "GitHub Apps … OAuth apps and authenticated users can view … but not create". */
function requireApp(caller: Caller): void {
  if (caller.kind === 'person') throw new Refusal(403, 'You must authenticate via a GitHub App.');
}

function findRun(repository: Repository, id: string): CheckRun {
  const run = repository.checkRuns.get(idParameter(id));
  if (!run) throw notFound();
  return run;
}

function findSuite(repository: Repository, id: string): CheckSuite {
  const suite = repository.checkSuites.get(idParameter(id));
  if (!suite) throw notFound();
  return suite;
}

/** The newest of each name, unless all are wanted. Source: https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference */
function listed(runs: CheckRun[], query: URLSearchParams): CheckRun[] {
  const name = query.get('check_name');
  const status = query.get('status');
  const matching = runs.filter((run) => (name === null || run.name === name) && (status === null || run.status === status));
  if (query.get('filter') === 'all') return matching;
  const newest = new Map(matching.map((run): [string, CheckRun] => [`${run.suite.id}/${run.name}`, run]));
  return [...newest.values()];
}

async function headOf(repository: Repository, ref: string): Promise<string> {
  const sha = await repository.git.resolve(ref);
  if (!sha) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return sha;
}

const runRoutes: Endpoint[] = [
  endpoint('post', '/repos/{owner}/{repo}/check-runs', {
    access: WRITE,
    source: 'checks/runs#create-a-check-run',
    body: z.object({ ...fields, name: z.string().min(1), head_sha: z.string(), output: output.optional() }),
    handle: async ({ platform, repository, body, caller }) => {
      requireApp(caller);
      if (!(await repository.git.commit(body.head_sha))) throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
      const now = platform.clock.now();
      const status = statusOf(body) ?? 'queued';
      const run: CheckRun = {
        id: platform.state.ids.take('checkRun'),
        suite: appSuite(platform, repository, body.head_sha),
        name: body.name,
        headSha: body.head_sha,
        externalId: body.external_id ?? null,
        detailsUrl: body.details_url ?? null,
        status,
        conclusion: body.conclusion ?? null,
        startedAt: body.started_at ? new Date(body.started_at) : now,
        completedAt: status === 'completed' ? new Date(body.completed_at ?? now) : null,
        title: body.output?.title ?? null,
        summary: body.output?.summary ?? null,
        text: body.output?.text ?? null,
        annotations: (body.output?.annotations ?? []).map(readAnnotation),
        actions: body.actions ?? [],
      };
      await addCheckRun(platform, repository, run, causeOf(caller).actor);
      return { status: 201, body: checkRunPayload(platform, repository, run) };
    },
  }),
  endpoint('patch', '/repos/{owner}/{repo}/check-runs/{check_run_id}', {
    access: WRITE,
    source: 'checks/runs#update-a-check-run',
    body: z.object({ ...fields, name: z.string().min(1).optional(), output: output.partial({ title: true }).optional() }),
    handle: async ({ platform, repository, params, body, caller }) => {
      requireApp(caller);
      const run = findRun(repository, params.check_run_id);
      // Source: same page; only the app that made the check run may change it
      const owner = caller.kind === 'workflow' ? 'github-actions' : 'app';
      if (run.suite.owner !== owner) throw notAccessible('checks=write');
      const wasCompleted = run.status === 'completed';
      run.status = statusOf(body) ?? run.status;
      run.conclusion = run.status === 'completed' ? (body.conclusion ?? run.conclusion) : null;
      run.completedAt =
        run.status === 'completed' ? new Date(body.completed_at ?? run.completedAt ?? platform.clock.now()) : null;
      if (body.started_at) run.startedAt = new Date(body.started_at);
      run.name = body.name ?? run.name;
      run.externalId = body.external_id ?? run.externalId;
      run.detailsUrl = body.details_url ?? run.detailsUrl;
      run.title = body.output?.title ?? run.title;
      run.summary = body.output?.summary ?? run.summary;
      run.text = body.output?.text ?? run.text;
      // Source: same page: annotations of an update are added to those that are there
      run.annotations.push(...(body.output?.annotations ?? []).map(readAnnotation));
      run.actions = body.actions ?? run.actions;
      await checkRunChanged(platform, repository, run, causeOf(caller).actor, !wasCompleted && run.status === 'completed');
      return { status: 200, body: checkRunPayload(platform, repository, run) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/check-runs/{check_run_id}', {
    access: READ,
    source: 'checks/runs#get-a-check-run',
    handle: ({ platform, repository, params }) => ({
      status: 200,
      body: checkRunPayload(platform, repository, findRun(repository, params.check_run_id)),
    }),
  }),
  endpoint('get', '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
    access: READ,
    source: 'checks/runs#list-check-run-annotations',
    handle: (call) => {
      const { platform, repository, params } = call;
      const run = findRun(repository, params.check_run_id);
      const page = paginate(call, run.annotations);
      const body = page.items.map((one) => annotationPayload(platform, repository, run.headSha, one));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', {
    access: WRITE,
    source: 'checks/runs#rerequest-a-check-run',
    content: false,
    handle: async ({ platform, repository, params, actor }) => {
      const run = findRun(repository, params.check_run_id);
      if (run.suite.owner === 'app') await tellCheckRun(platform, repository, run, 'rerequested', actor());
      return { status: 201, body: {} };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{ref}/check-runs', {
    access: READ,
    source: 'checks/runs#list-check-runs-for-a-git-reference',
    handle: async (call) => {
      const { platform, repository, params, query } = call;
      const sha = await headOf(repository, params.ref);
      const appId = query.get('app_id');
      const all = [...repository.checkRuns.values()].filter((run) => run.headSha === sha);
      const owned = all.filter((run) => appId === null || String(checkRunPayload(platform, repository, run).app.id) === appId);
      const runs = listed(owned, query);
      const page = paginate(call, runs);
      return {
        status: 200,
        headers: page.headers,
        body: { total_count: runs.length, check_runs: page.items.map((run) => checkRunPayload(platform, repository, run)) },
      };
    },
  }),
];

const suiteRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/check-suites/{check_suite_id}', {
    access: READ,
    source: 'checks/suites#get-a-check-suite',
    handle: async ({ platform, repository, params }) => ({
      status: 200,
      body: await checkSuitePayload(platform, repository, findSuite(repository, params.check_suite_id)),
    }),
  }),
  endpoint('get', '/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs', {
    access: READ,
    source: 'checks/runs#list-check-runs-in-a-check-suite',
    handle: (call) => {
      const { platform, repository, params, query } = call;
      const suite = findSuite(repository, params.check_suite_id);
      const runs = listed(
        [...repository.checkRuns.values()].filter((run) => run.suite === suite),
        query,
      );
      const page = paginate(call, runs);
      return {
        status: 200,
        headers: page.headers,
        body: { total_count: runs.length, check_runs: page.items.map((run) => checkRunPayload(platform, repository, run)) },
      };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest', {
    access: WRITE,
    source: 'checks/suites#rerequest-a-check-suite',
    content: false,
    handle: async ({ platform, repository, params, actor }) => {
      const suite = findSuite(repository, params.check_suite_id);
      if (suite.owner === 'app') await tellSuite(platform, repository, suite, 'rerequested', actor());
      return { status: 201, body: {} };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{ref}/check-suites', {
    access: READ,
    source: 'checks/suites#list-check-suites-for-a-git-reference',
    handle: async (call) => {
      const { platform, repository, params } = call;
      const sha = await headOf(repository, params.ref);
      const suites = [...repository.checkSuites.values()].filter((suite) => suite.headSha === sha);
      const page = paginate(call, suites);
      const body = await Promise.all(page.items.map((suite) => checkSuitePayload(platform, repository, suite)));
      return { status: 200, body: { total_count: suites.length, check_suites: body }, headers: page.headers };
    },
  }),
];

export const checkRoutes: Endpoint[] = [...runRoutes, ...suiteRoutes];
