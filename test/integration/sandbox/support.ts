import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { ProbotOctokit } from 'probot';
import { onTestFinished } from 'vitest';
import type { JobState, RunRequest, WorkflowRunner } from '../../../src/sandbox/runner/contract.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Installation, Permissions, Repository } from '../../../src/sandbox/state/model.ts';

/** A clock that a test moves. */
export class ManualClock {
  private time: number;

  constructor(start = new Date('2026-11-20T10:00:00Z')) {
    this.time = start.getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** What a double of the runner does: ends each run as it is told, without running anything. */
export interface ScriptedRunner extends WorkflowRunner {
  requests: RunRequest[];
  /** How the next runs end; the last one goes on for all later ones. */
  conclusions: ('success' | 'failure')[];
  /** Set to hold runs until it resolves. */
  gate: Promise<void>;
  /** Resolves when so many runs have been handed to it. */
  started(count: number): Promise<void>;
}

export function scriptedRunner(): ScriptedRunner {
  let told = () => {};
  const runner: ScriptedRunner = {
    requests: [],
    started: (count) =>
      new Promise((resolve) => {
        told = () => {
          if (runner.requests.length >= count) resolve();
        };
        told();
      }),
    conclusions: ['failure'],
    gate: Promise.resolve(),
    readWorkflow: (path, content) =>
      content.includes('broken')
        ? { path, message: 'not a workflow', line: 1 }
        : { path, name: 'CI', events: ['push', 'pull_request'], jobs: { build: {}, test: {} } },
    isTriggeredBy: (workflow, event) =>
      workflow.events.includes(event.name) &&
      (event.action === undefined || ['opened', 'synchronize', 'reopened'].includes(event.action)),
    async run(request, hooks) {
      runner.requests.push(request);
      told();
      const conclusion = runner.conclusions.length > 1 ? runner.conclusions.shift() : runner.conclusions[0];
      await Promise.race([runner.gate, aborted(request.signal)]);
      if (request.signal.aborted) return { conclusion: 'cancelled', jobs: [] };
      const jobs: JobState[] = [];
      for (const name of ['build', 'test'].filter((one) => request.onlyJobs?.includes(one) ?? true)) {
        const ended = name === 'test' ? (conclusion ?? 'failure') : 'success';
        const job = newJob(name);
        await hooks.jobChanged(job);
        Object.assign(job, { status: 'in_progress', startedAt: new Date() });
        await hooks.jobChanged(job);
        const log = Buffer.from(`${name} of attempt ${request.runAttempt}: ${ended}\n`);
        Object.assign(job, { status: 'completed', conclusion: ended, completedAt: new Date(), log });
        await hooks.jobChanged(job);
        jobs.push(job);
      }
      return {
        conclusion: conclusion ?? 'failure',
        jobs: [...(request.previousJobs ?? []).filter((job) => !request.onlyJobs?.includes(job.name)), ...jobs],
      };
    },
  };
  return runner;
}

function aborted(signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', resolve));
}

function newJob(name: string): JobState {
  return {
    key: name,
    name,
    status: 'queued',
    conclusion: null,
    labels: ['ubuntu-latest'],
    createdAt: new Date(),
    startedAt: null,
    completedAt: null,
    steps: [],
    log: null,
  };
}

export interface ReceivedHook {
  event: string;
  action: string | undefined;
  headers: IncomingHttpHeaders;
  raw: string;
  body: Record<string, unknown>;
}

/** A receiver of webhooks that answers at once with the status it is given. */
export async function hookReceiver() {
  const hooks: ReceivedHook[] = [];
  const receiver = { hooks, status: 202, url: '' };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const body: Record<string, unknown> = JSON.parse(raw);
    const { action } = body;
    hooks.push({
      event: String(request.headers['x-github-event']),
      action: typeof action === 'string' ? action : undefined,
      headers: request.headers,
      raw,
      body,
    });
    response.writeHead(receiver.status).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  onTestFinished(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
  return receiver;
}

export const WORKFLOW = 'on: [push, pull_request]\njobs: {build: {}, test: {}}\n';

export interface Scene {
  sandbox: Sandbox;
  runner: ScriptedRunner;
  clock: ManualClock;
  owner: Account;
  repository: Repository;
  installation: Installation;
  /** Octokit as the app in its installation. */
  octokit: InstanceType<typeof ProbotOctokit>;
  /** Octokit as the app itself. */
  appOctokit: InstanceType<typeof ProbotOctokit>;
  at: { owner: string; repo: string };
}

/** What an installation has that has not granted the right to change workflow files. */
export const WITHOUT_WORKFLOWS: Permissions = { contents: 'write', metadata: 'read' };

/** A repository `acme/widgets` with a workflow, in which the app is installed. */
export async function scene(
  options: SandboxOptions & { private?: boolean; files?: Record<string, string>; permissions?: Permissions } = {},
): Promise<Scene> {
  const runner = scriptedRunner();
  const clock = new ManualClock();
  const sandbox = await startSandbox({ runner, clock, ...options });
  onTestFinished(() => sandbox.close());
  const owner = sandbox.people.createAccount('acme', { kind: 'Organization' });
  const files = options.files ?? { 'README.md': '# Widgets\n', 'src/a.ts': 'export const a = 1;\n' };
  const repository = await sandbox.people.createRepository({ owner, name: 'widgets', private: options.private ?? false, files });
  const installation = sandbox.people.installApp({ account: owner, permissions: options.permissions });
  const octokit = octokitFor(sandbox, clock, installation.id);
  const appOctokit = octokitFor(sandbox, clock);
  return { sandbox, runner, clock, owner, repository, installation, octokit, appOctokit, at: { owner: 'acme', repo: 'widgets' } };
}

/** Octokit as Probot has it, without the spacing of writes (tests of limits say so). */
export function octokitFor(sandbox: Sandbox, _clock: ManualClock, installationId?: number) {
  return new ProbotOctokit({
    baseUrl: sandbox.apiUrl,
    authStrategy: createAppAuth,
    auth: {
      appId: sandbox.app.id,
      privateKey: sandbox.app.privateKey,
      ...(installationId === undefined ? {} : { installationId }),
    },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

/** Octokit with a token that is already there. */
export function octokitWith(sandbox: Sandbox, token: string) {
  return new ProbotOctokit({
    baseUrl: sandbox.apiUrl,
    auth: { token },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

/** The status that a request is refused with. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; message: string; headers: Record<string, unknown> }> {
  try {
    await request;
  } catch (error) {
    const { status, message, response } = error as {
      status: number;
      message: string;
      response?: { headers: Record<string, unknown> };
    };
    return { status, message, headers: response?.headers ?? {} };
  }
  throw new Error('the request was not refused');
}

export function otherKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
