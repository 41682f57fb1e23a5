import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { FINDING_CODES, type FindingCode } from '../../../src/doctor/catalogue.ts';
import type { ExamineOptions } from '../../../src/doctor/examine.ts';
import { doctorReportSchema, toJson, toText } from '../../../src/doctor/report.ts';
import type { Permissions } from '../../../src/sandbox/state/model.ts';
import { APP_MANIFEST_PATH } from '../../../src/setup/manifest.ts';
import { addChannel } from '../../../src/store/notifications/channels.ts';
import {
  addressOf,
  codesOf,
  createPatient,
  GIGABYTE,
  NOWHERE,
  otherKey,
  type Patient,
  roomy,
  startAnswering,
} from './patient.ts';

/** What a fault does to the configuration, and how it is taken away again. */
interface Planted {
  changes?: Record<string, string | undefined>;
  options?: Partial<ExamineOptions>;
  mend?: () => unknown;
}

interface Fault {
  what: string;
  code: FindingCode;
  plant(patient: Patient): Promise<Planted> | Planted;
  /** What else must follow from it. */
  also?: FindingCode[];
  /** What its remedy or address must say. */
  says: RegExp;
}

const later = (ms: number) => ({ options: { now: () => new Date(Date.now() + ms) } });
const MINUTE_MS = 60_000;

async function sql(patient: Patient, text: string, mend?: string): Promise<Planted> {
  await patient.database.pool.query(text);
  return { mend: () => (mend === undefined ? undefined : patient.database.pool.query(mend)) };
}

async function writeEnv({ folder }: Patient, text: string, mode = 0o600): Promise<Planted> {
  const path = join(folder, '.env');
  await writeFile(path, text);
  await chmod(path, mode);
  return {
    mend: async () => {
      await writeFile(path, 'PORT=1\n');
      await chmod(path, 0o600);
    },
  };
}

async function answering(
  status: number,
  body: string,
  changes: (url: string, port: number) => Record<string, string>,
): Promise<Planted> {
  const server = await startAnswering(status, body);
  return { changes: changes(server.url, server.port), mend: () => server.close() };
}

/** The newest delivery is one that the receiver answered so. */
async function delivered(patient: Patient, status: number, url?: string): Promise<Planted> {
  const { receiver, sandbox } = patient;
  receiver.status = status;
  if (url) sandbox.deliverTo(url);
  await patient.happen();
  receiver.status = 202;
  sandbox.deliverTo(`${receiver.url}/api/github/webhooks`);
  return { mend: () => forgetDeliveries(patient) };
}

/** GitHub forgets what it sent, and sends something that arrives. */
async function forgetDeliveries(patient: Patient): Promise<void> {
  patient.sandbox.state.deliveries.length = 0;
  await patient.happen();
}

function hook({ sandbox, receiver }: Patient, url: string): Planted {
  sandbox.deliverTo(url);
  return { mend: () => sandbox.deliverTo(`${receiver.url}/api/github/webhooks`) };
}

function installation(
  { sandbox }: Patient,
  change: (one: { permissions: Permissions; events: readonly string[]; suspendedAt: Date | null }) => void,
): Planted {
  const [one] = sandbox.state.installations.values();
  if (!one) throw new Error('no installation');
  const before = { permissions: one.permissions, events: one.events, suspendedAt: one.suspendedAt };
  change(one);
  return { mend: () => Object.assign(one, before) };
}

async function channel(
  { database }: Patient,
  more: string,
  secret: { sealed: Buffer; keyId: string } | null = null,
): Promise<Planted> {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  const settings = { kind: 'slack' as const, settings: {}, secretHint: null, enabled: true };
  await addChannel(database.database, { id, name: 'team', secret, ...settings }, new Date());
  await database.pool.query(`update notification_channels set ${more}`);
  return { mend: () => database.pool.query('delete from notification_channels') };
}

const AGENT = { AGENT_BACKEND: 'openai-compatible', AGENT_MODEL: 'wise' };
const health = (name: string, status: string) =>
  JSON.stringify({ version: '1', components: { [name]: { status, message: 'tired' } } });

const FAULTS: readonly Fault[] = [
  { what: 'no APP_ID', code: 'CONFIGURATION_MISSING', plant: () => ({ changes: { APP_ID: undefined } }), says: /regreen setup/ },
  {
    what: 'a key that is none',
    code: 'CONFIGURATION_INVALID',
    plant: () => ({ changes: { PRIVATE_KEY: 'nonsense' } }),
    says: /Correct/,
  },
  { what: 'a variable with a slip', code: 'VARIABLE_UNKNOWN', plant: (p) => writeEnv(p, 'PORTS=1\n'), says: /Correct its name/ },
  { what: 'a .env that all may read', code: 'ENV_FILE_OPEN', plant: (p) => writeEnv(p, 'PORT=1\n', 0o644), says: /chmod 600/ },
  {
    what: 'no PostgreSQL at the address',
    code: 'DATABASE_UNREACHABLE',
    plant: () => ({ changes: { DATABASE_URL: 'postgresql://regreen@127.0.0.1:1/regreen' } }),
    says: /Start PostgreSQL/,
  },
  {
    what: 'another password',
    code: 'DATABASE_LOGIN_REFUSED',
    plant: (p) => ({ changes: { DATABASE_URL: addressOf(p.database, { password: 'wrong' }) } }),
    says: /user and password/,
  },
  {
    what: 'a database that is not there',
    code: 'DATABASE_MISSING',
    plant: (p) => ({ changes: { DATABASE_URL: addressOf(p.database, { database: 'nowhere' }) } }),
    says: /createdb/,
  },
  {
    what: 'a database that speaks no TLS, and is to',
    code: 'DATABASE_UNTRUSTED',
    plant: (p) => ({ changes: { DATABASE_URL: `${addressOf(p.database)}&sslmode=require` } }),
    says: /sslmode=disable/,
  },
  {
    what: 'a data folder that is a file',
    code: 'DATA_FOLDER_UNUSABLE',
    plant: (p) => ({ changes: { DATABASE_URL: undefined, REGREEN_DATA_DIR: join(p.folder, '.env', 'data') } }),
    says: /REGREEN_DATA_DIR/,
  },
  {
    what: 'a migration that was not applied',
    code: 'MIGRATIONS_PENDING',
    plant: async (p) => {
      const { rows } = await p.database.pool.query(
        'delete from kysely_migration where name = (select max(name) from kysely_migration) returning name, timestamp',
      );
      const { name, timestamp } = rows[0] as { name: string; timestamp: string };
      return { mend: () => p.database.pool.query('insert into kysely_migration values ($1, $2)', [name, timestamp]) };
    },
    says: /Start Regreen/,
  },
  {
    what: 'a migration of a newer version',
    code: 'MIGRATIONS_UNKNOWN',
    plant: (p) =>
      sql(
        p,
        "insert into kysely_migration values ('9999-future', now()::text)",
        "delete from kysely_migration where name = '9999-future'",
      ),
    says: /newer version/,
  },
  {
    what: 'a job that nobody works',
    code: 'QUEUE_LAG',
    plant: async (p) => {
      await p.queue.send('maintenance', { data: { task: 'forget' }, key: 'late' });
      return sql(
        p,
        "update pgboss.job set start_after = now() - interval '10 minutes' where name = 'maintenance'",
        "delete from pgboss.job where name = 'maintenance'",
      );
    },
    says: /JOBS_AT_ONCE/,
  },
  {
    what: 'a dead letter',
    code: 'DEAD_LETTERS',
    plant: async (p) => {
      await p.queue.send('maintenance', { data: { task: 'forget' }, key: 'dead' });
      return sql(
        p,
        "update pgboss.job set name = 'dead-letters' where name = 'maintenance'",
        "delete from pgboss.job where name = 'dead-letters'",
      );
    },
    says: /redrive/,
  },
  {
    what: 'a delivery that failed for good',
    code: 'DELIVERIES_FAILED',
    plant: (p) =>
      sql(
        p,
        "insert into deliveries (guid, event, body, state, correlation_id) values ('f', 'push', '', 'failed', 'f')",
        "delete from deliveries where guid = 'f'",
      ),
    says: /regreen replay/,
  },
  { what: 'little room', code: 'DISK_LOW', plant: () => ({ options: { disk: async () => roomy(GIGABYTE) } }), says: /RETENTION/ },
  { what: 'no room', code: 'DISK_FULL', plant: () => ({ options: { disk: async () => roomy(1_000) } }), says: /Make room/ },
  {
    what: 'another program on the port',
    code: 'PORT_TAKEN',
    plant: () => answering(200, '<html>', (_url, port) => ({ PORT: String(port) })),
    says: /set PORT/,
  },
  {
    what: 'a server without its database',
    code: 'SERVER_NOT_READY',
    plant: () => answering(503, health('database', 'down'), (_url, port) => ({ PORT: String(port) })),
    says: /health/,
  },
  {
    what: 'a server with a part that is tired',
    code: 'SERVER_DEGRADED',
    plant: () => answering(200, health('slack', 'degraded'), (_url, port) => ({ PORT: String(port) })),
    says: /health/,
  },
  {
    what: 'a clock that is ahead',
    code: 'CLOCK_SKEW',
    plant: () => later(2 * MINUTE_MS),
    also: ['DELIVERIES_MISSED'],
    says: /NTP/,
  },
  {
    what: 'no way to GitHub',
    code: 'GITHUB_UNREACHABLE',
    plant: () => ({ changes: { GITHUB_API_URL: NOWHERE } }),
    says: /GITHUB_API_URL/,
  },
  {
    what: 'an address that is no API',
    code: 'GITHUB_API_URL_WRONG',
    plant: () => answering(404, '<html>', (url) => ({ GITHUB_API_URL: url })),
    says: /api\/v3/,
  },
  {
    what: 'a GitHub that fails',
    code: 'GITHUB_FAILING',
    plant: () => answering(502, '{}', (url) => ({ GITHUB_API_URL: url })),
    says: /githubstatus/,
  },
  {
    what: 'a GitHub that takes no more requests after the first',
    code: 'GITHUB_FAILING',
    plant: ({ sandbox }) => {
      const asked = sandbox.state.requests.filter(({ caller, status }) => caller === 'app' && status < 500).length;
      sandbox.setLimits({ requestsPerHour: asked + 1 });
      return { mend: () => sandbox.setLimits({ requestsPerHour: 1_000_000 }) };
    },
    says: /githubstatus/,
  },
  { what: 'the id of another App', code: 'APP_ID_UNKNOWN', plant: () => ({ changes: { APP_ID: '7' } }), says: /APP_ID/ },
  {
    what: 'the key of another App',
    code: 'APP_KEY_REFUSED',
    plant: () => ({ changes: { PRIVATE_KEY: otherKey() } }),
    says: /new private key/,
  },
  {
    what: 'no installation',
    code: 'NOT_INSTALLED',
    plant: ({ sandbox }) => {
      const before = [...sandbox.state.installations];
      sandbox.state.installations.clear();
      return {
        mend: () => {
          for (const [id, one] of before) sandbox.state.installations.set(id, one);
        },
      };
    },
    says: /apps\/regreen\/installations\/new/,
  },
  {
    what: 'a permission that the owner has not accepted',
    code: 'INSTALLATION_PERMISSION_MISSING',
    plant: (p) => installation(p, (one) => Object.assign(one, { permissions: { ...one.permissions, checks: 'read' } })),
    says: /settings\/installations\/\d+\/permissions\/update/,
  },
  {
    what: 'an event that the owner has not accepted',
    code: 'INSTALLATION_EVENT_MISSING',
    plant: (p) => installation(p, (one) => Object.assign(one, { events: one.events.filter((name) => name !== 'workflow_run') })),
    says: /permissions\/update/,
  },
  {
    what: 'a suspended installation',
    code: 'INSTALLATION_SUSPENDED',
    plant: (p) => installation(p, (one) => Object.assign(one, { suspendedAt: new Date() })),
    says: /Unsuspend/,
  },
  { what: 'no webhook', code: 'WEBHOOK_MISSING', plant: (p) => hook(p, ''), says: /YOUR-HOST/ },
  {
    what: 'a webhook to another path',
    code: 'WEBHOOK_ADDRESS_WRONG',
    plant: (p) => hook(p, 'https://example.com/hooks'),
    says: /Correct the webhook/,
  },
  {
    what: 'a webhook to another server',
    code: 'WEBHOOK_ADDRESS_WRONG',
    plant: () => ({ changes: { PUBLIC_URL: 'https://elsewhere.example.com' } }),
    says: /PUBLIC_URL/,
  },
  {
    what: 'a relay that the App does not send to',
    code: 'WEBHOOK_ADDRESS_WRONG',
    plant: () => ({ changes: { WEBHOOK_PROXY_URL: 'https://smee.io/other' } }),
    says: /WEBHOOK_PROXY_URL/,
  },
  {
    what: 'a relay that nobody listens to',
    code: 'WEBHOOK_PROXY_MISSING',
    plant: (p) => hook(p, 'https://smee.io/channel'),
    says: /Set WEBHOOK_PROXY_URL/,
  },
  {
    what: 'webhooks as forms',
    code: 'WEBHOOK_CONTENT_TYPE',
    plant: ({ sandbox }) => {
      sandbox.configureWebhook({ contentType: 'form' });
      return { mend: () => sandbox.configureWebhook({ contentType: 'json' }) };
    },
    says: /application\/json/,
  },
  {
    what: 'webhooks without a look at the certificate',
    code: 'WEBHOOK_INSECURE',
    plant: (p) => {
      p.sandbox.configureWebhook({ checksCertificates: false });
      const { mend } = hook(p, 'https://example.com/api/github/webhooks');
      return {
        mend: () => {
          p.sandbox.configureWebhook({ checksCertificates: true });
          mend?.();
        },
      };
    },
    says: /SSL verification/,
  },
  { what: 'another webhook secret', code: 'WEBHOOK_SECRET_OTHER', plant: (p) => delivered(p, 401), says: /same secret/ },
  {
    what: 'a receiver that is away',
    code: 'WEBHOOK_UNREACHABLE',
    plant: (p) => delivered(p, 0, `${NOWHERE}/x`),
    says: /firewall/,
  },
  { what: 'a receiver that refuses', code: 'WEBHOOK_REFUSED', plant: (p) => delivered(p, 404), says: /allow-lists/ },
  {
    what: 'a receiver that is too slow',
    code: 'WEBHOOK_TIMED_OUT',
    plant: (p) => {
      const last = p.sandbox.state.deliveries.at(-1);
      Object.assign(last ?? {}, { status: 'timed out', statusCode: 504 });
      return { mend: () => forgetDeliveries(p) };
    },
    says: /reverse proxy/,
  },
  {
    what: 'a delivery that failed before the last arrived',
    code: 'WEBHOOK_FAILED_BEFORE',
    plant: async (p) => {
      const planted = await delivered(p, 500);
      await p.happen();
      return planted;
    },
    says: /fetches what was missed/,
  },
  {
    what: 'no delivery at all',
    code: 'WEBHOOK_SILENT',
    plant: (p) => {
      p.sandbox.state.deliveries.length = 0;
      return { mend: () => forgetDeliveries(p) };
    },
    says: /Advanced/,
  },
  {
    what: 'deliveries that GitHub takes for delivered',
    code: 'DELIVERIES_MISSED',
    plant: (p) => {
      for (const one of p.sandbox.state.deliveries) one.deliveredAt = new Date(Date.now() - 5 * MINUTE_MS);
      return { mend: () => forgetDeliveries(p) };
    },
    says: /Start the server/,
  },
  {
    what: 'no agent at the address',
    code: 'AGENT_UNREACHABLE',
    plant: () => ({ changes: { ...AGENT, AGENT_URL: NOWHERE } }),
    says: /AGENT_URL/,
  },
  {
    what: 'a key that the agent refuses',
    code: 'AGENT_REFUSES',
    plant: () => answering(401, '{}', (url) => ({ ...AGENT, AGENT_URL: url })),
    says: /AGENT_API_KEY/,
  },
  {
    what: 'a model that the agent does not have',
    code: 'AGENT_MODEL_UNKNOWN',
    plant: () => answering(200, '{"data":[{"id":"other"}]}', (url) => ({ ...AGENT, AGENT_URL: url })),
    says: /AGENT_MODEL/,
  },
  {
    what: 'no receiver of traces at the address',
    code: 'TRACES_UNREACHABLE',
    plant: () => ({ changes: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE } }),
    says: /4318/,
  },
  {
    what: 'a receiver that takes no traces from us',
    code: 'TRACES_REFUSED',
    plant: () => answering(401, '{}', (url) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url })),
    says: /OTEL_EXPORTER_OTLP_HEADERS/,
  },
  {
    what: 'a paused channel',
    code: 'CHANNEL_PAUSED',
    plant: (p) => channel(p, "paused_at = now(), paused_reason = 'gone'"),
    says: /resume/,
  },
  {
    what: 'a channel that fails',
    code: 'CHANNEL_FAILING',
    plant: (p) => channel(p, "failures_in_a_row = 2, last_failure = 'no'"),
    says: /test/,
  },
  {
    what: 'a secret under a key that is gone',
    code: 'CHANNEL_SECRET_UNREADABLE',
    plant: (p) => channel(p, 'enabled = true', { sealed: Buffer.alloc(40), keyId: 'gone' }),
    says: /ENCRYPTION_KEYS/,
  },
];

/** They need another PostgreSQL, or a second App; the first two are told by its version and its encoding alone. */
const ELSEWHERE: readonly FindingCode[] = [
  'DATABASE_TOO_OLD',
  'DATABASE_NOT_UTF8',
  'APP_PERMISSION_MISSING',
  'APP_EVENT_MISSING',
];

/** Protects people at a loss: what is wrong is found, named once, with what to do; and what is well is not called wrong. */
describe('regreen doctor', () => {
  let patient: Patient;

  beforeAll(async () => {
    patient = await createPatient();
  });

  afterAll(() => patient.close());

  it('finds nothing where nothing is wrong', async () => {
    const report = await patient.examine();
    expect(report.findings).toEqual([]);
    expect(report.status).toBe('ok');
    expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
      ['configuration', 'ok'],
      ['server', 'skipped'],
      ['disk', 'ok'],
      ['database', 'ok'],
      ['queue', 'ok'],
      ['channels', 'ok'],
      ['app', 'ok'],
      ['clock', 'ok'],
      ['installations', 'ok'],
      ['webhooks', 'ok'],
      ['agent', 'ok'],
      ['traces', 'ok'],
    ]);
  });

  it.each(FAULTS)('$what: $code, with its remedy', async ({ code, plant, also = [], says }) => {
    const { changes, options, mend } = await plant(patient);
    try {
      const report = await patient.examine(changes, options);
      const found = report.findings.find((one) => one.code === code);
      expect(codesOf(report)).toEqual(expect.arrayContaining([code]));
      expect(codesOf(report).filter((one) => one !== code && !also.includes(one))).toEqual([]);
      expect(`${found?.remedy} ${found?.url ?? ''}`).toMatch(says);
      expect(report.status).toBe(found?.severity === 'error' ? 'errors' : report.status);
      expect(doctorReportSchema.safeParse(JSON.parse(toJson(report))).error).toBeUndefined();
      for (const secret of [patient.sandbox.app.webhookSecret, 'BEGIN RSA']) expect(toJson(report)).not.toContain(secret);
      expect(toText(report)).toContain(code);
    } finally {
      await mend?.();
    }
  });

  it('plants at least twenty faults, and every one that it can name', () => {
    const planted = new Set([...FAULTS.map(({ code }) => code), ...ELSEWHERE]);
    expect(FAULTS.length).toBeGreaterThanOrEqual(20);
    expect(FINDING_CODES.filter((code) => !planted.has(code))).toEqual([]);
  });

  it('is well again when all is mended', async () => {
    expect(codesOf(await patient.examine())).toEqual([]);
  });
});

describe('an App that asks for less than app.yml', () => {
  it('is told once, with the page on which it is changed, and not again for each installation', async () => {
    const manifest = parse(await readFile(APP_MANIFEST_PATH, 'utf8')) as {
      default_permissions: Record<string, string>;
      default_events: string[];
    };
    delete manifest.default_permissions['workflows'];
    manifest.default_events = manifest.default_events.filter((name) => name !== 'status');
    const folder = await mkdtemp(join(tmpdir(), 'regreen-manifest-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'app.yml');
    await writeFile(path, stringify(manifest));
    const patient = await createPatient(path);
    try {
      const { findings } = await patient.examine();
      expect(findings.map(({ code, what }) => [code, what])).toEqual([
        ['APP_PERMISSION_MISSING', 'The App "Regreen" lacks "workflows: write".'],
        ['APP_EVENT_MISSING', 'The App "Regreen" does not hear status.'],
      ]);
      expect(findings[0]?.url).toMatch(/\/organizations\/regreen\/settings\/apps\/regreen\/permissions$/);
    } finally {
      await patient.close();
    }
  });
});
