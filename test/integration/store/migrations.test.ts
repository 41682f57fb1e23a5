import { Migrator } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { approvalsOfCommit, decideOnce } from '../../../src/store/approvals.ts';
import { migrationProvider } from '../../../src/store/migrations/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
  await test.pool.query('drop schema public cascade; create schema public');
});
afterEach(() => test.drop());

/** Brings an empty database up to a migration, lets it be filled, and brings it up to date. */
async function migrateWithRows(upTo: string, rows: string): Promise<void> {
  const migrator = new Migrator({ db: test.database, provider: migrationProvider });
  const before = await migrator.migrateTo(upTo);
  expect(before.error).toBeUndefined();
  await test.pool.query(rows);
  const after = await migrator.migrateToLatest();
  expect(after.error).toBeUndefined();
}

const REPOSITORY = "insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main');";

/** Protects the rows of a Regreen that is brought up to date. */
describe('rows from before the migration', () => {
  it('0005-books: stay, and give way to any new word', async () => {
    await migrateWithRows(
      '0004-verdicts-and-guards',
      `${REPOSITORY}
      insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status,
        conclusion, head_sha, url, created_at, completed_at)
      values (7, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'completed', 'failure', 'a', 'u', '2026-11-01Z', '2026-11-02Z');
      insert into jobs (id, run_id, run_attempt, repository_id, name, status, steps)
      values (8, 7, 1, 1, 'test', 'completed', '[{"number": 1, "name": "x", "status": "completed", "conclusion": null}]');
      insert into deployments (id, repository_id, environment, sha, ref, state, updated_at)
      values (9, 1, 'production', 'a', 'main', 'success', '2026-11-01Z');
      insert into pull_requests (repository_id, number, state, author, title, head_sha, head_branch, base_branch, updated_at)
      values (1, 3, 'open', 'mona', 't', 'a', 'b', 'main', '2026-11-01');`,
    );
    const { rows } = await test.pool.query(
      `select runs.updated_at, jobs.created_at as job_created, jobs.running_at, deployments.production,
        deployments.created_at, pull_requests.merged_at
      from runs, jobs, deployments, pull_requests`,
    );
    expect(rows).toEqual([
      {
        updated_at: Number.NEGATIVE_INFINITY,
        job_created: null,
        running_at: null,
        production: true,
        created_at: new Date('2026-11-01T00:00:00Z'),
        merged_at: null,
      },
    ]);
  });

  it('0006-figures: completed runs are summed up at the next refresh', async () => {
    await migrateWithRows(
      '0005-books',
      `${REPOSITORY}
      insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status,
        conclusion, head_sha, head_branch, url, created_at, started_at, completed_at)
      values (7, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'completed', 'failure', 'a', 'main', 'u', '2026-11-01T10:00Z',
        '2026-11-01T10:00Z', '2026-11-01T10:05Z'),
        (8, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'in_progress', null, 'a', 'main', 'u', '2026-11-01T10:00Z', null, null);`,
    );
    await refreshFigures(test.database);
    const { rows } = await test.pool.query("select runs, red, duration_ms from run_rollups where grain = 'hour'");
    expect(rows).toEqual([{ runs: 1, red: 1, duration_ms: 300_000 }]);
    expect((await test.pool.query('select started_at, ended_at from red_periods')).rows).toEqual([
      { started_at: new Date('2026-11-01T10:05:00Z'), ended_at: null },
    ]);
  });

  it('0007-approvals-of-every-kind: are questions about fixes, and can still be decided', async () => {
    await migrateWithRows(
      '0006-figures',
      `${REPOSITORY}
      insert into incidents (id, repository_id, head_repository, branch, workflow_path, fingerprint, cause, status, opened_at, last_failure_at)
      values ('00000000-0000-4000-8000-000000000001', 1, 'octo/shop', 'main', 'ci.yml', 'f', 'lint', 'open', '2026-11-01', '2026-11-01');
      insert into approvals (repository_id, incident_id, branch, head_sha, state, patch, patch_hash, fixers, asked_at, expires_at)
      values (1, '00000000-0000-4000-8000-000000000001', 'main', 'a', 'pending', 'p', 'h', '{workflow-files}', '2026-11-01', '2026-11-08');`,
    );
    const [approval] = await approvalsOfCommit(test.database, 1, 'a');
    expect(approval).toMatchObject({ remedy: 'fix', runId: null, reason: '', askedBy: null, refused: null, state: 'pending' });
    const word = { to: 'approved' as const, by: 'mona', from: 'button', reason: null, at: new Date('2026-11-02Z') };
    expect(await decideOnce(test.database, approval?.id ?? '', word)).toBe(true);
  });
});
