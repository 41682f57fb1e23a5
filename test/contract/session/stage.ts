import { createAppAuth } from '@octokit/auth-app';
import { ProbotOctokit } from 'probot';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Installation, Repository } from '../../../src/sandbox/state/model.ts';
import { type Receiver, startReceiver } from '../recording/receiver.ts';
import { Recorder } from '../recording/recorder.ts';

/** Where the session takes place: a real sandbox with the app installed, and an Octokit for everybody who speaks to it. */
export interface Stage {
  sandbox: Sandbox;
  recorder: Recorder;
  receiver: Receiver;
  /** The organisation that owns the repository. */
  owner: Account;
  /** May push to the repository. */
  maintainer: Account;
  /** A stranger, whose pull requests come from a fork. */
  contributor: Account;
  repository: Repository;
  installation: Installation;
  at: { owner: string; repo: string };
  /** As the app itself, by its JWT. */
  app: ProbotOctokit;
  /** As the app in its installation. */
  octokit: ProbotOctokit;
  /** As the maintainer, by a personal token. */
  person: ProbotOctokit;
}

/** `test` is red while `state.txt` says so; `slow` waits to be cancelled. */
const WORKFLOW = `name: CI
on: [push, pull_request]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo built
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: grep -q green state.txt
`;
const SLOW_WORKFLOW = `name: Slow
on:
  push:
    branches: [slow]
jobs:
  wait:
    runs-on: ubuntu-latest
    steps:
      - run: sleep 30
`;

const FILES = {
  'README.md': '# Widgets\n',
  'state.txt': 'green\n',
  'src/a.ts': 'export const a = 1;\n',
  '.github/workflows/ci.yml': WORKFLOW,
  '.github/workflows/slow.yml': SLOW_WORKFLOW,
};

/** The session is faster than any real client; its subject is shapes, not limits. */
const LIMITS = { contentPerMinute: 10_000, contentPerHour: 10_000, pointsPerMinute: 100_000, requestsPerHour: 100_000 };

export async function setStage(): Promise<Stage> {
  const sandbox = await startSandbox({ limits: LIMITS });
  const receiver = await startReceiver();
  const recorder = new Recorder();
  sandbox.deliverTo(receiver.url);
  const { people } = sandbox;
  const owner = people.createAccount('acme', { kind: 'Organization', plan: 'team' });
  const maintainer = people.createAccount('mona');
  const contributor = people.createAccount('newcomer');
  const installation = people.installApp({ account: owner });
  const repository = await people.createRepository({ owner, name: 'widgets', files: FILES, collaborators: { mona: 'maintain' } });
  const connect = (auth: object) => connectOctokit(sandbox, recorder, auth);
  const key = { appId: sandbox.app.id, privateKey: sandbox.app.privateKey };
  return {
    sandbox,
    recorder,
    receiver,
    owner,
    maintainer,
    contributor,
    repository,
    installation,
    at: { owner: owner.login, repo: repository.name },
    app: connect({ authStrategy: createAppAuth, auth: key }),
    octokit: connect({ authStrategy: createAppAuth, auth: { ...key, installationId: installation.id } }),
    person: connect({ auth: { token: people.createToken(maintainer) } }),
  };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Probot's Octokit, recorded; without the spacing of writes, and without retries of what is refused on purpose. */
export function connectOctokit(sandbox: Sandbox, recorder: Recorder, auth: object): ProbotOctokit {
  return new ProbotOctokit({
    ...auth,
    baseUrl: sandbox.apiUrl,
    request: { fetch: recorder.fetch },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: SILENT,
  });
}

/** Waits for an answer of the refusal that the request must meet; anything else ends the session. */
export async function refused(status: number, request: Promise<unknown>): Promise<void> {
  const found = await request.then(
    () => 'no refusal',
    (error: unknown) => (error as { status?: number }).status ?? error,
  );
  if (found !== status) throw new Error(`the sandbox had to refuse with ${status}, found: ${String(found)}`);
}

/** What the session needs of an answer. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the session found no ${what}`);
  return value;
}
