import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type LocalServer, startServer } from '../../support/agents/server.ts';
import { type ChildRegreen, startChildRegreen } from '../../support/child-regreen.ts';
import { deliver } from '../../support/deliveries.ts';

const secret = () => randomBytes(32).toString('base64');
const [oldHook, newHook, oldSigner, newSigner] = [secret(), secret(), secret(), secret()];
const [oldKey, newKey] = [`k1:${secret()}`, `k2:${secret()}`];

/** What stands in .env before, while both count, and when the old ones are dropped: docs/operations.md, "Rotation of secrets". */
const STAGES = {
  before: { WEBHOOK_SECRET: oldHook, TOKEN_SECRETS: oldSigner, ENCRYPTION_KEYS: oldKey },
  both: {
    WEBHOOK_SECRET: newHook,
    WEBHOOK_SECRET_PREVIOUS: oldHook,
    TOKEN_SECRETS: `${newSigner} ${oldSigner}`,
    ENCRYPTION_KEYS: `${newKey} ${oldKey}`,
  },
  after: { WEBHOOK_SECRET: newHook, TOKEN_SECRETS: newSigner, ENCRYPTION_KEYS: newKey },
};

/** Protects people who change a secret as the document says: nothing is refused meanwhile, and the old one is worth nothing afterwards. */
describe('the rotation of secrets', () => {
  let sandbox: Sandbox;
  let receiver: LocalServer;
  let folder: string;
  let child: ChildRegreen;
  let key: string;
  let channel: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-rotation-'));
    // As root the database runs under another account, which must be able to enter.
    await chmod(folder, 0o755);
    [sandbox, receiver] = await Promise.all([
      startSandbox(),
      startServer((_request, response) => void response.writeHead(204).end()),
    ]);
    child = await start('before');
    ({ key } = await child.createKey());
    const made = await ask<{ id: string }>('POST', '/notifications/channels', {
      kind: 'webhook',
      name: 'pager',
      url: receiver.url,
      signingSecret: `whsec_${secret()}`,
    });
    channel = made.body.id;
    tokens['old'] = await newToken();
  });

  afterAll(async () => {
    await child.terminate();
    await Promise.all([sandbox.close(), receiver.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const start = (stage: keyof typeof STAGES) =>
    startChildRegreen(sandbox, folder, { variables: { ...STAGES[stage], NOTIFY_ALLOWED_TARGETS: '127.0.0.1' } });

  async function ask<Body>(method: string, path: string, body?: unknown, bearer = key): Promise<{ status: number; body: Body }> {
    const answer = await fetch(`${child.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  }

  const newToken = async () => (await ask<{ token: string }>('POST', '/auth/token', {})).body.token;

  /** What is taken now: webhooks by their secret, tokens by their signer, and whether the channel's secret opens. */
  async function taken() {
    const port = Number(new URL(child.url).port);
    const hook = async (by: string) => (await deliver(port, { secret: by, event: 'ping', body: '{"zen":"a"}' })).status;
    const token = async (name: string) => (await ask('GET', '/queues', undefined, tokens[name])).status;
    const sent = receiver.seen.length;
    await ask('POST', `/notifications/channels/${channel}/test`);
    return {
      hooks: [await hook(oldHook), await hook(newHook)],
      tokens: [await token('old'), tokens['new'] ? await token('new') : null],
      channel: receiver.seen.length - sent,
    };
  }

  async function restart(stage: keyof typeof STAGES): Promise<void> {
    expect(await child.terminate()).toBe(0);
    child = await start(stage);
  }

  it('takes the old ones alone, then both, then the new ones alone', async () => {
    expect(await taken()).toEqual({ hooks: [202, 401], tokens: [200, null], channel: 1 });
    await restart('both');
    tokens['new'] = await newToken();
    expect(await taken()).toEqual({ hooks: [202, 202], tokens: [200, 200], channel: 1 });
    await restart('after');
    expect(await taken()).toEqual({ hooks: [401, 202], tokens: [401, 200], channel: 1 });
  });

  it('a key of the API ends at once, and the one made in its place goes on', async () => {
    const { key: next } = await child.createKey();
    const [old] = (await ask<{ items: { id: string; prefix: string }[] }>('GET', '/keys')).body.items.filter(({ prefix }) =>
      key.startsWith(prefix),
    );
    expect((await ask('DELETE', `/keys/${old?.id}`, undefined, next)).status).toBe(200);
    expect((await ask('GET', '/queues')).status).toBe(401);
    expect((await ask('GET', '/queues', undefined, next)).status).toBe(200);
  });
});
