import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ProcessRole } from '../../../src/config/process-roles.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { addressOf } from '../../support/apart.ts';
import { type Balancer, startBalancer } from '../../support/balancer.ts';
import { type ChildRegreen, type LoggedLine, startChildRegreen } from '../../support/child-regreen.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { deliver } from '../../support/deliveries.ts';
import { exampleOf, overlay } from '../../support/examples.ts';
import { until } from '../../support/until.ts';

// Ten starts of a process, on machines that are busy with other test files.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const RATE = 100;
const LONGEST_LOAD_MS = 60_000;
/** What a person at a dashboard asks, all the while. */
const ASK_EVERY_MS = 100;
const KEY = 'a-key-for-the-rolling-restart';
const FIRST_ID = 7_000_000_000;
const ROLES: readonly ProcessRole[] = ['intake', 'intake', 'worker', 'worker', 'api'];

const ERROR = 50;

interface Running {
  role: ProcessRole;
  child: ChildRegreen;
}

let sandbox: Sandbox;
let database: TestDatabase;
let balancers: Record<'intake' | 'api', Balancer>;
let running: Running[];
const lines: LoggedLine[] = [];

beforeAll(async () => {
  [sandbox, database] = await Promise.all([startSandbox(), createTestDatabase()]);
  balancers = { intake: await startBalancer(), api: await startBalancer() };
  running = [];
  // One after the other: two cores compile no five programs at once.
  for (const role of ROLES) running.push(await start(role));
});

afterAll(async () => {
  await Promise.all(running.map(({ child }) => child.kill()));
  await Promise.all([balancers.intake.close(), balancers.api.close(), sandbox.close()]);
  await database.drop();
});

async function start(role: ProcessRole): Promise<Running> {
  const child = await startChildRegreen(sandbox, tmpdir(), {
    databaseUrl: addressOf(database.connection),
    roles: [role],
    variables: { DRAIN_SECONDS: '5', LOG_LEVEL: 'debug', API_KEYS: `viewer:${KEY}` },
    onLine: (line) => void lines.push(line),
  });
  if (role !== 'worker') await balancers[role].add(child.url);
  return { role, child };
}

/** A job and a run in turn, each of its own, and of no installation: the books hear of it, and GitHub is asked for nothing. */
function eventOf(index: number): { event: string; body: string } {
  const event = index % 2 === 0 ? 'workflow_job' : 'workflow_run';
  const { installation: _none, ...example } = exampleOf(event, 'in_progress');
  return { event, body: JSON.stringify(overlay(example, { [event]: { id: FIRST_ID + index } })) };
}

interface Load {
  /** By GUID: the event, and what was answered; 0 for no answer. */
  answers: Map<string, { event: string; status: number }>;
  stop(): Promise<void>;
}

/** Deliveries at a fixed rate, whether or not the earlier ones have been answered; none is sent again, as GitHub sends none again. */
function startLoad(): Load {
  const answers: Load['answers'] = new Map();
  const startedAt = performance.now();
  let isOn = true;
  const sending: Promise<void>[] = [];
  const send = async (index: number) => {
    const guid = randomUUID();
    const { event, body } = eventOf(index);
    const delivery = { guid, event, body, secret: sandbox.app.webhookSecret };
    const status = await deliver(balancers.intake.port, delivery).then(
      (answer) => answer.status,
      () => 0,
    );
    answers.set(guid, { event, status });
  };
  const driving = (async () => {
    for (let index = 0; isOn && performance.now() - startedAt < LONGEST_LOAD_MS; index++) {
      await delay(Math.max(0, startedAt + (index * 1_000) / RATE - performance.now()));
      sending.push(send(index));
    }
    await Promise.all(sending);
  })();
  return {
    answers,
    stop: async () => {
      isOn = false;
      await driving;
    },
  };
}

/** Asks the API again and again. @returns how to end that, with the statuses of all answers */
function startAsking(): () => Promise<number[]> {
  const statuses: number[] = [];
  let isOn = true;
  const asking = (async () => {
    while (isOn) {
      const answer = await fetch(`http://127.0.0.1:${balancers.api.port}/api/v1/builds`, {
        headers: { authorization: `Bearer ${KEY}` },
      });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      await delay(ASK_EVERY_MS);
    }
  })();
  return async () => {
    isOn = false;
    await asking;
    return statuses;
  };
}

async function count(text: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(text);
  return rows[0]?.count ?? Number.NaN;
}

// Protects the promise of a rolling update: processes are replaced one after the other while work comes in, and nobody notices.
it('a hundred deliveries a second lose nothing while every process is replaced', async () => {
  // As a newer version would have it, which has migrated and runs beside: migrations only add.
  await database.pool.query(
    "alter table deliveries add column newer text; alter table runs add column newer text not null default ''",
  );
  const load = startLoad();
  const stopAsking = startAsking();
  const statuses: (number | null)[] = [];
  for (const { role, child } of [...running]) {
    running.push(await start(role));
    statuses.push(await child.terminate());
    running.shift();
  }
  await load.stop();
  const asked = await stopAsking();

  expect(statuses).toEqual(ROLES.map(() => 0));
  const answers = [...load.answers.values()];
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  expect(asked.filter((status) => status !== 200)).toEqual([]);

  const all = answers.length;
  await until(async () => (await count("select count(*)::int from deliveries where state = 'done'")) === all, 'all are worked');
  expect(await count('select count(*)::int from deliveries')).toBe(all);
  // Once: no delivery was claimed again, and no job given out again.
  expect(await count('select count(*)::int from deliveries where attempts <> 1')).toBe(0);
  const completed = lines.filter(({ msg, queue }) => msg === 'job completed' && queue === 'deliveries').map(({ job }) => job);
  expect(new Set(completed).size).toBe(completed.length);
  // And what they told is in the books.
  const told = (event: string) => answers.filter((one) => one.event === event).length;
  expect(await count('select count(*)::int from runs')).toBe(told('workflow_run'));
  expect(await count('select count(*)::int from jobs')).toBe(told('workflow_job'));
  expect(lines.filter(({ level }) => level >= ERROR)).toEqual([]);
});
