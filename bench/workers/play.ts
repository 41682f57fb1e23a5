import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Account, Repository } from '../../src/sandbox/state/model.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { removeFolder, temporaryFolder } from '../support/folder.ts';
import { processorSeconds, processorSecondsOfMachine } from '../support/processor.ts';
import { type RoleProcess, startRole } from './role-process.ts';

export const GITHUB_ANSWERS_AFTER_MS = 200;
export const INSTALLATIONS = 12;
export const FAILURES = 72;
/** Diagnosed before, and not counted: programs are compiled, tokens made, worker threads started. */
export const WARM_UP_FAILURES = 24;
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 50;

/** What came of one round. */
export interface Played {
  failures: number;
  diagnosedSeconds: number;
  reportedSeconds: number;
  /** Requests to GitHub in all. */
  requests: number;
  /** Processor time of all workers until the last diagnosis. */
  workerSeconds: number;
  /** The same as processors that were busy on average, for the workers and for the whole machine. */
  workerProcessors: number;
  machineProcessors: number;
}

/** Lets so many workers diagnose so many failures that are told all at once. */
export async function play(options: { processes: number; jobsAtOnce: number; failures: number }): Promise<Played> {
  const folder = await temporaryFolder();
  const database = await startEmbeddedDatabase({ folder, onLog: () => undefined });
  const sandbox = await startSandbox({ answersAfterMs: GITHUB_ANSWERS_AFTER_MS, concurrentRuns: 4 });
  const running: RoleProcess[] = [];
  try {
    const warmUp = await makeFailures(sandbox, { from: 0, to: WARM_UP_FAILURES });
    const guids = await makeFailures(sandbox, { from: WARM_UP_FAILURES, to: WARM_UP_FAILURES + options.failures });
    const start = (role: 'intake' | 'worker') => startRole(role, { sandbox, folder, database, jobsAtOnce: options.jobsAtOnce });
    // The first makes the schema; then nobody waits for anybody.
    const intake = await start('intake');
    running.push(intake);
    const workers = await Promise.all(Array.from({ length: options.processes }, () => start('worker')));
    running.push(...workers);
    sandbox.deliverTo(`${intake.url}${WEBHOOK_PATH}`);
    return await measure({ sandbox, database, workers, warmUp, guids, failures: options.failures });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await sandbox.close();
    await database.stop();
    await removeFolder(folder);
  }
}

async function measure(parts: {
  sandbox: Sandbox;
  database: EmbeddedDatabase;
  workers: readonly RoleProcess[];
  warmUp: readonly string[];
  guids: readonly string[];
  failures: number;
}): Promise<Played> {
  const { sandbox, workers, warmUp, guids, failures } = parts;
  const pool = new pg.Pool({ ...parts.database.connection, max: 1 });
  const processors = async () => ({
    workers: (await Promise.all(workers.map(({ pid }) => processorSeconds(pid)))).reduce((sum, one) => sum + one, 0),
    machine: await processorSecondsOfMachine(),
  });
  const work = async (toSend: readonly string[], inAll: number, onDiagnosed: () => Promise<void>) => {
    for (const guid of toSend) sandbox.redeliver(guid);
    await until('all are diagnosed', async () => {
      const { rows } = await pool.query<{ count: number }>('select count(*)::int from diagnoses');
      return (rows[0]?.count ?? 0) >= inAll;
    });
    await onDiagnosed();
    await until('all are reported', async () => reports(sandbox) >= inAll);
  };
  try {
    await work(warmUp, WARM_UP_FAILURES, async () => {});
    await sandbox.idle();
    const requestsBefore = sandbox.state.requests.length;
    const before = await processors();
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1_000;
    let diagnosedSeconds = Number.NaN;
    let after = before;
    await work(guids, WARM_UP_FAILURES + failures, async () => {
      diagnosedSeconds = seconds();
      after = await processors();
    });
    const workerSeconds = after.workers - before.workers;
    return {
      failures,
      diagnosedSeconds,
      reportedSeconds: seconds(),
      requests: sandbox.state.requests.length - requestsBefore,
      workerSeconds,
      workerProcessors: workerSeconds / diagnosedSeconds,
      machineProcessors: (after.machine - before.machine) / diagnosedSeconds,
    };
  } finally {
    await pool.end();
  }
}

function reports({ state }: Sandbox): number {
  return [...state.repositories.values()].reduce((sum, { checkRuns }) => {
    const ours = [...checkRuns.values()].filter(({ name, status }) => name === 'Regreen' && status === 'completed');
    return sum + ours.length;
  }, 0);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}

const WORKFLOW = `name: CI
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: cat build.log; exit 2
`;

/** What tsc says at the end of a build of 2,000 lines; another error for each failure, as each is one of its own. */
function buildLog(failure: number): string {
  const lines = Array.from(
    { length: 2_000 },
    (_, line) => `[${line}/2000] built packages/part-${line % 97}/dist/index-${line}.js`,
  );
  return `${lines.join('\n')}\nsrc/part-${failure}.ts(${failure + 1},7): error TS2322: Type 'string' is not assignable to type 'number'.\n`;
}

/** Red runs, and the GUIDs of the webhooks that told of them and of all around them. */
async function makeFailures(sandbox: Sandbox, { from, to }: { from: number; to: number }): Promise<string[]> {
  const told = new Set(sandbox.state.deliveries.map(({ guid }) => guid));
  const sink = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(202).end());
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  sandbox.deliverTo(`http://127.0.0.1:${(sink.address() as AddressInfo).port}`);
  const { people } = sandbox;
  for (let index = 0; index < INSTALLATIONS; index++) {
    const { owner, repository } = await repositoryOf(sandbox, index);
    for (let failure = from + index; failure < to; failure += INSTALLATIONS) {
      const change = { '.github/workflows/ci.yml': WORKFLOW, 'build.log': buildLog(failure) };
      await people.push({ repository, branch: `change-${failure}`, actor: owner, files: change });
    }
  }
  await sandbox.idle();
  await new Promise((resolve) => sink.close(resolve));
  return [...new Set(sandbox.state.deliveries.map(({ guid }) => guid))].filter((guid) => !told.has(guid));
}

async function repositoryOf({ people, state }: Sandbox, index: number): Promise<{ owner: Account; repository: Repository }> {
  const login = `org-${index}`;
  const known = state.repository(login, 'shop');
  if (known) return { owner: known.owner, repository: known };
  const owner = people.createAccount(login, { kind: 'Organization', plan: 'team' });
  const files = { 'README.md': `# shop ${index}\n` };
  const repository = await people.createRepository({ owner, name: 'shop', files });
  people.installApp({ account: owner });
  return { owner, repository };
}
