import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { environmentSchema, readEnvironment } from '../../../src/config/environment.ts';
import { ConfigurationError } from '../../../src/errors.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()
  .trim();
const ellipticPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const folder = mkdtempSync(join(tmpdir(), 'regreen-environment-'));
const good = { APP_ID: '123456', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'a-secret-of-my-own-0123' };

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function faultsOf(variables: Record<string, string | undefined>): readonly string[] {
  try {
    readEnvironment(variables);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('what is set', () => {
  it('is read, and the rest has the documented defaults', () => {
    expect(readEnvironment(good)).toEqual({
      roles: new Set(['intake', 'worker', 'api']),
      github: { appId: 123456, privateKey: pem, apiUrl: 'https://api.github.com' },
      webhook: { secrets: [good.WEBHOOK_SECRET], proxyUrl: null },
      http: { host: '127.0.0.1', port: 3000, allowedHosts: [], trustedProxies: [], drainSeconds: 0 },
      api: {
        keys: [],
        tokenSecrets: [],
        corsOrigins: [],
        limits: { diagnosesPerHour: 50, fixesPerHour: 100, approvalsPerHour: 20, requestsPerMinute: 1_200 },
        publicUrl: null,
        signIn: null,
      },
      store: { databaseUrl: null, dataFolder: '.regreen' },
      database: { pools: { work: 10, intake: 3, queue: 6 }, replica: null },
      redisUrl: null,
      log: { level: 'info' },
      defaultConfig: null,
      limits: { analysisThreads: 1, jobsAtOnce: 8 },
      retention: { deliveries: 30, runs: 400, figures: 1_100 },
      tracing: null,
      notify: { encryptionKeys: [], allowedTargets: [], linearUrl: 'https://api.linear.app/graphql' },
      agent: null,
    });
  });

  it('may be a part of the work, for a process that shares it with others on one database', () => {
    const shared = { ...good, DATABASE_URL: 'postgresql://regreen@db:5432/regreen' };
    expect(readEnvironment({ ...shared, PROCESS_ROLES: 'intake, api' }).roles).toEqual(new Set(['intake', 'api']));
    expect(faultsOf({ ...shared, PROCESS_ROLES: 'intake,boss' })).toEqual([
      'PROCESS_ROLES: found "boss"; wanted one or more of intake, worker, api',
    ]);
    expect(faultsOf({ ...shared, PROCESS_ROLES: ',' })).toEqual([
      'PROCESS_ROLES: found none; wanted one or more of intake, worker, api',
    ]);
    expect(faultsOf({ ...good, PROCESS_ROLES: 'worker' })).toEqual([
      'PROCESS_ROLES: found worker without DATABASE_URL; wanted the database that the other processes use as well',
    ]);
  });

  it('may be lists, separated by spaces, commas or lines', () => {
    const environment = readEnvironment({
      ...good,
      WEBHOOK_SECRET_PREVIOUS: 'older-secret-0123456, oldest-secret-012345',
      ALLOWED_HOSTS: 'regreen.example.com  ci.example.com',
      TRUSTED_PROXIES: '10.0.0.0/8 ::1',
      API_KEYS: 'key-0123456789-0123456789\napprover:key-9876543210-9876543210',
    });
    expect(environment.webhook.secrets).toEqual([good.WEBHOOK_SECRET, 'older-secret-0123456', 'oldest-secret-012345']);
    expect(environment.http.allowedHosts).toEqual(['regreen.example.com', 'ci.example.com']);
    expect(environment.http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(environment.api.keys).toEqual([
      { role: 'viewer', key: 'key-0123456789-0123456789' },
      { role: 'approver', key: 'key-9876543210-9876543210' },
    ]);
  });

  it.each([
    ['boss:key-0123456789-0123456789', 'unknown role'],
    [':key-0123456789-0123456789', 'unknown role'],
    ['admin:short', 'a key of 5 characters'],
    ['viewer:key-0123456789-0123456789 admin:key-0123456789-0123456789', 'the same key twice'],
  ])('refuses keys whose rights are not clear: %s', (keys, fault) => {
    expect(faultsOf({ ...good, API_KEYS: keys })).toEqual([expect.stringContaining(fault)]);
  });

  it('counts as not set when it is empty, as compose files leave it', () => {
    const empty = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, '']));
    expect(readEnvironment({ ...empty, ...good })).toEqual(readEnvironment(good));
  });

  it('loses trailing slashes of the API, to which paths are appended', () => {
    expect(readEnvironment({ ...good, GITHUB_API_URL: 'https://ghes.example.com/api/v3//' }).github.apiUrl).toBe(
      'https://ghes.example.com/api/v3',
    );
  });
});

describe('the private key', () => {
  it.each([
    ['PEM', pem],
    ['PEM with literal \\n', pem.replaceAll('\n', '\\n')],
    ['PEM within the quotes of a .env file', `"${pem.replaceAll('\n', '\\n')}"`],
    ['base64 of a PEM', Buffer.from(pem).toString('base64')],
    ['base64 in lines', Buffer.from(pem).toString('base64').replace(/.{64}/g, '$&\n')],
    ['PEM between blank lines', `\n${pem}\n\n`],
  ])('may be %s', (_form, PRIVATE_KEY) => {
    expect(readEnvironment({ ...good, PRIVATE_KEY }).github.privateKey).toBe(pem);
  });

  it('may be a file', () => {
    const { PRIVATE_KEY, ...others } = good;
    expect(readEnvironment({ ...others, PRIVATE_KEY_PATH: file('key.pem', `${pem}\n`) }).github.privateKey).toBe(pem);
    expect(PRIVATE_KEY).toBe(pem);
  });

  it.each([
    ['another kind of key', ellipticPem, /PRIVATE_KEY: found a key of type ed25519; wanted .*RSA/],
    ['a public key', pem.replaceAll('RSA PRIVATE', 'PUBLIC'), /PRIVATE_KEY: found a PEM that holds no readable private key/],
    ['a key cut short', pem.slice(0, 400), /PRIVATE_KEY: found a PEM that holds no readable private key/],
    ['words', 'my private key', /PRIVATE_KEY: found 14 characters that are neither/],
    ['base64 of words', Buffer.from('hello').toString('base64'), /PRIVATE_KEY: found 8 characters that are neither/],
  ])('is refused when it is %s', (_what, PRIVATE_KEY, fault) => {
    expect(faultsOf({ ...good, PRIVATE_KEY })).toEqual([expect.stringMatching(fault)]);
  });
});

describe('sign-in with GitHub', () => {
  const client = { GITHUB_CLIENT_ID: 'Iv23li0123456789', GITHUB_CLIENT_SECRET: 'a-client-secret-of-github' };
  const beside = { PUBLIC_URL: 'https://regreen.example.com', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` };

  it('is on with a client, an address to come back to and a key for tokens; the secret may be a file', () => {
    const { GITHUB_CLIENT_SECRET: secret, ...named } = client;
    const environment = readEnvironment({
      ...good,
      ...named,
      ...beside,
      GITHUB_CLIENT_SECRET_FILE: file('client', `${secret}\n`),
    });
    expect(environment.api.signIn).toEqual({
      clientId: client.GITHUB_CLIENT_ID,
      clientSecret: secret,
      publicUrl: beside.PUBLIC_URL,
      idleMinutes: 480,
      hours: 168,
    });
  });

  it('names what is missing, and is off without a client', () => {
    expect(readEnvironment({ ...good, ...beside }).api.signIn).toBeNull();
    const missing = (variables: object) => faultsOf({ ...good, ...variables }).map((fault) => fault.split(':')[0]);
    expect(missing({ GITHUB_CLIENT_ID: client.GITHUB_CLIENT_ID })).toEqual([
      'GITHUB_CLIENT_SECRET',
      'PUBLIC_URL',
      'ENCRYPTION_KEYS',
    ]);
    expect(missing({ GITHUB_CLIENT_SECRET: client.GITHUB_CLIENT_SECRET })).toEqual(['GITHUB_CLIENT_ID']);
    expect(missing({ ...client, ...beside, SESSION_HOURS: '0' })).toEqual(['SESSION_HOURS']);
  });
});

describe('what is wrong', () => {
  it('is named at once, each variable with what was found and what is wanted', () => {
    const faults = faultsOf({
      APP_ID: 'my-app',
      PRIVATE_KEY: 'x',
      WEBHOOK_SECRET: 'short',
      WEBHOOK_SECRET_PREVIOUS: 'tiny',
      WEBHOOK_PROXY_URL: 'smee',
      GITHUB_API_URL: 'ftp://example.com',
      DATABASE_URL: 'mysql://user:hunter2hunter2@host/db',
      PORT: '70000',
      TRUSTED_PROXIES: '10.0.0.0/33',
      API_KEYS: 'guess-me',
      LOG_LEVEL: 'loud',
      ANALYSIS_THREADS: '0',
      JOBS_AT_ONCE: '-1',
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'APP_ID',
      'PRIVATE_KEY',
      'WEBHOOK_SECRET',
      'WEBHOOK_SECRET_PREVIOUS',
      'WEBHOOK_PROXY_URL',
      'GITHUB_API_URL',
      'DATABASE_URL',
      'PORT',
      'TRUSTED_PROXIES',
      'API_KEYS',
      'LOG_LEVEL',
      'ANALYSIS_THREADS',
      'JOBS_AT_ONCE',
    ]);
    for (const fault of faults) expect(fault).toMatch(/^[A-Z_]+: found .+; wanted .+/);
  });

  it('begins with what must be set', () => {
    expect(faultsOf({}).map((fault) => fault.split(';')[0])).toEqual([
      'APP_ID: not set',
      'PRIVATE_KEY: not set',
      'WEBHOOK_SECRET: not set',
    ]);
  });

  it.each(['development', 'Development', 'secret', 'changeme', 'your-webhook-secret'])(
    'is a webhook secret that everybody knows: %s',
    (secret) => {
      expect(faultsOf({ ...good, WEBHOOK_SECRET: secret })).toEqual([
        `WEBHOOK_SECRET: found "${secret}", which everybody knows; wanted 16 or more characters of your own`,
      ]);
      expect(faultsOf({ ...good, WEBHOOK_SECRET_PREVIOUS: secret })).toHaveLength(1);
    },
  );

  it.each(['0', '-1', '1.5', '12e3', ' 7', '0x10', '9'.repeat(16)])('is an app id such as %s', (APP_ID) => {
    expect(faultsOf({ ...good, APP_ID })).toHaveLength(1);
  });

  it.each(['1e3', '080000', 'http', '-1', '3000 '])('is a port such as %s', (PORT) => {
    expect(faultsOf({ ...good, PORT })).toEqual([
      expect.stringMatching(/^PORT: found ".*"; wanted a whole number from 0 to 65535$/),
    ]);
  });

  it.each(['10.0.0.0/', '10.0.0.0/x', '::1/129', '10.0.0', 'proxy.example.com', '10.0.0.0/8/8/8x'])(
    'is a network such as %s',
    (TRUSTED_PROXIES) => {
      expect(faultsOf({ ...good, TRUSTED_PROXIES })).toHaveLength(1);
    },
  );
});

describe('files', () => {
  it('give what secret stores hold', () => {
    const { WEBHOOK_SECRET: _secret, ...others } = good;
    const environment = readEnvironment({
      ...others,
      WEBHOOK_SECRET_FILE: file('secret', 'secret-in-a-file-0123\n'),
      API_KEYS_FILE: file('keys', 'key-0123456789-0123456789\n'),
      DATABASE_URL_FILE: file('url', 'postgresql://u:p@db/regreen\n'),
    });
    expect(environment.webhook.secrets).toEqual(['secret-in-a-file-0123']);
    expect(environment.api.keys).toEqual([{ role: 'viewer', key: 'key-0123456789-0123456789' }]);
    expect(environment.store.databaseUrl).toBe('postgresql://u:p@db/regreen');
  });

  it.each([
    ['PRIVATE_KEY_PATH', 'PRIVATE_KEY'],
    ['WEBHOOK_SECRET_FILE', 'WEBHOOK_SECRET'],
  ])('%s is refused beside %s', (fileVariable, name) => {
    expect(faultsOf({ ...good, [fileVariable]: file('both', pem) })).toEqual([
      `${fileVariable}: found beside ${name}; wanted one of the two`,
    ]);
  });

  it('that can not be read are one fault each, not two', () => {
    const { PRIVATE_KEY: _key, ...others } = good;
    expect(faultsOf({ ...others, PRIVATE_KEY_PATH: join(folder, 'absent.pem') })).toEqual([
      "PRIVATE_KEY_PATH: found a path that can't be read; wanted a readable file below 65536 bytes",
    ]);
    expect(faultsOf({ ...others, PRIVATE_KEY_PATH: file('huge', 'x'.repeat(70_000)) })).toHaveLength(1);
    expect(faultsOf({ ...others, PRIVATE_KEY_PATH: file('wrong', 'no key') })).toEqual([
      expect.stringMatching(/^PRIVATE_KEY: found 6/),
    ]);
  });
});

it('no fault, hint or message ever shows a part of a secret', () => {
  const secret = fc.string({ minLength: 8, maxLength: 80, unit: fc.constantFrom(...'abcXYZ0189+/=_-:@.%') });
  const placed = fc.record(
    { PRIVATE_KEY: secret, WEBHOOK_SECRET: secret, WEBHOOK_SECRET_PREVIOUS: secret, API_KEYS: secret, DATABASE_URL: secret },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(placed, (secrets) => {
      const told = JSON.stringify(faultsOf({ ...secrets, PORT: 'broken' }));
      for (const value of Object.values(secrets)) {
        for (let at = 0; at + 8 <= value.length; at++) expect(told).not.toContain(value.slice(at, at + 8));
      }
    }),
    { numRuns: 300 },
  );
});
