import path from 'node:path';
import type { RunRequest } from '../contract.ts';
import { eventPath, type JobPlan, type JobSession } from '../job/session.ts';
import type { Scope } from './expression.ts';
import { hashFiles } from './hash-files.ts';

const SERVER_URL = 'https://github.com';

/** The `github` context. Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context */
export function githubContext(request: RunRequest): Record<string, unknown> {
  const { event, repository, workflow, apiUrl = 'https://api.github.com' } = request;
  const fullName = `${repository.owner}/${repository.name}`;
  const isPullRequest = event.name === 'pull_request';
  return {
    actor: request.actor,
    triggering_actor: request.actor,
    api_url: apiUrl,
    base_ref: isPullRequest ? (event.baseBranch ?? '') : '',
    event: event.payload,
    event_name: event.name,
    graphql_url: `${apiUrl}/graphql`,
    head_ref: isPullRequest ? request.headBranch : '',
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: fullName,
    repository_owner: repository.owner,
    repositoryUrl: `git://github.com/${fullName}.git`,
    run_id: String(request.runId),
    run_number: String(request.runNumber),
    run_attempt: String(request.runAttempt),
    secret_source: 'Actions',
    server_url: SERVER_URL,
    sha: request.checkoutSha,
    token: request.secrets['GITHUB_TOKEN'] ?? '',
    workflow: workflow.name,
    workflow_ref: `${fullName}/${workflow.path}@${event.ref}`,
    workflow_sha: request.checkoutSha,
  };
}

/** The `inputs` context of a run that was started by hand: what was given, over the defaults of the file. */
export function inputsContext(request: RunRequest, on: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (request.event.name !== 'workflow_dispatch') return {};
  const declared = field(on['workflow_dispatch'], 'inputs');
  const defaults = Object.entries(isRecord(declared) ? declared : {}).map(([name, input]) => [
    name,
    field(input, 'default') ?? '',
  ]);
  const given = field(request.event.payload, 'inputs');
  return { ...Object.fromEntries(defaults), ...(isRecord(given) ? given : {}) };
}

/** What the keys of a job see that are evaluated before it runs. */
export function planContexts(request: RunRequest, plan: Pick<JobPlan, 'needs' | 'workflow'>): Record<string, unknown> {
  return {
    github: githubContext(request),
    inputs: inputsContext(request, plan.workflow.on),
    needs: plan.needs,
    secrets: request.secrets,
    vars: request.variables ?? {},
  };
}

/** What the steps of a running job see. `status` is looked at when a status function is called. */
export function stepScope(session: JobSession, env: ReadonlyMap<string, string>, status = session.status): Scope {
  const { plan, request, directories } = session;
  return {
    contexts: {
      ...planContexts(request, plan),
      github: {
        ...githubContext(request),
        job: plan.key,
        workspace: directories.workspace,
        event_path: eventPath(directories),
        action: '__run',
      },
      env: Object.fromEntries(env),
      job: { status: session.status },
      matrix: plan.combination,
      strategy: plan.strategy,
      steps: Object.fromEntries(session.steps),
      runner: runnerContext(session),
    },
    functions: {
      always: () => true,
      success: () => status === 'success',
      failure: () => status === 'failure',
      cancelled: () => status === 'cancelled',
      hashFiles: (...patterns) => hashFiles(directories.workspace, patterns),
    },
  };
}

function runnerContext({ directories }: JobSession): Record<string, string> {
  return {
    name: 'GitHub Actions 1',
    os: 'Linux',
    arch: runnerArchitecture(),
    environment: 'github-hosted',
    temp: directories.temp,
    tool_cache: directories.toolCache,
    workspace: path.dirname(directories.workspace),
  };
}

export function runnerArchitecture(): 'ARM64' | 'X64' {
  return process.arch === 'arm64' ? 'ARM64' : 'X64';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
