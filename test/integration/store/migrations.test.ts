import { Migrator } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { approvalsOfCommit, decideOnce } from '../../../src/store/approvals/approvals.ts';
import { nextBackfill, requestBackfills } from '../../../src/store/books/backfills.ts';
import { createBuildViews } from '../../../src/store/books/build-views.ts';
import { fixesOfIncidents } from '../../../src/store/fixes/fix-queries.ts';
import { rerunsOfRuns } from '../../../src/store/fixes/guards.ts';
import { declinesOfCommit, saveDeclines } from '../../../src/store/incidents/declines.ts';
import { latestDiagnosis } from '../../../src/store/incidents/diagnoses.ts';
import { createIncidentViews } from '../../../src/store/incidents/incident-views.ts';
import { migrationProvider } from '../../../src/store/migrations/index.ts';
import {
  findOrganizationDefault,
  forgetOrganizationDefault,
  saveOrganizationDefault,
} from '../../../src/store/repositories/organization-defaults.ts';
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

const KEY = `insert into api_keys (name, prefix, hash, role, created_at, created_by)
  values ('of before', 'rg_a', sha256('a'), 'viewer', now(), 'test');`;

const INCIDENT_ID = '00000000-0000-4000-8000-00000000000a';
const INCIDENT = `insert into incidents (id, repository_id, head_repository, branch, workflow_path, fingerprint, cause, status,
    opened_at, last_failure_at)
  values ('${INCIDENT_ID}', 1, 'octo/shop', 'discount', 'ci.yml', 'f00', 'formatting', 'open', now(), now());`;
const RUN = `insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status,
    conclusion, head_sha, head_branch, url, created_at)
  values (7, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'completed', 'failure', 'a', 'discount', 'u', now());`;
const FIX = `insert into fixes (incident_id, repository_id, attempt, fixer, fixer_version, state, outcome, workflow_path, base_branch,
    base_sha, branch, patch_hash, patch, paths, correlation_id)
  values ('${INCIDENT_ID}', 1, 1, 'prettier', '3.6.2', 'ended', 'verified', 'ci.yml', 'discount', 'a', 'regreen/x', 'h', 'p',
    '{a.js,b.js}', 'c');`;

function newest<Sort extends string>(sort: Sort) {
  return { sort, order: 'desc' as const, limit: 5 };
}

/** Protects the rows of a Regreen that is brought up to date. */
describe('rows from before the migration', () => {
  it('0003-fixes-of-heads: a fix heals its incident by the jobs that were red on its base, and keeps what its fixer did', async () => {
    await migrateWithRows(
      '0002-printed-diffs',
      `${REPOSITORY} ${INCIDENT}
      insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_id, job_name, head_sha, fingerprint, cause,
        confidence, diagnosis, excerpt, decision)
      select '${INCIDENT_ID}', 1, 7, attempt, null, job, sha, 'f00', 'formatting', 1, '{}', '', '{"mode": "fix", "remedies": []}'
      from (values (1, 'lint', 'a'), (2, 'lint', 'a'), (3, 'docs', 'a'), (4, 'other', 'b')) as of(attempt, job, sha);
      ${FIX}`,
    );
    const { rows } = await test.pool.query(
      `select heals.incident_id, heals.workflow_path, heals.fingerprint, heals.jobs, changes, delivery, parent_sha, target_branch,
        committed_at, state, outcome from fixes join fix_incidents heals on heals.fix_id = fixes.id`,
    );
    expect(rows).toEqual([
      {
        incident_id: INCIDENT_ID,
        workflow_path: 'ci.yml',
        fingerprint: 'f00',
        jobs: ['docs', 'lint'],
        changes: [{ fixer: 'prettier', tool: 'prettier', version: '3.6.2', paths: ['a.js', 'b.js'] }],
        delivery: 'pull-request',
        parent_sha: null,
        target_branch: null,
        committed_at: null,
        state: 'ended',
        outcome: 'verified',
      },
    ]);
    const [fix] = await fixesOfIncidents(test.database, [INCIDENT_ID]);
    expect(fix).toMatchObject({ parentSha: 'a', targetBranch: 'discount', heals: [{ jobs: ['docs', 'lint'] }] });
  });

  it('0004-verdicts-and-guards: diagnoses and runs stay, and have no verdict', async () => {
    await migrateWithRows(
      '0003-fixes-of-heads',
      `${REPOSITORY} ${INCIDENT} ${RUN}
      insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_id, job_name, head_sha, fingerprint, cause,
        confidence, diagnosis, excerpt, decision)
      values ('${INCIDENT_ID}', 1, 7, 1, 70, 'lint', 'a', 'f00', 'formatting', 1, '{}', 'x', '{"mode": "fix", "remedies": []}');`,
    );
    expect(await latestDiagnosis(test.database, INCIDENT_ID)).toMatchObject({ jobName: 'lint', verdict: null });
    expect(await rerunsOfRuns(test.database, [7])).toEqual([]);
  });

  it('0008-declines: incidents stay, and nothing is said to have been declined', async () => {
    await migrateWithRows('0007-approvals-of-every-kind', `${REPOSITORY} ${INCIDENT}`);
    expect(await declinesOfCommit(test.database, 'a', [INCIDENT_ID])).toEqual([]);
    await saveDeclines(test.database, { incidentIds: [INCIDENT_ID], headSha: 'a', reason: 'first', at: new Date(1) });
    await saveDeclines(test.database, { incidentIds: [INCIDENT_ID], headSha: 'a', reason: 'then\u0000', at: new Date(2) });
    expect(await declinesOfCommit(test.database, 'a', [INCIDENT_ID])).toEqual([
      { incidentId: INCIDENT_ID, reason: 'then\ufffd', at: new Date(2) },
    ]);
    expect(await declinesOfCommit(test.database, 'b', [INCIDENT_ID])).toEqual([]);
  });

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
    const { rows } = await test.pool.query("select runs, red, duration_ms from run_rollups where level = 'hour'");
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

  it('0009-agent-calls: incidents and fixes from before take questions, and what was reserved stays when a fix goes', async () => {
    await migrateWithRows('0008-declines', `${REPOSITORY} ${INCIDENT} ${FIX}`);
    await test.pool.query(
      `insert into agent_calls (repository_id, incident_id, base_sha, parent_sha, backend, model, state, tokens, micro_dollars,
        milliseconds, fix_id, correlation_id, started_at)
      select 1, incident_id, 'a', 'a', 'agentapi', 'm', 'asking', 5, 6, 7, id, 'c', now() from fixes`,
    );
    await test.pool.query('delete from fixes');
    const { rows } = await test.pool.query('select tokens, fix_id, estimated from agent_calls');
    expect(rows).toEqual([{ tokens: 5, fix_id: null, estimated: false }]);
  });

  it("0010-organization-defaults: decisions from before are read; an organisation's file counts until it is told to change", async () => {
    await migrateWithRows(
      '0009-agent-calls',
      `${REPOSITORY} ${INCIDENT} ${RUN}
      insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_id, job_name, head_sha, fingerprint, cause,
        confidence, diagnosis, excerpt, decision)
      values ('${INCIDENT_ID}', 1, 7, 1, null, 'lint', 'a', 'f00', 'formatting', 1, '{}', '', '{"mode": "fix", "remedies": [
        {"remedy": "fix", "verdict": "allowed", "reason": "The mode is fix.", "rule": "mode", "source": "mode"}]}')`,
    );
    const known = await latestDiagnosis(test.database, INCIDENT_ID);
    expect(known?.decision.remedies[0]).toMatchObject({ verdict: 'allowed', source: 'mode' });
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 10, minute));
    const find = (since: Date) => findOrganizationDefault(test.database, 'Octo', since);
    expect(await find(at(0))).toBeNull();
    await saveOrganizationDefault(test.database, 'octo', { text: 'mode: fix', readable: true }, at(1));
    expect(await find(at(0))).toEqual({ text: 'mode: fix', readable: true });
    expect(await find(at(1))).toBeNull();
    // Told while it was being read: what was read is older than the push.
    await forgetOrganizationDefault(test.database, 'OCTO', at(3));
    await saveOrganizationDefault(test.database, 'octo', { text: 'mode: fix', readable: true }, at(2));
    expect(await find(at(0))).toBeNull();
    await saveOrganizationDefault(test.database, 'octo', { text: null, readable: false }, at(4));
    await saveOrganizationDefault(test.database, 'octo', { text: 'mode: fix', readable: true }, at(2));
    expect(await find(at(0))).toEqual({ text: null, readable: false });
  });

  it('0011-figures-apart: sums are made anew', async () => {
    await migrateWithRows(
      '0010-organization-defaults',
      `${REPOSITORY}
      insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status,
        conclusion, head_sha, head_branch, url, created_at, started_at, completed_at)
      values (7, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'completed', 'success', 'a', 'main', 'u', '2026-11-01T10:00Z',
        '2026-11-01T10:00Z', '2026-11-01T10:05Z');
      insert into run_rollups values ('day', '', '', '2026-11-01Z', 1, 1, 1, 0, 0, 0, 1, 0, 1, 300000, '', 0, 0, 0, 0, 0, '');`,
    );
    await refreshFigures(test.database);
    const { rows } = await test.pool.query('select level, runs from run_rollups order by level');
    expect(rows).toEqual(
      ['day', 'hour', 'kind', 'workflow', 'workflow-hour', 'workflow-kind'].map((level) => ({ level, runs: 1 })),
    );
  });

  it('0023-workflows-by-the-hour: workflows have sums by the hour, too', async () => {
    await migrateWithRows('0021-sessions', `${REPOSITORY} ${RUN} update runs set status = 'completed', conclusion = 'failure';`);
    await refreshFigures(test.database);
    const { rows } = await test.pool.query("select workflow_path, runs from run_rollups where level = 'workflow-hour'");
    expect(rows).toEqual([{ workflow_path: 'ci.yml', runs: 1 }]);
  });

  it('0025-two-filters: runs from before stand in the lists', async () => {
    await migrateWithRows('0023-workflows-by-the-hour', `${REPOSITORY} ${RUN}`);
    const { list } = createBuildViews(test.database, () => new Date());
    const query = { repositoryId: 1, workflowPath: 'ci.yml', sort: 'createdAt', order: 'desc', limit: 1 } as const;
    expect((await list(query)).items).toHaveLength(1);
    const { rows } = await test.pool.query(
      "select from pg_indexes where tablename = 'runs' and indexname like 'runs_of_%_and_%'",
    );
    expect(rows).toHaveLength(4);
  });

  it('0026-traces-of-notices: notices from before belong to no trace, and new ones to that of their session', async () => {
    const insert = (key: string) =>
      `insert into notices (key, kind, repository_id, at) values ('${key}', 'went-red', 1, '2026-11-01Z');`;
    await migrateWithRows('0025-two-filters', `${REPOSITORY} ${insert('before')}`);
    await test.pool.query(
      `${insert('untraced')} set regreen.traceparent = '00-a-b-01'; ${insert('traced')} reset regreen.traceparent`,
    );
    const { rows } = await test.pool.query('select key, traceparent from notices order by id');
    expect(rows).toEqual([
      { key: 'before', traceparent: null },
      { key: 'untraced', traceparent: null },
      { key: 'traced', traceparent: '00-a-b-01' },
    ]);
  });

  it('0027-redeployments: of deployments from before it is known whether their version was there already', async () => {
    await migrateWithRows(
      '0026-traces-of-notices',
      `${REPOSITORY}
      insert into deployments (id, repository_id, environment, sha, ref, state, updated_at, created_at, ever_succeeded)
      select id, 1, environment, sha, 'main', 'inactive', at, at, succeeded
      from (values (1, 'production', 'a', true), (2, 'production', 'b', true), (3, 'staging', 'a', true), (4, 'production', 'a', true),
        (5, 'production', 'b', false)) as of(id, environment, sha, succeeded),
        lateral (select '2026-11-01Z'::timestamptz + id * interval '1 hour' as at) as times;`,
    );
    const { rows } = await test.pool.query('select id from deployments where redeployed');
    expect(rows).toEqual([{ id: 4 }]);
  });

  it('0030-run-totals: what was summed up for each repository is added up, and again when one changes', async () => {
    const sums = (repositoryId: number, runs: number, sketch: string, kind = '') =>
      `('${kind === '' ? 'day' : 'kind'}', '', '${kind}', '2026-11-01Z', ${repositoryId}, ${runs}, ${runs}, 0, 0, 0, ${runs}, 0, ${runs}, 60000,
        '\\x${sketch}', 0, 0, 0, 0, 0, '')`;
    await migrateWithRows(
      '0027-redeployments',
      `${REPOSITORY} insert into repositories (id, owner, name, default_branch) values (2, 'octo', 'other', 'main');
      insert into run_rollups values ${sums(1, 3, '0500000107000002')}, ${sums(2, 5, '0700000306000001ff000001')},
        ${sums(1, 2, '05000002', 'regreen')};`,
    );
    const totals = async () =>
      (
        await test.pool.query(
          "select branch_kind, runs, duration_ms, encode(duration_sketch, 'hex') as sketch from run_totals order by 1",
        )
      ).rows;
    expect(await totals()).toEqual([
      { branch_kind: '', runs: 8, duration_ms: 120_000, sketch: '050000010600000107000005ff000001' },
      { branch_kind: 'regreen', runs: 2, duration_ms: 60_000, sketch: '05000002' },
    ]);
    await test.pool.query("delete from run_rollups where repository_id = 2 or branch_kind = 'regreen'");
    await refreshFigures(test.database);
    expect(await totals()).toEqual([{ branch_kind: '', runs: 3, duration_ms: 60_000, sketch: '0500000107000002' }]);
  });

  it('0031-job-weeks: weeks from before are added up', async () => {
    await migrateWithRows(
      '0030-run-totals',
      `${REPOSITORY} insert into job_rollups
        select 1, '2026-01-05Z'::timestamptz + day * interval '24 hours', 'ci.yml', 'test', 1, 1, 0, 1, 60000, ''::bytea, 0, 0, ''::bytea
        from generate_series(0, 9) as day;`,
    );
    await refreshFigures(test.database);
    const { rows } = await test.pool.query('select week, duration_ms from job_weeks order by week');
    expect(rows).toEqual([
      { week: new Date('2026-01-05'), duration_ms: 420_000 },
      { week: new Date('2026-01-12'), duration_ms: 180_000 },
    ]);
  });

  it('0012-backfills: repositories from before can be asked for', async () => {
    await migrateWithRows('0011-figures-apart', REPOSITORY);
    const at = new Date('2026-11-20T00:00:00Z');
    await requestBackfills(test.database, [1], { since: new Date('2026-10-21T00:00:00Z'), at });
    expect(await nextBackfill(test.database)).toMatchObject({ repositoryId: 1, doneFrom: at, runs: 0 });
  });

  it('0015-approvals-of-agents: questions from before stay, and an agent may be asked about beside them', async () => {
    await migrateWithRows(
      '0012-backfills',
      `${REPOSITORY} ${INCIDENT}
      insert into approvals (repository_id, incident_id, remedy, branch, head_sha, state, patch, patch_hash, fixers, asked_at, expires_at)
      values (1, '${INCIDENT_ID}', 'rerun', 'main', 'a', 'pending', '', 'h', '{}', '2026-11-01', '2026-11-08');`,
    );
    await test.pool.query(
      `insert into approvals (repository_id, incident_id, remedy, branch, head_sha, state, patch, patch_hash, fixers, asked_at, expires_at)
      values (1, '${INCIDENT_ID}', 'delegate', 'main', 'a', 'pending', '', 'i', '{codegen}', '2026-11-02', '2026-11-08');`,
    );
    const approvals = await approvalsOfCommit(test.database, 1, 'a');
    expect(approvals.map(({ remedy, state }) => `${remedy} ${state}`)).toEqual(['rerun pending', 'delegate pending']);
    await expect(test.pool.query("update approvals set remedy = 'merge'")).rejects.toThrow('approvals_remedy_check');
  });

  it('0020-notifications: what is open from before is found red still, and is told when it is green', async () => {
    await migrateWithRows(
      '0012-backfills',
      `${REPOSITORY} ${INCIDENT} ${RUN} ${FIX}
      update incidents set failures = 3;
      insert into approvals (repository_id, incident_id, branch, head_sha, state, patch, patch_hash, fixers, asked_at, expires_at)
      values (1, '${INCIDENT_ID}', 'discount', 'a', 'pending', 'p', 'h', '{prettier}', now(), now());`,
    );
    await test.pool.query(`
      insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_id, job_name, head_sha, fingerprint, cause,
        confidence, diagnosis, excerpt, decision)
      values ('${INCIDENT_ID}', 1, 7, 1, null, 'lint', 'a', 'f00', 'formatting', 1, '{}', '', '{}');
      update runs set conclusion = 'success', head_repository = 'octo/shop';
      update incidents set status = 'closed', closed_at = now();`);
    const { rows } = await test.pool.query('select kind from notices order by id');
    expect(rows.map(({ kind }) => kind)).toEqual(['still-red', 'green-again']);
  });

  it('0016-lists-at-size: rows from before stand in the lists', async () => {
    await migrateWithRows(
      '0012-backfills',
      `${REPOSITORY} ${INCIDENT} ${RUN}
      insert into deployments (id, repository_id, environment, sha, ref, state, created_at, updated_at)
      select id, 1, 'production', 'a', 'main', 'inactive', now(), now() from generate_series(1, 3) as id;
      insert into deployment_states (id, deployment_id, repository_id, state, at)
      values (11, 1, 1, 'success', now()), (12, 2, 1, 'error', now()), (13, 3, 1, 'in_progress', now());`,
    );
    const ever = await test.pool.query('select id, ever_succeeded as green, ever_failed as red from deployments order by id');
    expect(ever.rows).toEqual([
      { id: 1, green: true, red: false },
      { id: 2, green: false, red: true },
      { id: 3, green: false, red: false },
    ]);
    const builds = createBuildViews(test.database, () => new Date());
    expect((await builds.list({ event: 'push', branch: 'discount', ...newest('createdAt') })).items).toMatchObject([{ id: 7 }]);
    const incidents = createIncidentViews(test.database);
    expect((await incidents.list({ status: 'open', cause: 'formatting', ...newest('openedAt') })).items).toMatchObject([
      { id: INCIDENT_ID },
    ]);
  });

  it('0017-outside-incidents: the audit log stays as it is, and what others tell of has a place', async () => {
    await migrateWithRows(
      '0012-backfills',
      `${REPOSITORY} insert into audit (actor, action, subject, repository_id) values ('mona', 'run.rerun', 'run:7', 1);`,
    );
    const audit = await test.pool.query('select actor, action, subject, repository_id from audit');
    expect(audit.rows).toEqual([{ actor: 'mona', action: 'run.rerun', subject: 'run:7', repository_id: 1 }]);
    expect((await test.pool.query('select * from outside_incidents')).rows).toEqual([]);
  });

  it('0019-live: what was there tells nothing, what changes does, and what is long past does not', async () => {
    await migrateWithRows('0012-backfills', `${REPOSITORY} ${RUN} ${INCIDENT}`);
    const events = async () => (await test.pool.query('select kind, repository_id, data from live_events order by id')).rows;
    expect(await events()).toEqual([]);
    await test.pool.query("update runs set conclusion = 'success', updated_at = now(); update runs set url = 'v'");
    await test.pool.query("update incidents set status = 'closed', closed_at = now()");
    await test.pool.query(`insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event,
      status, head_sha, url, created_at) values (8, 1, 1, 1, 'CI', 'ci.yml', 2, 'push', 'completed', 'b', 'u', now() - interval '2 days')`);
    expect(await events()).toMatchObject([
      { kind: 'build', repository_id: 1, data: { id: 7, conclusion: 'success', branch: 'discount' } },
      { kind: 'incident', data: { id: INCIDENT_ID, status: 'closed' } },
    ]);
  });

  it('0021-sessions: keys of before go on, and people may be signed in beside them; one that ends is told of', async () => {
    await migrateWithRows('0018-access', KEY);
    expect((await test.pool.query('select name from api_keys')).rows).toEqual([{ name: 'of before' }]);
    const listening = await test.pool.connect();
    const told: string[] = [];
    listening.on('notification', ({ channel }) => told.push(channel));
    await listening.query('listen regreen_access');
    await listening.query(`
      insert into sessions (id, hash, user_id, login, created_at, seen_at, expires_at, sealed, sealed_under, roles, roles_read_at)
      values (gen_random_uuid(), sha256('a'), 7, 'mona', now(), now(), now(), '', 'k', '{}', now());
      delete from sessions where user_id = 7;`);
    await listening.query('select 1');
    expect(told).toEqual(['regreen_access']);
    listening.release(true);
  });
});
