import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SmeeRelay, type SmeeRelayOptions, startSmeeRelay } from '../../../src/intake/smee.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { type SmeeServer, startSmeeServer } from '../../support/smee-server.ts';
import { until } from '../../support/until.ts';

/** Pings come so often here that silence is noticed within a test. */
const PING_MS = 50;
const SILENCE_MS = 3_000;

/** Protects development behind smee: what the channel relays reaches the receiver as GitHub signed it, and blindness is noticed. */
describe('the smee relay', () => {
  let smee: SmeeServer;
  let channel: string;
  let target: Server;
  let targetUrl: string;
  let relay: SmeeRelay | null;
  const received: { path: string; headers: Record<string, unknown>; body: string }[] = [];
  const logged: { msg: string; seconds?: number }[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line) => void logged.push(JSON.parse(line) as never) } });

  beforeEach(async () => {
    received.length = 0;
    logged.length = 0;
    relay = null;
    smee = await startSmeeServer(PING_MS);
    channel = await smee.newChannel();
    target = createServer(async (request, response) => {
      const body = (await buffer(request)).toString('utf8');
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(202).end();
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}/api/github/webhooks`;
  });

  afterEach(async () => {
    await relay?.stop();
    await smee.close();
    target.closeAllConnections();
    target.close();
  });

  async function start(more: Partial<SmeeRelayOptions> = {}) {
    let seen = 0;
    relay = await startSmeeRelay({
      source: channel,
      target: targetUrl,
      log,
      retryMs: { first: 10, longest: 50 },
      onSeeingAgain: () => {
        seen += 1;
      },
      ...more,
    });
    return { seenAgain: () => seen };
  }

  /** As GitHub does. */
  async function sendHook(payload: object): Promise<string> {
    const guid = randomUUID();
    const body = JSON.stringify(payload);
    const signature = createHmac('sha256', 'a secret').update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': 'workflow_run',
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${signature}`,
    };
    expect((await fetch(channel, { method: 'POST', headers, body })).status).toBe(200);
    return guid;
  }

  it('hands a webhook on with its headers and the very body that was signed', async () => {
    await start();
    const guid = await sendHook({ action: 'completed', text: 'ümlaut </script>', nested: { n: 1, list: [] } });
    await until(() => received.length === 1, 'it arrives');
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = received;
    expect(path).toBe('/api/github/webhooks');
    expect(headers).toMatchObject({
      'x-github-event': 'workflow_run',
      'x-github-delivery': guid,
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
    });
    const signature = createHmac('sha256', 'a secret').update(body).digest('hex');
    expect(headers['x-hub-signature-256']).toBe(`sha256=${signature}`);
    expect(logged).toEqual([]);
  });

  it.each([
    ['the connection breaks', (server: SmeeServer) => server.drop(), {}],
    ['the server is away for a while', async (server: SmeeServer) => away(server), {}],
    ['nothing comes any more, and nobody says so', (server: SmeeServer) => server.freeze(), { silenceMs: SILENCE_MS }],
  ])('%s: says for how long it was blind, asks for what was missed, and goes on', async (_what, breakIt, more) => {
    const { seenAgain } = await start(more);
    await until(() => smee.listeners() === 1, 'somebody listens');
    await breakIt(smee);
    await until(() => seenAgain() > 0, 'the relay sees again');
    expect(logged.slice(0, 2).map(({ msg }) => msg)).toEqual([
      'the smee channel is away; webhooks that are sent now are not seen',
      'the relay was blind; GitHub is asked for what was missed',
    ]);
    expect(logged[1]?.seconds).toBeGreaterThanOrEqual(0);
    await sendHook({ action: 'after' });
    await until(() => received.length === 1, 'the next webhook arrives, once');
  });

  async function away(server: SmeeServer): Promise<void> {
    server.refuse(true);
    server.drop();
    await sendHookRefused();
    await until(() => logged.length === 1, 'the relay knows that it is blind');
    server.refuse(false);
  }

  async function sendHookRefused(): Promise<void> {
    expect((await fetch(channel, { method: 'POST', body: '{}' })).status).toBe(503);
  }

  it('does not come back once it was stopped', async () => {
    const { seenAgain } = await start();
    smee.refuse(true);
    smee.drop();
    await until(() => logged.length === 1, 'the relay knows that it is blind');
    await relay?.stop();
    smee.refuse(false);
    expect(smee.listeners()).toBe(0);
    expect(seenAgain()).toBe(0);
  });

  it('says which setting is wrong when the channel does not answer at the start', async () => {
    await smee.close();
    await expect(startSmeeRelay({ source: channel, target: targetUrl, log })).rejects.toMatchObject({
      code: 'SMEE_UNREACHABLE',
      hint: expect.stringContaining('WEBHOOK_PROXY_URL'),
    });
  });
});
