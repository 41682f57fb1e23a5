import fc from 'fast-check';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/github/types.ts';
import { record } from '../../../src/store/audit.ts';
import { latestRunsOfCommit, saveRun } from '../../../src/store/books/runs.ts';
import { createDatabase, createPool, migrate, pingDatabase } from '../../../src/store/database.ts';
import { diagnosesOfCommit, saveDiagnosis } from '../../../src/store/incidents/diagnoses.ts';
import { closeIncident, findIncident, openIncident } from '../../../src/store/incidents/incidents.ts';
import { saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { aDiagnosis, aDiagnostic, anIncident, aStoredDiagnosis } from '../../unit/github/texts/models.ts';

const log = pino({ level: 'silent' });
const AT = new Date('2026-11-20T10:00:00Z');
const SHA = 'a'.repeat(40);
let store: TestDatabase;

beforeAll(async () => {
  store = await createTestDatabase();
  await saveRepository(store.database, {
    id: 1,
    installationId: 9,
    owner: 'octo',
    name: 'shop',
    defaultBranch: 'main',
    private: false,
    archived: false,
  });
});
afterAll(() => store.drop());

function aRun(change: Partial<Run> = {}): Run {
  return {
    id: 7,
    attempt: 1,
    workflowId: 1,
    workflowName: 'CI',
    workflowPath: '.github/workflows/ci.yml',
    runNumber: 1,
    event: 'push',
    status: 'completed',
    conclusion: 'failure',
    headSha: SHA,
    headBranch: 'main',
    headRepository: 'octo/shop',
    pullRequests: [],
    actor: 'mona',
    url: 'https://github.test/runs/7',
    createdAt: AT.toISOString(),
    startedAt: null,
    updatedAt: AT.toISOString(),
    ...change,
  };
}

describe('the schema', () => {
  it('is brought up to date by whoever comes first, and twice does nothing', async () => {
    const empty = await createTestDatabase();
    await empty.pool.query('drop schema public cascade; create schema public');
    const pools = Array.from({ length: 3 }, () => createPool(empty.connection, { max: 2, log }));
    await Promise.all(pools.map((pool) => migrate(createDatabase(pool), log)));
    await migrate(empty.database, log);
    const { rows } = await empty.pool.query('select name from kysely_migration');
    expect(rows.length).toBeGreaterThan(0);
    await Promise.all(pools.map((pool) => pool.end()));
    await empty.drop();
  });
});

describe('what logs hold', () => {
  it('is kept, also NULs and halves of surrogate pairs, which PostgreSQL refuses', async () => {
    await saveRun(store.database, 1, aRun(), null);
    const incident = await openIncident(store.database, anIncident(), { cause: 'formatting', pullRequestNumber: null, at: AT });
    const text = fc.string({
      unit: fc.constantFrom('a', '\u0000', '\ud800', '\udc00', '\\u0000', '"', '\n', '\u{1f600}'),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(text, text, async (message, excerpt) => {
        const diagnosis = aDiagnosis({ diagnostics: [aDiagnostic({ message })] });
        await saveDiagnosis(store.database, {
          ...aStoredDiagnosis({ incidentId: incident.id, excerpt, diagnosis, jobName: excerpt }),
          repositoryId: 1,
        });
        await record(store.database, {
          actor: 'regreen',
          action: 'x.done',
          subject: excerpt,
          repositoryId: 1,
          correlationId: null,
          details: { message },
        });
      }),
      { numRuns: 40 },
    );
    const kept = await diagnosesOfCommit(store.database, 1, SHA);
    expect(kept.length).toBeGreaterThan(0);
    for (const one of kept) expect(one.excerpt).not.toContain('\u0000');
  });

  it('is counted once for each job, however often it is analysed', async () => {
    await saveRun(store.database, 1, aRun({ id: 8, headSha: 'b' }), null);
    const incident = await openIncident(store.database, anIncident({ fingerprint: 'dd' }), {
      cause: 'formatting',
      pullRequestNumber: null,
      at: AT,
    });
    const one = { ...aStoredDiagnosis({ incidentId: incident.id, runId: 8, headSha: 'b' }), repositoryId: 1 };
    await Promise.all([saveDiagnosis(store.database, one), saveDiagnosis(store.database, one)]);
    await saveDiagnosis(store.database, { ...one, excerpt: 'better' });
    expect(await diagnosesOfCommit(store.database, 1, 'b')).toEqual([expect.objectContaining({ excerpt: 'better' })]);
    expect((await findIncident(store.database, incident.id))?.failures).toBe(1);
  });
});

describe('incidents', () => {
  it('of one root cause are one, however many failures come at once; after its end there is a new one', async () => {
    const key = anIncident({ fingerprint: 'ee' });
    const opened = await Promise.all(
      Array.from({ length: 20 }, () =>
        openIncident(store.database, key, { cause: 'formatting', pullRequestNumber: null, at: AT }),
      ),
    );
    expect(new Set(opened.map((one) => one.id)).size).toBe(1);
    const id = opened[0]?.id ?? '';
    const ends = await Promise.all([1, 2, 3].map(() => closeIncident(store.database, id, { reason: 'green', at: AT })));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect((await openIncident(store.database, key, { cause: 'formatting', pullRequestNumber: null, at: AT })).id).not.toBe(id);
  });
});

describe('runs', () => {
  it('never become uncompleted by an event that comes late', async () => {
    const run = aRun({ id: 20, headSha: 'c' });
    await saveRun(store.database, 1, run, 12);
    await saveRun(store.database, 1, { ...run, status: 'in_progress', conclusion: null }, null);
    expect(await latestRunsOfCommit(store.database, 1, 'c')).toEqual([
      expect.objectContaining({ status: 'completed', conclusion: 'failure', pullRequestNumber: 12 }),
    ]);
    await saveRun(store.database, 1, { ...run, attempt: 2, status: 'in_progress', conclusion: null }, null);
    expect(await latestRunsOfCommit(store.database, 1, 'c')).toEqual([
      expect.objectContaining({ attempt: 2, status: 'in_progress' }),
    ]);
  });
});

describe('the pool', () => {
  it('hands out ids as numbers, and refuses those that would lose digits', async () => {
    const { rows } = await store.pool.query('select 9007199254740991::bigint as id, count(*) from audit');
    expect(rows[0].id).toBe(Number.MAX_SAFE_INTEGER);
    await expect(store.pool.query('select 9007199254740993::bigint as id')).rejects.toThrow(/above 2\^53/);
  });

  it('answers a ping, and says when the database is away', async () => {
    await pingDatabase(store.database, 2_000);
    const away = createDatabase(createPool({ host: '/nonexistent', database: 'x' }, { max: 1, log }));
    await expect(pingDatabase(away, 2_000)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', status: 503 });
  });

  it('survives that the server ends its connections', async () => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      store.database,
    );
    // A connection that has ended and does not know it yet may be handed out once.
    await expect.poll(() => pingDatabase(store.database, 2_000).then(() => 'up', String), { timeout: 120_000 }).toBe('up');
  });
});
