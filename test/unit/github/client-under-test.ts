import { generateKeyPairSync } from 'node:crypto';
import nock from 'nock';
import type { At } from '../../../src/github/client.ts';
import { createGitHub, type GitHub, type ObserveRequest } from '../../../src/github/index.ts';
import type { Tracing } from '../../../src/telemetry/tracing.ts';
import { memoryLog } from '../../support/log-lines.ts';

export const API = 'https://api.github.test';
export const TOKEN = 'ghs_123456_eyJhbGciOi-test-token-of-an-installation';
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export interface ClientUnderTest {
  github: GitHub;
  installationId: number;
  at: At;
  /** Every request must have been foreseen and asked for. */
  scope: nock.Scope;
  observed: Parameters<ObserveRequest>[0][];
  lines: () => Record<string, unknown>[];
}

/** Writes of one installation are spaced by seconds, in the whole process: each test gets its own. */
let installations = 0;

/** The real client; only what leaves the process is faked. */
export async function createClient(tracing?: Tracing): Promise<ClientUnderTest> {
  nock.disableNetConnect();
  installations += 1;
  const installationId = installations;
  nock(API)
    .post(`/app/installations/${installationId}/access_tokens`)
    .optionally()
    .reply(201, {
      token: TOKEN,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: {},
      repository_selection: 'all',
    });
  const { log, lines } = memoryLog('warn');
  const observed: ClientUnderTest['observed'] = [];
  const github = createGitHub({
    appId: 1,
    privateKey,
    apiUrl: API,
    webhookSecret: 'nobody-knows-this-one',
    log,
    observe: (answer) => observed.push(answer),
    ...(tracing && { tracing }),
  });
  const at = await github.at(installationId, { owner: 'octo', name: 'shop' });
  return { github, installationId, at, scope: nock(API, { reqheaders: { authorization: `token ${TOKEN}` } }), observed, lines };
}

/** Throws when a request was foreseen and never made. */
export function endNock(): void {
  const pending = nock.pendingMocks().filter((mock) => !mock.includes('access_tokens'));
  nock.cleanAll();
  nock.enableNetConnect();
  if (pending.length > 0) throw new Error(`never asked for: ${pending.join(', ')}`);
}
