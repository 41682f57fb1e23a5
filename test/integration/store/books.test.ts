import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordJobs } from '../../../src/events/workflow-job.ts';
import { findEndedRun } from '../../../src/store/books/runs.ts';
import { removeRepositories, saveRepository, takeOverRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Arrival, arrival, arrive, deploymentArrivals, runArrivals } from '../../support/history.ts';

const SHOP = { id: 1, owner: 'octo', name: 'shop' };
const TABLES = ['runs', 'jobs', 'deployments', 'deployment_states', 'external_checks'];

const job = {
  name: 'test',
  created: '2026-11-02T10:00:00Z',
  started: '2026-11-02T10:00:20Z',
  heardQueued: '2026-11-02T10:00:03Z',
  heardRunning: '2026-11-02T10:00:25Z',
};

/** A run with two attempts whose events contradict each other as GitHub's do, a deployment, a check and statuses. */
const HISTORY: Arrival[] = [
  ...runArrivals(SHOP, {
    id: 10,
    created: '2026-11-02T10:00:00Z',
    attempts: [
      {
        started: '2026-11-02T10:00:00Z',
        completed: '2026-11-02T10:05:00Z',
        conclusion: 'failure',
        jobs: [
          {
            ...job,
            id: 100,
            completed: '2026-11-02T10:04:50Z',
            conclusion: 'failure',
            steps: [
              { name: 'npm test', conclusion: 'failure', started: '2026-11-02T10:00:30Z', completed: '2026-11-02T10:04:40Z' },
            ],
          },
          { id: 101, name: 'deploy', conclusion: 'skipped', started: '2026-11-02T10:05:00Z', completed: '2026-11-02T10:05:00Z' },
        ],
      },
      {
        started: '2026-11-02T11:00:00Z',
        completed: '2026-11-02T11:05:00Z',
        conclusion: 'success',
        jobs: [{ ...job, id: 102, completed: '2026-11-02T11:04:50Z', conclusion: 'success' }],
      },
    ],
  }),
  // The re-run's first word still names the attempt that has ended.
  arrival(SHOP, 'workflow_job', 'queued', '2026-11-02T11:00:01Z', {
    workflow_job: { id: 102, run_id: 10, run_attempt: 1, name: 'test', status: 'queued', conclusion: null },
  }),
  // GitHub touches a run that has long ended.
  ...runArrivals(SHOP, {
    id: 10,
    created: '2026-11-02T10:00:00Z',
    attempts: [{ started: '2026-11-02T10:00:00Z', completed: '2026-11-09T10:05:00Z', conclusion: 'failure' }],
  }).slice(-1),
  // Two states of one second: the newer id is the newer state.
  ...deploymentArrivals(SHOP, {
    id: 5,
    sha: 'a',
    created: '2026-11-02T12:00:00Z',
    states: [
      { id: 50, state: 'in_progress', at: '2026-11-02T12:00:10Z' },
      { id: 51, state: 'success', at: '2026-11-02T12:00:10Z' },
    ],
  }),
  ...(['pending', 'failure', 'success'] as const).map((state) =>
    arrival(SHOP, 'status', '', '2026-11-02T12:00:00Z', {
      sha: 'a',
      context: 'other/build',
      state,
      updated_at: state === 'pending' ? '2026-11-02T11:59:00Z' : '2026-11-02T12:00:00Z',
    }),
  ),
  ...(['failure', 'success'] as const).map((conclusion) =>
    arrival(SHOP, 'check_run', 'completed', '2026-11-02T12:00:00Z', {
      check_run: { name: 'lint', head_sha: 'a', conclusion, app: { id: 7, slug: 'other' }, completed_at: '2026-11-02T12:00:00Z' },
    }),
  ),
];

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** Nothing of these histories is diagnosed, so nothing follows from a job. */
function services(): Parameters<typeof recordJobs>[0] {
  const send = () => Promise.reject(new Error('nothing is to be sent'));
  return { database: test.database, now: () => new Date('2026-11-03T00:00:00Z'), queue: { send } };
}

/** All rows after these arrivals, on empty books. */
async function booksAfter(arrivals: readonly Arrival[], together = 0): Promise<Record<string, unknown>> {
  await test.pool.query('truncate repositories, touched_runs cascade');
  if (together === 0) await arrive(test.database, arrivals);
  else await arriveTogether(arrivals, together);
  const tables = TABLES.map(async (table) => {
    const { rows } = await test.pool.query<{ row: unknown }>(
      `select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`,
    );
    return [table, rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** Jobs come so many at once, as the queue hands them over; the rest as always. */
async function arriveTogether(arrivals: readonly Arrival[], together: number): Promise<void> {
  const jobs = arrivals.filter(({ event }) => event === 'workflow_job');
  await arrive(
    test.database,
    arrivals.filter(({ event }) => event !== 'workflow_job'),
  );
  const deliveries = jobs.map(({ event, action, payload, receivedAt }, number) => ({
    guid: String(number),
    event,
    body: Buffer.from(JSON.stringify({ action, ...payload })),
    receivedAt: new Date(receivedAt),
  }));
  for (let at = 0; at < deliveries.length; at += together) {
    const some = deliveries.slice(at, at + together);
    expect(await recordJobs(services(), some)).toEqual(some.map(({ guid }) => guid));
  }
}

/** Protects every figure that is made of the books: GitHub tells in any order, twice, and contradicts itself. */
describe('the books', () => {
  it('are the same whatever the order and number of arrivals', async () => {
    const wanted = await booksAfter(HISTORY);
    const shuffled = fc
      .array(fc.constantFrom(...HISTORY), { maxLength: 15 })
      .chain((again) => fc.shuffledSubarray([...HISTORY, ...again], { minLength: HISTORY.length + again.length }));
    await fc.assert(
      fc.asyncProperty(shuffled, fc.nat(8), async (arrivals, together) => {
        expect(await booksAfter(arrivals, together)).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('take what can be read of many deliveries, and name it', async () => {
    await test.pool.query('truncate repositories, touched_runs cascade');
    const [good] = HISTORY.filter(({ event }) => event === 'workflow_job');
    const body = (payload: object) => Buffer.from(JSON.stringify(payload));
    const bodies = {
      good: body({ action: good?.action, ...good?.payload }),
      'no JSON': Buffer.from('{'),
      'no job': body({ action: 'queued', repository: good?.payload['repository'] }),
      'no repository': body({ action: 'queued', workflow_job: good?.payload['workflow_job'] }),
      'an action of later': body({ ...good?.payload, action: 'paused' }),
    };
    const deliveries = Object.entries(bodies).map(([guid, bytes]) => ({
      guid,
      event: 'workflow_job',
      body: bytes,
      receivedAt: new Date('2026-11-02T10:00:00Z'),
    }));

    expect(await recordJobs(services(), deliveries)).toEqual(['good']);
    expect((await test.pool.query('select from jobs')).rowCount).toBe(1);
  });

  it('say what GitHub meant', async () => {
    const books = await booksAfter(HISTORY.toReversed());
    expect(books['runs']).toMatchObject([
      { id: 10, attempt: 1, conclusion: 'failure', completed_at: expect.stringMatching(/^2026-11-02T10:05:00/) },
      { id: 10, attempt: 2, conclusion: 'success', completed_at: expect.stringMatching(/^2026-11-02T11:05:00/) },
    ]);
    expect(books['jobs']).toMatchObject([
      {
        id: 100,
        queued_at: expect.stringMatching(/^2026-11-02T10:00:03/),
        running_at: expect.stringMatching(/^2026-11-02T10:00:25/),
        started_at: expect.stringMatching(/^2026-11-02T10:00:20/),
        steps: [{ name: 'npm test', startedAt: '2026-11-02T10:00:30Z', completedAt: '2026-11-02T10:04:40Z' }],
      },
      { id: 101, conclusion: 'skipped', queued_at: null, running_at: null },
      { id: 102, run_attempt: 2, conclusion: 'success' },
    ]);
    expect(books['deployments']).toMatchObject([{ state: 'success', production: true, creator: 'mona' }]);
    expect(books['deployment_states']).toHaveLength(2);
  });

  it('say of a repository what its newest event said, whatever the order, and write nothing that is known', async () => {
    const told: [string, string | null][] = [
      ['old', '2026-11-02T10:00:00Z'],
      ['new', '2026-11-02T11:00:00Z'],
      ['new', '2026-11-02T12:00:00Z'],
    ];
    const of = (name: string) => ({
      id: 1,
      installationId: 7,
      owner: 'octo',
      name,
      defaultBranch: 'main',
      private: false,
      archived: false,
    });
    const row = async () => (await test.pool.query('select name, described_at, removed_at, xmin from repositories')).rows[0];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...told, ...told], { minLength: 6 }), async (events) => {
        await test.pool.query('truncate repositories cascade');
        for (const [name, at] of events) await saveRepository(test.database, of(name), at);
        const known = await row();
        expect(known).toMatchObject({ name: 'new', described_at: new Date('2026-11-02T12:00:00Z') });
        for (const [name, at] of events) await saveRepository(test.database, of(name), at);
        await saveRepository(test.database, { ...of('new'), installationId: null }, null);
        expect(await row()).toEqual(known);
      }),
      { numRuns: 20 },
    );
  });

  it('leave a removed repository alone when late events tell of it, and take it back with later ones', async () => {
    const of = (installationId: number) => ({
      id: 1,
      installationId,
      owner: 'octo',
      name: 'shop',
      defaultBranch: 'main',
      private: false,
      archived: false,
    });
    const row = async () => (await test.pool.query('select removed_at, installation_id from repositories')).rows[0];
    const removed = { ids: [1], at: new Date('2026-11-02T12:30:00Z') };
    const here = { removed_at: null, installation_id: 7 };
    const gone = { removed_at: removed.at, installation_id: null };
    await test.pool.query('truncate repositories cascade');
    await saveRepository(test.database, of(7), '2026-11-02T12:00:00Z');
    // Another installation's loss is none of this one's.
    await removeRepositories(test.database, { ...removed, installationId: 8 });
    expect(await row()).toMatchObject(here);
    await removeRepositories(test.database, { ...removed, installationId: 7 });
    expect(await row()).toMatchObject(gone);
    await saveRepository(test.database, of(7), '2026-11-02T12:00:00Z');
    await saveRepository(test.database, of(7), null);
    expect(await row()).toMatchObject(gone);
    await saveRepository(test.database, of(7), '2026-11-02T12:31:00Z');
    expect(await row()).toMatchObject(here);
    await removeRepositories(test.database, { ...removed, installationId: null });
    expect(await row()).toMatchObject(gone);
    await takeOverRepository(test.database, { id: 1, installationId: 9, at: new Date('2026-11-02T12:32:00Z') });
    expect(await row()).toMatchObject({ removed_at: null, installation_id: 9 });
  });

  it('tell of an attempt that has ended what its event told, and nothing of one that has not', async () => {
    await booksAfter(HISTORY);
    const run = await findEndedRun(test.database, SHOP.id, 10, 1);
    expect(run).toMatchObject({
      id: 10,
      attempt: 1,
      status: 'completed',
      conclusion: 'failure',
      createdAt: '2026-11-02T10:00:00.000Z',
    });
    expect(await findEndedRun(test.database, SHOP.id, 10, 3)).toBeNull();
    expect(await findEndedRun(test.database, SHOP.id + 1, 10, 1)).toBeNull();
    await booksAfter(HISTORY.filter(({ event }) => event === 'workflow_run').slice(0, 1));
    expect(await findEndedRun(test.database, SHOP.id, 10, 1)).toBeNull();
  });

  it('never hold a queued job whose start GitHub made up', async () => {
    await booksAfter([
      arrival(SHOP, 'workflow_job', 'queued', '2026-11-02T10:00:03Z', {
        workflow_job: { id: 1, run_id: 1, name: 'x', status: 'queued', conclusion: null, started_at: '2026-11-02T10:00:00Z' },
      }),
    ]);
    const { rows } = await test.pool.query('select started_at, queued_at from jobs');
    expect(rows).toEqual([{ started_at: null, queued_at: new Date('2026-11-02T10:00:03Z') }]);
  });
});
