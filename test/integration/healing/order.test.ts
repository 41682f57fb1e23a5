import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_REPOSITORY_CONFIG } from '../../../src/config/repository-config.ts';
import { onPullRequest } from '../../../src/events/pull-request.ts';
import { onPush } from '../../../src/events/push.ts';
import type { PullRequest, Run } from '../../../src/github/types.ts';
import { followRun } from '../../../src/healing/branches/follow-run.ts';
import { catchUp } from '../../../src/healing/failures/catch-up.ts';
import { noteOutcomes } from '../../../src/healing/failures/note-outcomes.ts';
import type { RedRun } from '../../../src/healing/failures/record-failures.ts';
import { readSituation } from '../../../src/healing/fixes/read-situation.ts';
import { settleProposed } from '../../../src/healing/fixes/settle-fixes.ts';
import type { Services } from '../../../src/healing/services.ts';
import type { Target } from '../../../src/healing/target.ts';
import { lateJobs } from '../../../src/store/books/history.ts';
import { saveJobs } from '../../../src/store/books/jobs.ts';
import { markProposed, planFix } from '../../../src/store/fixes/fixes.ts';
import { saveDiagnosis } from '../../../src/store/incidents/diagnoses.ts';
import { addFlakeEvent, findFlakyTest, lockFlakyTest, saveFlakyTest } from '../../../src/store/incidents/flaky-tests.ts';
import { openIncident } from '../../../src/store/incidents/incidents.ts';
import { findRepository, saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { aJob, aRun as anyRun } from '../../support/runs.ts';
import { aDiagnosis, aFix } from '../../unit/github/texts/models.ts';
import { payloadOf } from './books-stage.ts';

const REPOSITORY = { id: 1, installationId: 5, owner: 'octo', name: 'shop', defaultBranch: 'main' };
const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const NOW = new Date('2026-11-20T12:00:00Z');

let store: TestDatabase;
/** Kinds of the jobs that were asked for. */
let sent: string[];
let services: Services;

beforeAll(async () => {
  store = await createTestDatabase();
});
beforeEach(async () => {
  sent = [];
  services = {
    database: store.database,
    queue: {
      send: async (name: string, { data }: { data: { kind?: string } }) => {
        sent.push(data.kind ?? name);
        return 'job';
      },
    },
    github: { appId: 1 },
    observe: { fixEnded: () => undefined },
    now: () => NOW,
    // What the books need of all services; anything else would fail the test.
  } as unknown as Services;
  await store.pool.query(`delete from notices; delete from fix_incidents; delete from fixes; delete from diagnoses; delete from incidents;
    delete from runs; delete from jobs; delete from pull_requests; delete from repositories`);
  await saveRepository(store.database, { ...REPOSITORY, private: false, archived: false });
});
afterAll(() => store.drop());

const aRun = (change: Partial<Run>) => anyRun({ id: 10, headSha: OLD, ...change });

function aPull(change: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 7,
    nodeId: 'PR_7',
    state: 'open',
    merged: false,
    draft: false,
    author: 'mona',
    title: 'Cart',
    body: '',
    headSha: OLD,
    headBranch: 'cart',
    headRepository: 'mona/shop',
    baseBranch: 'main',
    url: 'https://github.test/pull/7',
    updatedAt: '2026-11-20T11:00:00Z',
    mergedAt: null,
    ...change,
  };
}

/** The event of a run. */
const told = (run: Run) =>
  followRun(services, { repository: REPOSITORY, installationId: REPOSITORY.installationId, run, heardAt: NOW });

function toldOfPull(action: string, pull: PullRequest): Promise<void> {
  return onPullRequest(services, { ...EVENT, name: 'pull_request', action, payload: payloadOf(pull) });
}

const pushed = (before: string, after: string) =>
  onPush(services, { ...EVENT, name: 'push', action: null, payload: { ref: 'refs/heads/main', before, after } });

const EVENT = { installationId: 5, sender: 'mona', repository: REPOSITORY };

/** What the analysis of a red run does first. @returns the incident */
async function opened(run: Run): Promise<string> {
  const key = {
    repositoryId: 1,
    headRepository: run.headRepository ?? '',
    branch: run.headBranch ?? run.headSha,
    workflowPath: run.workflowPath,
    fingerprint: aDiagnosis().fingerprint,
  };
  const pullRequestNumber = run.pullRequests[0] ?? null;
  return (await openIncident(store.database, key, { cause: 'formatting', pullRequestNumber, at: NOW })).id;
}

/** What it does when the logs are read. @returns the incident */
async function diagnosed(run: Run): Promise<string> {
  const incidentId = await opened(run);
  await saveDiagnosis(store.database, {
    repositoryId: 1,
    incidentId,
    runId: run.id,
    runAttempt: run.attempt,
    jobId: null,
    jobName: 'format',
    headSha: run.headSha,
    diagnosis: aDiagnosis(),
    excerpt: '',
    printedDiffs: [],
    decision: { mode: 'fix', remedies: [] },
    verdict: null,
  });
  await catchUp(services, {
    ...({} as RedRun),
    target: await target(),
    run,
    pullRequestNumber: run.pullRequests[0] ?? null,
  });
  return incidentId;
}

async function target(): Promise<Target> {
  const repository = await findRepository(store.database, 1);
  if (!repository) throw new Error('no repository');
  return { repository } as Target;
}

async function incident(id: string): Promise<unknown> {
  const { rows } = await store.pool.query(
    'select status, closed_reason as why, pull_request_number as pull from incidents where id = $1',
    [id],
  );
  return rows[0];
}

async function branch(): Promise<unknown> {
  const { rows } = await store.pool.query(
    'select default_branch_sha as sha, default_branch_state as state from repositories where id = 1',
  );
  return rows[0];
}

/** Logs are read for seconds, and for minutes where GitHub has none yet: events go on meanwhile. */
describe('while the logs of a red run are read', () => {
  it.each([
    ['a newer run', { id: 11, headSha: NEW }],
    ['its next attempt', { attempt: 2 }],
  ])('%s may become green, and then nothing is red any more', async (_, newer) => {
    const red = aRun({});
    await told(red);
    await told(aRun({ conclusion: 'success', ...newer }));
    const id = await diagnosed(red);
    expect(await incident(id)).toMatchObject({ status: 'closed', why: 'CI is green again' });
  });

  it('an older run may become green, which says nothing of it', async () => {
    const red = aRun({ id: 11, headSha: NEW });
    await told(red);
    const id = await opened(red);
    await told(aRun({ conclusion: 'success' }));
    await diagnosed(red);
    expect(await incident(id)).toMatchObject({ status: 'open' });
  });

  it('the pull request may end', async () => {
    const red = aRun({ event: 'pull_request', headBranch: 'cart', pullRequests: [7] });
    await toldOfPull('opened', aPull({ headRepository: 'octo/shop' }));
    await told(red);
    await toldOfPull('closed', aPull({ headRepository: 'octo/shop', state: 'closed', updatedAt: '2026-11-20T11:06:00Z' }));
    expect(await incident(await diagnosed(red))).toEqual({ status: 'closed', why: '#7 was closed', pull: 7 });
  });

  it.each(['before', 'after'])('a pull request from a fork may be told of, shortly %s that is written down', async (when) => {
    const red = aRun({ event: 'pull_request', headBranch: 'cart', headRepository: 'mona/shop' });
    await told(red);
    if (when === 'before') await toldOfPull('opened', aPull());
    const id = await diagnosed(red);
    if (when === 'after') await toldOfPull('opened', aPull());
    expect(await incident(id)).toMatchObject({ status: 'open', pull: 7 });
    await toldOfPull('closed', aPull({ state: 'closed', updatedAt: '2026-11-20T11:06:00Z' }));
    expect(await incident(id)).toMatchObject({ status: 'closed', why: '#7 was closed' });
  });
});

/** GitHub's webhooks come in any order: https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks */
describe('the default branch', () => {
  const ci = aRun({ headSha: NEW });
  const lint = aRun({ id: 11, headSha: NEW, workflowPath: '.github/workflows/lint.yml', conclusion: 'success' });

  it.each(orders({ push: () => pushed(OLD, NEW), ci: () => told(ci), lint: () => told(lint) }))(
    'is red where one workflow is red and another green: %s',
    async (_, events) => {
      for (const event of events) await event();
      expect(await branch()).toEqual({ sha: NEW, state: 'red' });
      await diagnosed(ci);
      expect(await branch()).toEqual({ sha: NEW, state: 'red' });
    },
  );

  it.each(
    orders({
      push: () => pushed(OLD, NEW),
      red: () => told(ci),
      green: () => told({ ...ci, attempt: 2, conclusion: 'success' }),
    }),
  )('is green where the newer attempt is: %s', async (_, events) => {
    for (const event of events) await event();
    await diagnosed(ci);
    expect(await branch()).toEqual({ sha: NEW, state: 'green' });
  });

  it('is what both say where two workers are told at once: the last one sees what the other has written', async () => {
    await pushed(OLD, NEW);
    const client = await store.pool.connect();
    await client.query('begin');
    await client.query('select from repositories where id = 1 for update');
    const both = Promise.all([told(lint), told(ci)]);
    await blocked(2);
    await client.query('commit');
    client.release();
    await both;
    expect(await branch()).toEqual({ sha: NEW, state: 'red' });
  });

  it('does not go back where an older push is told of later, but where somebody has pushed it back', async () => {
    await told(aRun({ conclusion: 'success' }));
    await told(aRun({ id: 11, headSha: NEW, conclusion: 'success' }));
    await pushed(OLD, NEW);
    await pushed('0'.repeat(40), OLD);
    expect(await branch()).toEqual({ sha: NEW, state: 'green' });
    await pushed(NEW, OLD);
    expect(await branch()).toEqual({ sha: OLD, state: 'green' });
  });
});

describe('a pull request', () => {
  it('that is closed in the second in which it was opened is closed', async () => {
    await toldOfPull('opened', aPull());
    await toldOfPull('closed', aPull({ state: 'closed' }));
    const { rows } = await store.pool.query('select state from pull_requests');
    expect(rows).toEqual([{ state: 'closed' }]);
  });

  it('that was opened again keeps its incidents, though its end is told of late', async () => {
    const red = aRun({ event: 'pull_request', headBranch: 'cart', headRepository: 'octo/shop', pullRequests: [7] });
    await told(red);
    await toldOfPull('reopened', aPull({ headRepository: 'octo/shop', updatedAt: '2026-11-20T11:01:00Z' }));
    const id = await diagnosed(red);
    await toldOfPull('closed', aPull({ headRepository: 'octo/shop', state: 'closed' }));
    expect(await incident(id)).toMatchObject({ status: 'open' });
  });
});

/** Until its pull request is in the books, nobody who asks for the fixes of a branch to be taken back can find it. */
describe('a fix that was made while', () => {
  const red = aRun({ event: 'pull_request', headBranch: 'cart', headRepository: 'octo/shop', pullRequests: [7] });

  async function proposed(incidentId: string): Promise<void> {
    const heals = aFix().heals.map((one) => ({ ...one, incidentId }));
    const fix = await planFix(store.database, aFix({ heals }));
    await markProposed(store.database, fix.id, 8);
    sent = [];
    await settleProposed(services, { target: await target(), fix });
  }

  beforeEach(async () => {
    await toldOfPull('opened', aPull({ headRepository: 'octo/shop' }));
    await told(red);
    await toldOfPull('opened', aPull({ number: 8, headBranch: 'regreen/ci-1', headRepository: 'octo/shop', baseBranch: 'cart' }));
  });

  it('nothing happened stays', async () => {
    await proposed(await diagnosed(red));
    expect(sent).toEqual([]);
  });

  it('the branch became green otherwise is looked at again', async () => {
    const id = await diagnosed(red);
    await told({ ...red, attempt: 2, conclusion: 'success' });
    await proposed(id);
    expect(sent).toEqual(['settle']);
  });

  it('its pull request ended is taken back', async () => {
    const id = await diagnosed(red);
    const ended = { state: 'closed' as const, updatedAt: '2026-11-20T11:06:00Z' };
    await toldOfPull('closed', aPull({ headRepository: 'octo/shop', ...ended }));
    await proposed(id);
    expect(sent).toEqual(['withdraw']);
  });
});

it('a fix that gets its pull request while a head is looked at is not taken for one without', async () => {
  const red = aRun({ event: 'pull_request', headBranch: 'cart', headRepository: 'octo/shop', pullRequests: [7] });
  await told(red);
  const incidentId = await diagnosed(red);
  const heals = aFix().heals.map((one) => ({ ...one, incidentId }));
  const fix = await planFix(store.database, aFix({ heals }));
  const client = await store.pool.connect();
  await client.query('begin');
  // The fixes can't be read, the pull requests can.
  await client.query('lock table fix_incidents in access exclusive mode');
  const head = { repositoryId: 1, branch: fix.baseBranch, headSha: fix.baseSha };
  const situation = readSituation(services, head, 'allowed', DEFAULT_REPOSITORY_CONFIG);
  await blocked(1);
  await toldOfPull('opened', aPull({ number: 8, headBranch: fix.branch, headRepository: 'octo/shop', baseBranch: 'cart' }));
  await markProposed(store.database, fix.id, 8);
  await client.query('commit');
  client.release();
  const { fixes, openPulls } = await situation;
  expect([fixes.map((one) => one.pullRequestNumber), openPulls]).toEqual([[8], [8]]);
});

it('what is flaky is weighed by one at a time, who sees what the one before has noted', async () => {
  const place = { repositoryId: 1, workflowPath: '.github/workflows/ci.yml', jobName: 'test', test: '' };
  await addFlakeEvent(store.database, place, OLD, NOW);
  await saveFlakyTest(store.database, { ...place, state: 'suspected', score: 0, lastFlakeAt: NOW }, NOW);
  const noting = await store.database.transaction().execute(async (transaction) => {
    await lockFlakyTest(transaction, place);
    const under = noteOutcomes(services, { ...place, installationId: 5, headSha: NEW });
    await blocked(1);
    await addFlakeEvent(transaction, place, NEW, NOW);
    return { under };
  });
  await noting.under;
  expect(await findFlakyTest(store.database, place)).toMatchObject({ state: 'flaky' });
  expect(sent).toEqual(['flaky']);
});

describe('the same job in other runs', () => {
  const asked = {
    repositoryId: 1,
    workflowPath: '.github/workflows/ci.yml',
    headSha: NEW,
    runId: 12,
    attempt: 1,
    jobNames: ['test'],
    base: { name: 'main', repository: 'octo/shop' },
  };
  const late = () => lateJobs(store.database, asked, { since: new Date('2026-11-20T11:00:00Z'), limit: 5 });
  const heard = (runId: number, name: string) =>
    saveJobs(store.database, [{ repositoryId: 1, heard: null, job: aJob({ id: runId, runId, name }) }]);

  it('is asked for where its run has ended and its word is not there yet', async () => {
    await told(aRun({ id: 8, conclusion: 'success' }));
    await told(aRun({ id: 9, conclusion: 'success' }));
    await told(aRun({ id: 10, headSha: NEW, headBranch: 'topic', conclusion: 'success' }));
    await told(aRun({ id: 11, headSha: NEW, headBranch: 'topic', conclusion: 'cancelled' }));
    await told(aRun({ id: 12, headSha: NEW, headBranch: 'topic' }));
    await heard(10, 'another');
    expect(await late()).toEqual([
      { runId: 10, attempt: 1 },
      { runId: 9, attempt: 1 },
    ]);
    await heard(10, 'test');
    await heard(9, 'test');
    expect(await late()).toEqual([]);
  });

  it('is not asked for where the run has ended long ago', async () => {
    await told(aRun({ id: 9, conclusion: 'success', updatedAt: '2026-11-20T10:00:00Z' }));
    expect(await late()).toEqual([]);
  });
});

/** Resolves when so many sessions wait for a lock. */
async function blocked(sessions: number): Promise<void> {
  for (let waiting = 0; waiting < sessions; ) {
    const { rows } = await store.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    waiting = rows[0]?.waiting ?? 0;
  }
}

type Event = () => Promise<unknown>;

/** Every order of the events, with its name. */
function orders(events: Record<string, Event>): [string, Event[]][] {
  const names = Object.keys(events);
  if (names.length === 0) return [['', []]];
  return names.flatMap((name) => {
    const { [name]: first, ...rest } = events;
    return orders(rest).map(([others, after]): [string, Event[]] => [
      others === '' ? name : `${name}, ${others}`,
      first ? [first, ...after] : after,
    ]);
  });
}
