import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type SlackServer, startSlack } from '../../support/notify/slack-server.ts';
import { replaceExampleNotifications } from './rows.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

let test: TestDatabase;
let api: RunningApi;
let slack: SlackServer;

beforeAll(async () => {
  [test, slack] = await Promise.all([createTestDatabase(), startSlack()]);
  api = await startApi(test.database);
});
beforeEach(async () => {
  await replaceExampleNotifications(test.database);
  await test.pool.query(
    'delete from notification_rules; delete from notifications; delete from notification_channels; delete from audit',
  );
});
afterAll(async () => {
  await api.close();
  await slack.close();
  await test.drop();
});

const BASE = '/api/v1/notifications';

/** Whatever is answered, as far as it is looked into here. */
interface Body {
  id: string;
  error: { code: string; details: unknown };
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

interface Answer {
  status: number;
  body: Body;
  text: string;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${api.origin}${BASE}${path}`, {
    method,
    headers: { ...AUTHORIZED, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text === '' ? '{}' : text) as Body };
}

const added = async (body: object) => (await ask('POST', '/channels', body)).body.id;
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

/** Protects the secrets of channels: they go in, and never come out again. */
describe('a channel', () => {
  it('keeps its secret to itself', async () => {
    const channels = [
      { kind: 'slack', name: 'ci', url: `${slack.hook}` },
      { kind: 'webhook', name: 'hook', url: 'https://example.com/hook-with-a-token', signingSecret: SIGNING_SECRET },
      { kind: 'linear', name: 'tracker', apiKey: 'lin_api_0123456789abcdef', teamId: '11111111-1111-4111-8111-111111111111' },
    ];
    const answers = await Promise.all(channels.map((body) => ask('POST', '/channels', body)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [list, audit] = [await ask('GET', '/channels'), await test.pool.query('select details from audit')];
    const { rows } = await test.pool.query('select * from notification_channels');
    const told = [
      ...answers.map(({ text }) => text),
      list.text,
      JSON.stringify(audit.rows),
      ...rows.map((row) => row.secret.toString('latin1')),
    ];
    for (const secret of ['XXXXXXXX', 'hook-with-a-token', SIGNING_SECRET.slice(8), '0123456789abcdef'])
      expect(told.filter((text) => text.includes(secret))).toEqual([]);
    expect(list.body.items.map((one) => one['secretHint'])).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+…XXXX$/),
      'example.com…oken',
      '…cdef',
    ]);
  });

  it.each([
    ['http://example.com/hook', 'ADDRESS_NOT_ENCRYPTED'],
    ['https://10.0.0.8/hook', 'ADDRESS_NOT_PUBLIC'],
    ['https://[::ffff:169.254.169.254]/latest', 'ADDRESS_NOT_PUBLIC'],
    ['https://0x7f.2/', 'ADDRESS_NOT_PUBLIC'],
    ['https://user:pass@example.com/', 'VALIDATION_FAILED'],
    ['file:///etc/passwd', 'VALIDATION_FAILED'],
  ])('does not take %s', async (url, code) => {
    const answer = await ask('POST', '/channels', { kind: 'slack', name: 'ci', url });
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });

  it('has one name, and only the fields of its kind', async () => {
    const id = await added({ kind: 'slack', name: 'ci', url: slack.hook });
    const other = await added({ kind: 'github-issue', name: 'issues' });
    const refused = [
      await ask('POST', '/channels', { kind: 'slack', name: 'ci', url: slack.hook }),
      await ask('PATCH', `/channels/${other}`, { name: 'ci' }),
      await ask('PATCH', `/channels/${id}`, { apiKey: 'lin_api_0123456789abcdef' }),
      await ask('PATCH', `/channels/${other}`, { teamId: '11111111-1111-4111-8111-111111111111' }),
    ];
    expect(refused.map(({ status, body }) => `${status} ${body.error.code}`)).toEqual([
      '409 NAME_TAKEN',
      '409 NAME_TAKEN',
      '400 FIELDS_NOT_OF_KIND',
      '400 FIELDS_NOT_OF_KIND',
    ]);
  });

  it('can not go while a rule tells it', async () => {
    const id = await added({ kind: 'slack', name: 'ci', url: slack.hook });
    const rule = await ask('POST', '/rules', { name: 'all', events: ['went-red'], channels: [id] });
    expect((await ask('DELETE', `/channels/${id}`)).body.error).toMatchObject({
      code: 'CHANNEL_IN_USE',
      details: { rules: ['all'] },
    });
    expect((await ask('DELETE', `/rules/${rule.body.id}`)).status).toBe(204);
    expect((await ask('DELETE', `/channels/${id}`)).status).toBe(204);
    expect((await ask('GET', `/channels/${id}`)).status).toBe(404);
    const { rows } = await test.pool.query('select action, actor from audit order by id');
    expect(rows.map(({ action }) => action)).toEqual([
      'notification-channel.added',
      'notification-rule.added',
      'notification-rule.removed',
      'notification-channel.removed',
    ]);
    expect(rows.every(({ actor }) => actor.startsWith('api-key:'))).toBe(true);
  });

  it('is tested, and says how that went', async () => {
    const id = await added({ kind: 'slack', name: 'ci', url: slack.hook });
    slack.failWith('no_service');
    const failed = await ask('POST', `/channels/${id}/test`);
    expect(failed.body).toMatchObject({ ok: false, code: 'SLACK_NO_SERVICE', reason: 'Slack answered 404 no_service.' });
    expect((await ask('POST', `/channels/${id}/test`)).body).toMatchObject({ ok: true, code: null });
    expect(slack.messages.at(-1)?.text).toContain('A test message from Regreen');
    const history = await ask('GET', `/history?purpose=test&channel=${id}`);
    expect(history.body.items.map((one) => [one['status'], one['code']])).toEqual([
      ['sent', null],
      ['failed', 'SLACK_NO_SERVICE'],
    ]);
  });

  it('that is paused goes on after a test that arrives', async () => {
    const id = await added({ kind: 'slack', name: 'ci', url: slack.hook });
    await test.pool.query(`update notification_channels set paused_at = now(), paused_reason = 'gone', failures_in_a_row = 5`);
    expect((await ask('GET', `/channels/${id}`)).body).toMatchObject({ status: 'paused', pausedReason: 'gone' });
    await ask('POST', `/channels/${id}/test`);
    expect((await ask('GET', `/channels/${id}`)).body).toMatchObject({ status: 'active', failuresInARow: 0, pausedReason: null });
  });
});

/** Protects rules and settings against what nobody could carry out. */
describe('rules, settings and messages by hand', () => {
  it.each([
    ['POST', '/rules', { name: 'r', events: [], channels: ['11111111-1111-4111-8111-111111111111'] }, 'VALIDATION_FAILED'],
    [
      'POST',
      '/rules',
      { name: 'r', events: ['went-red'], channels: ['11111111-1111-4111-8111-111111111111'] },
      'CHANNEL_UNKNOWN',
    ],
    ['PUT', '/settings', { digest: { channel: '11111111-1111-4111-8111-111111111111', daily: true } }, 'CHANNEL_UNKNOWN'],
    ['PUT', '/settings', { digest: { timeZone: 'Mars/Olympus' } }, 'VALIDATION_FAILED'],
    ['PUT', '/settings', { digest: { at: '24:00' } }, 'VALIDATION_FAILED'],
    ['POST', '/slack/send', { channel: 'nowhere', text: 'hello' }, 'CHANNEL_NOT_FOUND'],
    ['POST', '/slack/send', { channel: 'ci', text: ' ' }, 'VALIDATION_FAILED'],
    ['POST', '/history/11111111-1111-4111-8111-111111111111/retry', undefined, 'NOTIFICATION_NOT_FOUND'],
  ])('%s %s %j', async (method, path, body, code) => {
    expect((await ask(method, path, body)).body.error.code).toBe(code);
  });

  it('a rule is replaced whole, and has the defaults of what it does not say', async () => {
    const id = await added({ kind: 'slack', name: 'ci', url: slack.hook });
    const rule = await ask('POST', '/rules', { name: 'r', events: ['went-red'], channels: [id], branches: ['main'] });
    const replaced = await ask('PUT', `/rules/${rule.body.id}`, { name: 'r', events: ['green-again'], channels: [id] });
    expect(replaced.body).toMatchObject({ id: rule.body.id, events: ['green-again'], branches: ['**'], groupBy: 'branch' });
    expect((await ask('GET', '/rules')).body.items).toEqual([replaced.body]);
  });

  it('a message by hand waits in the history, and may be tried again once it has failed', async () => {
    await added({ kind: 'slack', name: 'ci', url: slack.hook });
    const { body } = await ask('POST', '/slack/send', { channel: 'ci', text: 'Frozen\nuntil nine' });
    expect((await ask('GET', '/history')).body.items).toMatchObject([{ id: body.id, status: 'waiting', purpose: 'manual' }]);
    expect((await ask('POST', `/history/${body.id}/retry`)).body.error.code).toBe('NOTIFICATION_NOT_FAILED');
    await test.pool.query(`update notifications set status = 'failed'`);
    expect((await ask('POST', `/history/${body.id}/retry`)).status).toBe(202);
    expect((await ask('GET', '/history?status=waiting')).body.items).toHaveLength(1);
  });

  it('pages of the history leave nothing out', async () => {
    await added({ kind: 'slack', name: 'ci', url: slack.hook });
    for (let count = 0; count < 5; count++) await ask('POST', '/slack/send', { channel: 'ci', text: `number ${count}` });
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answer = await ask('GET', `/history?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.body.items.map((one) => String(one['id'])));
      cursor = page.body.nextCursor;
    }
    expect(new Set(ids).size).toBe(5);
  });
});
