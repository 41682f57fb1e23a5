import { fileURLToPath } from 'node:url';
import { type Regreen, startRegreen } from '../../src/compose.ts';
import type { AgentEnvironment } from '../../src/config/agent-variables.ts';
import type { NotifyEnvironment } from '../../src/config/notify-variables.ts';
import type { TracingEnvironment } from '../../src/config/tracing-variables.ts';
import { environmentFor } from '../../src/demo/environment.ts';
import { SHOP_FILES } from '../../src/demo/shop.ts';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Account, CheckRun, PullRequest, Repository } from '../../src/sandbox/state/model.ts';
import { createLog, type Logger } from '../../src/telemetry/log.ts';
import { playsApart, startApart } from './apart.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { settled } from './settled.ts';

/** Where the real prettier, tsc and vitest of this project are: what workflows of the tests run. */
export const TOOL_PATHS = [fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))];
export const API_KEY = 'test-api-key-0123456789-abcdef';

export interface World {
  sandbox: Sandbox;
  regreen: Regreen;
  database: TestDatabase;
  /** The organisation that owns the repositories, and a person who may push to them. */
  org: Account;
  mona: Account;
  /** What Regreen has logged at `warn` and above, over all its restarts. */
  problems: LogLine[];
  /** Makes a repository with these files; the app is installed on the whole organisation. */
  createRepository(files?: Record<string, string>, name?: string): Promise<Repository>;
  /** Ends Regreen and starts it again on the same database. */
  restart(): Promise<void>;
  /** Resolves when GitHub has nothing more to do or to send, and no job waits or runs. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  sandbox?: SandboxOptions;
  database?: TestDatabase;
  agent?: AgentEnvironment;
  notify?: NotifyEnvironment;
  tracing?: TracingEnvironment;
  /** Tests lose deliveries on purpose, and don't want them fetched, unless they say so. */
  fetchesMissed?: boolean;
  /** A channel of smee that stands between. */
  proxyUrl?: string;
}

/** A line of the log, as far as tests look at it. */
export interface LogLine {
  /** pino's: 40 is a warning, 50 an error. */
  level: number;
  msg: string;
  err?: { message: string; code?: string };
  [field: string]: unknown;
}

/** A GitHub, a Regreen and a real PostgreSQL, connected as in life. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = options.database ?? (await createTestDatabase());
  const sandbox = await startSandbox({ toolPaths: TOOL_PATHS, ...options.sandbox });
  const problems: LogLine[] = [];
  const log = createLog({
    level: 'warn',
    destination: { write: (line) => void problems.push(JSON.parse(line) as LogLine) },
  });
  const start = () => startOn({ sandbox, database, log, problems }, options);
  const org = sandbox.people.createAccount('octo-shop', { kind: 'Organization', plan: 'team' });
  const mona = sandbox.people.createAccount('mona');
  const world: World = {
    sandbox,
    regreen: await start(),
    database,
    org,
    mona,
    problems,
    createRepository: async (files = SHOP_FILES, name = 'shop') =>
      sandbox.people.createRepository({ owner: org, name, files, collaborators: { mona: 'write' } }),
    restart: async () => {
      await world.regreen.stop();
      world.regreen = await start();
    },
    settled: () => settled(world, { about: () => lastProblems(world) }),
    close: async () => {
      await world.regreen.stop();
      await sandbox.close();
      await database.drop();
    },
  };
  sandbox.people.installApp({ account: org });
  return world;
}

async function startOn(
  { sandbox, database, log, problems }: Pick<World, 'sandbox' | 'database' | 'problems'> & { log: Logger },
  { agent, notify, tracing, fetchesMissed = false, proxyUrl }: WorldOptions,
): Promise<Regreen> {
  const environment = environmentFor(
    sandbox,
    { databaseUrl: null, dataFolder: '' },
    { apiKeys: [API_KEY], ...(agent && { agent }), ...(notify && { notify }), ...(tracing && { tracing }) },
  );
  if (playsApart()) {
    if (agent || notify || tracing || proxyUrl)
      throw new Error('a Regreen of several processes is not started with these options');
    return startApart({ sandbox, environment, connection: database.connection, log, problems });
  }
  const regreen = await startRegreen({
    environment: proxyUrl === undefined ? environment : { ...environment, webhook: { ...environment.webhook, proxyUrl } },
    log,
    connection: database.connection,
    fetchesMissed,
  });
  sandbox.deliverTo(proxyUrl ?? `${regreen.url}${WEBHOOK_PATH}`);
  return regreen;
}

function lastProblems({ problems }: World): string {
  const last = problems.slice(-3).map(({ msg, err }) => `${msg}: ${err?.message ?? ''}`);
  return last.length === 0 ? 'nothing was logged' : `logged last: ${last.join('; ')}`;
}

/** Regreen's check run on a commit. */
export function regreenCheck(repository: Repository, headSha?: string): CheckRun | undefined {
  return [...repository.checkRuns.values()].findLast(
    (run) => run.name === 'Regreen' && (headSha === undefined || run.headSha === headSha),
  );
}

/** The pull requests that Regreen opened. */
export function fixPulls(repository: Repository): PullRequest[] {
  return [...repository.pulls.values()].filter((pull) => pull.head.ref.startsWith('regreen/'));
}
