import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COOKIE_NAMES } from '../../../src/api/access/cookies.ts';
import { ROLES, type Role } from '../../../src/config/api-keys.ts';
import { createApiKey } from '../../../src/config/secret-keys.ts';
import type { ErrorBody } from '../../../src/errors.ts';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { createKeyStore } from '../../../src/store/access/api-keys.ts';
import { createReachDatabase, withReach } from '../../../src/store/access/reach.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { signInOf } from '../../support/example-sign-in.ts';
import { arrive, runArrivals } from '../../support/history.ts';
import { DEPLOYMENTS, insertHealing, PULLS, RUNS } from '../insights/golden-history.ts';
import { exampleRequest, type Operation, operations } from './operations.ts';
import { insertExampleApproval, insertExampleIncident, insertExampleOutside, insertIncident } from './rows.ts';
import { type RunningApi, startApi } from './running-api.ts';

/**
 * The least role for each operation; `anybody` needs no key. An operation that is not here fails the suite: whoever adds a route
 * says here who may use it.
 */
const LEAST: Record<string, Role | 'anybody'> = {
  about: 'anybody',
  ping: 'anybody',
  health: 'anybody',
  liveness: 'anybody',
  readiness: 'anybody',
  metrics: 'anybody',
  triggerDiagnosis: 'developer',
  diagnoseLog: 'developer',
  diagnoseIncident: 'developer',
  fixIncident: 'developer',
  reportIncident: 'developer',
  listOutsideIncidents: 'viewer',
  readOutsideIncident: 'viewer',
  listIncidents: 'viewer',
  readIncident: 'viewer',
  agentUsage: 'viewer',
  listApprovals: 'viewer',
  readApproval: 'viewer',
  approveApproval: 'approver',
  rejectApproval: 'approver',
  listBuilds: 'viewer',
  readBuild: 'viewer',
  downloadLogs: 'viewer',
  readJobLog: 'viewer',
  readParsedLog: 'viewer',
  pipelineOverview: 'viewer',
  pipelineStatus: 'viewer',
  pipelineMetrics: 'viewer',
  pipelineRecent: 'viewer',
  analyticsOverview: 'viewer',
  analyticsTrends: 'viewer',
  analyticsPerformance: 'viewer',
  analyticsRecovery: 'viewer',
  analyticsFailures: 'viewer',
  analyticsFlaky: 'viewer',
  compareWorkflows: 'viewer',
  listRollbacks: 'viewer',
  listDeployments: 'viewer',
  rerunBuild: 'developer',
  cancelBuild: 'developer',
  listInstallations: 'viewer',
  listRepositories: 'viewer',
  readRepository: 'viewer',
  readConfiguration: 'viewer',
  listTasks: 'developer',
  readTask: 'developer',
  retryTask: 'admin',
  cancelTask: 'admin',
  listQueues: 'developer',
  listDeadLetters: 'developer',
  redriveDeadLetters: 'admin',
  redriveDeadLetter: 'admin',
  listAudit: 'admin',
  listNotificationChannels: 'viewer',
  addNotificationChannel: 'admin',
  readNotificationChannel: 'viewer',
  changeNotificationChannel: 'admin',
  removeNotificationChannel: 'admin',
  testNotificationChannel: 'developer',
  resumeNotificationChannel: 'admin',
  listNotificationRules: 'viewer',
  addNotificationRule: 'admin',
  readNotificationRule: 'viewer',
  replaceNotificationRule: 'admin',
  removeNotificationRule: 'admin',
  readNotificationSettings: 'viewer',
  saveNotificationSettings: 'admin',
  listNotifications: 'viewer',
  retryNotification: 'developer',
  sendToSlack: 'developer',
  createLiveTicket: 'viewer',
  listKeys: 'admin',
  createKey: 'admin',
  revokeKey: 'admin',
  issueToken: 'viewer',
  revokeToken: 'viewer',
  beginSignIn: 'anybody',
  completeSignIn: 'anybody',
  readSession: 'viewer',
  endSession: 'anybody',
};

const NOW = new Date('2026-11-20T12:00:00Z');
/** Its rows are those of the API's examples, so that examples ask for them by their ids. */
const HERE = 4711;
const ELSEWHERE = 4712;
const PUBLIC_URL = 'https://regreen.example';
const ELSEWHERE_COOKIE = `${COOKIE_NAMES.session}=${secretOf('elsewhere')}`;

let test: TestDatabase;
let api: RunningApi;
const keys = new Map<string, string>();
/** What the other tenant is answered while this one has no rows at all. */
const alone = new Map<string, string>();

/** Some two hundred requests, on a machine that may be busy. */
const PATIENCE_MS = 180_000;

beforeAll(async () => {
  test = await createTestDatabase();
  const visible = createReachDatabase(test.pool);
  const people = Object.fromEntries(ROLES.map((role) => [secretOf(role), { 1: role }]));
  const signIn = signInOf({ ...people, [secretOf('nobody')]: {}, [secretOf('elsewhere')]: { 2: 'admin' } });
  api = await startApi(test.database, () => NOW, { visible, signIn, publicUrl: PUBLIC_URL });
  for (const installation of [null, HERE, ELSEWHERE]) {
    for (const role of ROLES) keys.set(`${installation} ${role}`, await keyOf(installation, role));
  }
  await fillElsewhere();
  for (const { name, ask } of questions()) alone.set(name, await ask());
  await fillHere();
}, PATIENCE_MS);

afterAll(async () => {
  await api.close();
  await test.drop();
});

async function keyOf(installation: number | null, role: Role): Promise<string> {
  const { key, ...fresh } = createApiKey();
  const rights = { role, scopes: null, installations: installation === null ? null : [installation], expiresAt: null };
  await createKeyStore(test.database).create({ ...fresh, ...rights, name: role, createdBy: 'test' }, NOW, null);
  return key;
}

async function fillElsewhere(): Promise<void> {
  const tools = { id: 2, owner: 'other', name: 'tools' };
  const job = {
    id: 9021,
    name: 'build',
    started: '2026-11-19T10:00:00Z',
    completed: '2026-11-19T10:05:00Z',
    conclusion: 'failure',
  };
  const attempt = { started: '2026-11-19T10:00:00Z', completed: '2026-11-19T10:05:00Z', conclusion: 'failure', jobs: [job] };
  await arrive(test.database, runArrivals(tools, { id: 902, created: '2026-11-19T10:00:00Z', attempts: [attempt] }));
  await insertIncident(test.database, { repository_id: 2, branch: 'main' });
  await test.pool.query(`update repositories set installation_id = ${ELSEWHERE} where id = 2`);
  await refreshFigures(test.database);
}

async function fillHere(): Promise<void> {
  await insertExampleIncident(test.database);
  await insertExampleApproval(test.database);
  await insertExampleOutside(test.database);
  await arrive(test.database, [...RUNS, ...DEPLOYMENTS, ...PULLS]);
  await insertHealing(test.database);
  await test.pool.query(`update repositories set owner = 'octo-org', name = 'widgets', installation_id = ${HERE} where id = 1`);
  await refreshFigures(test.database);
}

function bearer(installation: number | null, role: Role): Record<string, string> {
  return { authorization: `Bearer ${keys.get(`${installation} ${role}`)}` };
}

/** What the browser of somebody with this role in the repository of this tenant sends, from a page of this server. */
function sessionOf(role: Role | null): Record<string, string> {
  return { cookie: `${COOKIE_NAMES.session}=${secretOf(role ?? 'nobody')}`, origin: PUBLIC_URL };
}

function secretOf(name: string): string {
  return name.padEnd(43, '-');
}

/** Every operation, asked by the other tenant's admins as in the example, and without what may be left out. */
function questions() {
  const key = () => bearer(ELSEWHERE, 'admin');
  const session = () => ({ ...sessionOf(null), cookie: ELSEWHERE_COOKIE });
  const ways = [
    { by: 'key', query: 'all', headers: key },
    { by: 'key', query: 'required', headers: key },
    { by: 'session', query: 'all', headers: session },
  ] as const;
  return operations
    .filter(({ operation }) => operation.security?.some((one) => 'bearer' in one))
    .flatMap((operation) =>
      ways.map(({ by, query, headers }) => ({
        name: `${operation.id}, ${query} of the query, by ${by}`,
        operation,
        ask: async () => {
          const { path, init } = exampleRequest(operation, headers(), query);
          const response = await fetch(`${api.origin}${path}`, init);
          return `${response.status} ${comparable(operation, await response.text())}`;
        },
      })),
    );
}

/** What is made anew at each request says nothing of rows; of a change only its refusal is compared. */
function comparable({ method }: Operation, text: string): string {
  const same = text.replaceAll(/"(?:correlationId|timestamp)":"[^"]*"/g, '');
  return method === 'get' || same.includes('"error"') ? same : '';
}

describe('roles', () => {
  it('are said for every operation of the description, and for no other', () => {
    expect(Object.keys(LEAST).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });

  it.each(operations)('$method $path lets its role in and those above, and nobody else', async (operation) => {
    const least = LEAST[operation.id] ?? 'admin';
    const statuses: Record<string, number> = {};
    for (const role of [null, ...ROLES]) {
      const { path, init } = exampleRequest(operation, role === null ? {} : bearer(null, role));
      statuses[role ?? 'nobody'] = (await fetch(`${api.origin}${path}`, init)).status;
    }
    const allowed = least === 'anybody' ? ['nobody', ...ROLES] : ROLES.slice(ROLES.indexOf(least));
    for (const [who, status] of Object.entries(statuses)) {
      if (allowed.includes(who)) expect([401, 403, 500], `${who}: ${status}`).not.toContain(status);
      else expect(status, who).toBe(who === 'nobody' ? 401 : 403);
    }
  });
});

/** Of the whole server, or of keys only: no right in a repository gives these. */
const OF_THE_SERVER = /Notification|sendToSlack|Key|issueToken|revokeToken/;

function leastOf({ id }: Operation): Role {
  const least = LEAST[id] ?? 'admin';
  return least === 'anybody' ? 'viewer' : least;
}

describe('people who have signed in', () => {
  it.each(operations.filter(({ id }) => LEAST[id] !== 'anybody'))(
    '$method $path lets in whoever has its role in a repository, and nobody else',
    async (operation) => {
      const least = leastOf(operation);
      const allowed = OF_THE_SERVER.test(operation.id) ? [] : ROLES.slice(ROLES.indexOf(least));
      for (const role of [null, ...ROLES]) {
        const { path, init } = exampleRequest(operation, sessionOf(role));
        const response = await fetch(`${api.origin}${path}`, init);
        const code = response.status === 403 ? (((await response.json()) as ErrorBody).error.code ?? '') : '';
        // A right that they have and that concerns the whole server is told apart from one that they lack.
        if (role !== null && allowed.includes(role))
          expect([401, 500, 'SCOPE_MISSING'], role).not.toContain(code || response.status);
        else if (operation.id === 'readSession') expect(response.status).toBe(200);
        else expect(code, role ?? 'no role').toBe('SCOPE_MISSING');
      }
    },
  );
});

describe('another tenant', () => {
  it.each(questions())('is answered as if these rows were not there: $name', async ({ name, ask }) => {
    expect(await ask()).toBe(alone.get(name));
  });

  it('has rows of its own, and these are seen here: else the answers would agree whatever they are', async () => {
    const names = async (installation: number) => {
      const response = await fetch(`${api.origin}/api/v1/pipeline/status`, { headers: bearer(installation, 'viewer') });
      return ((await response.json()) as { repositories: { repository: string }[] }).repositories.map(
        ({ repository }) => repository,
      );
    };
    expect(await names(HERE)).toEqual(['octo-org/widgets']);
    expect(await names(ELSEWHERE)).toEqual(['other/tools']);
    const { rows } = await test.pool.query("select state from approvals where repository_id = 1 and state <> 'pending'");
    expect(rows).toEqual([]);
  });

  it('reaches no table that has no view of its own rows, and changes nothing in one that has', async () => {
    const visible = createReachDatabase(test.pool);
    const as = <T>(work: () => Promise<T>) => withReach({ installations: [ELSEWHERE] }, work);
    await expect(as(() => visible.selectFrom('api_keys').selectAll().execute())).rejects.toThrow('does not exist');
    await expect(as(() => visible.deleteFrom('incidents').execute())).rejects.toThrow('read-only');
    await expect(visible.selectFrom('incidents').selectAll().execute()).rejects.toThrow('nobody has said who is asking');
    // The connections are others' next: nothing of that stays on them.
    const { rows } = await test.pool.query("select current_setting('search_path') as path from api_keys limit 1");
    expect(rows).toEqual([{ path: '"$user", public' }]);
  });
});
