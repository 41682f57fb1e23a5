import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSealer } from '../../../src/notify/sealing.ts';
import { createCurrent } from '../../../src/sign-in/current.ts';
import { resealSessions } from '../../../src/sign-in/reseal.ts';
import { ENCRYPTION_KEY } from '../../support/notify/channels.ts';
import { insertIncident } from './rows.ts';
import { type Browser, IDLE_MS, LIFETIME_MS, type SignInStage, setSignInStage } from './sign-in-stage.ts';

let stage: SignInStage;
let browser: Browser;

beforeAll(async () => {
  stage = await setSignInStage();
});

beforeEach(async () => {
  await stage.test.pool.query('delete from sessions');
  const { pushed, read } = stage.repositories;
  pushed.collaborators.set('mona', 'write');
  read.collaborators.set('mona', 'read');
  browser = stage.browser();
});

afterAll(() => stage.close());

interface Session {
  kind: string;
  login: string | null;
  scopes: string[];
  repositories: { repository: string; role: string }[] | null;
}

const session = () => browser.json<Session>('/api/v1/auth/session');
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const sessionRows = async () => (await stage.test.pool.query('select * from sessions')).rows;
const requests = (route: string) => stage.sandbox.state.requests.filter((one) => one.route === route).length;
const MINUTES = 60_000;

describe('a person who signs in with GitHub', () => {
  it('is sent there and back, and is then what GitHub says, where GitHub says it', async () => {
    const back = await browser.signIn();
    expect([back.status, back.headers.get('location')]).toEqual([302, '/docs']);
    expect(back.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^regreen_session=.*HttpOnly; SameSite=Lax$/));
    expect(await session()).toMatchObject({
      kind: 'session',
      login: 'mona',
      repositories: [
        { repository: 'acme/pushed', role: 'approver' },
        { repository: 'acme/read', role: 'viewer' },
      ],
    });
    const { items } = await browser.json<{ items: { repository: string }[] }>('/api/v1/repositories');
    expect(items.map(({ repository }) => repository)).toEqual(['acme/pushed', 'acme/read']);
  });

  it('leaves nothing in the database by which somebody else could be them', async () => {
    await browser.signIn();
    const [row] = await sessionRows();
    const [secret = ''] = browser.cookies.values();
    const text = JSON.stringify(row, (_key, value: unknown) =>
      (value as { type?: string } | null)?.type === 'Buffer'
        ? Buffer.from((value as { data: number[] }).data).toString('latin1')
        : value,
    );
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(text).not.toContain(secret);
    expect(text).not.toMatch(/gh[ur]_/);
    const { rows } = await stage.test.pool.query(
      "select actor from audit where action = 'session.started' order by id desc limit 1",
    );
    expect(rows).toEqual([{ actor: 'mona' }]);
  });

  it('may do in each repository what their role is there, and nothing of the whole server', async () => {
    await browser.signIn();
    const { pushed, read, hidden } = stage.repositories;
    const incidents = new Map<number, string>();
    for (const { id } of [pushed, read, hidden])
      incidents.set(id, await insertIncident(stage.test.database, { repository_id: id }));
    const fix = async (id: number) => {
      const path = `/api/v1/incidents/${incidents.get(id)}/fix`;
      return (await browser.go(path, { method: 'POST', headers: { origin: stage.origin } })).status;
    };
    expect([await fix(pushed.id), await fix(read.id), await fix(hidden.id)]).toEqual([202, 404, 404]);
    expect((await browser.go(`/api/v1/incidents/${incidents.get(read.id)}`)).status).toBe(200);
    for (const path of ['/api/v1/keys', '/api/v1/audit', '/api/v1/notifications/rules']) {
      expect((await browser.go(path)).status, path).toBe(403);
    }
  });

  it('sees nothing any more, soon after GitHub shows it no more', async () => {
    await browser.signIn();
    stage.repositories.pushed.collaborators.delete('mona');
    stage.repositories.read.collaborators.set('mona', 'admin');
    expect((await session()).repositories).toHaveLength(2);
    stage.clock.advance(2 * MINUTES);
    expect((await session()).repositories).toMatchObject([{ repository: 'acme/read', role: 'admin' }]);
  });

  it('is out when they take back at GitHub what they gave, also where the word of it was lost', async () => {
    await browser.signIn();
    stage.sandbox.people.revokeAuthorisation(stage.mona);
    stage.clock.advance(2 * MINUTES);
    expect(await codeOf(await browser.go('/api/v1/auth/session'))).toBe('SESSION_OVER');
    expect(await sessionRows()).toEqual([]);
  });

  it('signs out: here, in the browser, and at GitHub', async () => {
    await browser.signIn();
    const kept = browser.cookie;
    const gone = await browser.go('/api/v1/auth/session', { method: 'DELETE', headers: { origin: stage.origin } });
    expect([gone.status, browser.cookie]).toEqual([204, '']);
    expect(await codeOf(await browser.go('/api/v1/auth/session', { headers: { cookie: kept } }))).toBe('SESSION_OVER');
    expect(stage.sandbox.state.requests.at(-1)).toMatchObject({ route: '/applications/{client_id}/token', status: 204 });
    // Again, or without any, there is nothing to do.
    expect((await browser.go('/api/v1/auth/session', { method: 'DELETE' })).status).toBe(204);
  });

  it('has one session in a browser: the one before ends', async () => {
    await browser.signIn();
    await browser.signIn();
    expect(await sessionRows()).toHaveLength(1);
  });
});

describe('a session', () => {
  it('ends unused, and in any case after its time', async () => {
    await browser.signIn();
    stage.clock.advance(IDLE_MS);
    expect(await codeOf(await browser.go('/api/v1/auth/session'))).toBe('SESSION_OVER');
    await browser.signIn();
    for (let used = IDLE_MS / 2; used < LIFETIME_MS; used += IDLE_MS / 2) {
      stage.clock.advance(IDLE_MS / 2);
      expect((await browser.go('/api/v1/auth/session')).status).toBe(200);
    }
    stage.clock.advance(IDLE_MS / 2);
    expect(await codeOf(await browser.go('/api/v1/auth/session'))).toBe('SESSION_OVER');
  });

  it('that is over by time is forgotten with its tokens when somebody else comes', async () => {
    await browser.signIn();
    stage.clock.advance(IDLE_MS);
    await stage.browser().signIn();
    expect(await sessionRows()).toHaveLength(1);
  });

  it('outlives GitHub’s tokens: of two processes that renew them at once, one asks and both go on', async () => {
    await browser.signIn();
    stage.clock.advance(8 * 60 * MINUTES);
    const [secret = ''] = browser.cookies.values();
    const processes = [stage.anotherProcess(), stage.anotherProcess()];
    const found = await Promise.all(processes.map((one) => one.bySecret(secret)));
    expect(found.map((one) => one?.login)).toEqual(['mona', 'mona']);
    expect((await session()).login).toBe('mona');
  });

  it('asks GitHub once for those who come at the same time, and then not for two minutes', async () => {
    await browser.signIn();
    stage.clock.advance(2 * MINUTES);
    const before = requests('/user/installations');
    await Promise.all([session(), session(), session()]);
    await session();
    expect(requests('/user/installations')).toBe(before + 1);
  });

  it('is not asked for again by somebody who had read it before another was answered', async () => {
    await browser.signIn();
    const { sessions } = stage.signInServices;
    const [{ id }] = await sessionRows();
    const read = await sessions.byId(id);
    if (!read) throw new Error('no session');
    stage.clock.advance(2 * MINUTES);
    const before = requests('/user/installations');
    const current = createCurrent(stage.signInServices);
    expect(await current(read)).toEqual(await current(read));
    expect(requests('/user/installations')).toBe(before + 1);
    await sessions.end(id, 'signed-out', null);
    stage.clock.advance(2 * MINUTES);
    expect(await current(read)).toBeNull();
  });

  it('goes by what GitHub said last while GitHub is away, for half an hour', async () => {
    await browser.signIn();
    const { installations } = stage.sandbox.state;
    const broken = [...installations.values()];
    const values = () => {
      throw new Error('away');
    };
    Object.assign(installations, { values });
    try {
      stage.clock.advance(29 * MINUTES);
      expect((await session()).repositories).toHaveLength(2);
      stage.clock.advance(MINUTES);
      const refused = await browser.go('/api/v1/auth/session');
      expect([refused.status, await codeOf(refused)]).toEqual([503, 'GITHUB_UNAVAILABLE']);
    } finally {
      Reflect.deleteProperty(installations, 'values');
      expect([...installations.values()]).toEqual(broken);
      await stage.sandbox.idle().catch(() => undefined);
    }
    stage.clock.advance(MINUTES);
    expect((await session()).repositories).toHaveLength(2);
  });

  it('is put under the current key, and goes on when the old one is dropped', async () => {
    await browser.signIn();
    const [older, newer] = [ENCRYPTION_KEY, { id: 'k2', key: Buffer.alloc(32, 9) }];
    expect(await resealSessions(stage.test.database, createSealer([newer, older]))).toBe(1);
    expect(await resealSessions(stage.test.database, createSealer([newer, older]))).toBe(0);
    stage.clock.advance(2 * MINUTES);
    const [secret = ''] = browser.cookies.values();
    expect((await stage.anotherProcess([newer]).bySecret(secret))?.login).toBe('mona');
  });

  it('does not open with another key, and is over then', async () => {
    await browser.signIn();
    await stage.test.pool.query("update sessions set sealed_under = 'gone', roles_read_at = roles_read_at - interval '1 hour'");
    expect(await codeOf(await browser.go('/api/v1/auth/session'))).toBe('SESSION_OVER');
  });
});

describe('what comes back from GitHub', () => {
  it('is nothing to a browser that was not sent there', async () => {
    const callback = await browser.atGitHub();
    expect(await codeOf(await stage.browser().go(callback))).toBe('SIGN_IN_NOT_BEGUN');
    const other = new URL(callback);
    other.searchParams.set('state', 'x'.repeat(43));
    expect(await codeOf(await browser.go(other.href))).toBe('SIGN_IN_NOT_BEGUN');
  });

  it.each([
    ['a code that is none', 'guess', 0],
    ['a code that is over', null, 10 * MINUTES],
  ])('gives no session for %s', async (_what, code, wait) => {
    const callback = new URL(await browser.atGitHub());
    if (code !== null) callback.searchParams.set('code', code);
    stage.clock.advance(wait);
    const refused = await browser.go(callback.href);
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'SIGN_IN_REFUSED']);
    expect(await sessionRows()).toEqual([]);
  });

  it('gives none for a code that somebody else has used, nor for one of another sign-in', async () => {
    const callback = await browser.atGitHub();
    const attempt = browser.cookie;
    expect((await browser.go(callback)).status).toBe(302);
    expect(await codeOf(await stage.browser().go(callback, { headers: { cookie: attempt } }))).toBe('SIGN_IN_REFUSED');
    // Somebody's own code, put into the way back of this browser: PKCE's verifier is not the one that it was given for.
    const stolen = new URL(await stage.browser().atGitHub()).searchParams.get('code') ?? '';
    const own = new URL(await browser.atGitHub());
    own.searchParams.set('code', stolen);
    expect(await codeOf(await browser.go(own.href))).toBe('SIGN_IN_REFUSED');
  });

  it('is told to wait where too many come back from one address', async () => {
    const statuses = new Set<number>();
    for (let tries = 0; tries <= 30; tries += 1) {
      const callback = new URL(await browser.atGitHub());
      callback.searchParams.set('code', 'guess');
      statuses.add((await browser.go(callback.href)).status);
    }
    expect([...statuses]).toEqual([401, 429]);
    expect((await stage.browser().signIn()).status).toBe(302);
  });

  it('may be a no', async () => {
    const back = await browser.go(await browser.atGitHub('/docs?page=2', 'cancel'));
    expect([back.status, back.headers.get('location')]).toEqual([302, '/docs?page=2&signIn=denied']);
  });

  it('leads nowhere but to this server', async () => {
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      expect((await browser.go(`/api/v1/auth/github?returnTo=${encodeURIComponent(returnTo)}`)).status).toBe(400);
    }
    const callback = await browser.atGitHub();
    const [name = '', attempt = ''] = [...browser.cookies][0] ?? [];
    const changed = { ...JSON.parse(Buffer.from(attempt, 'base64url').toString()), returnTo: '//evil.example' };
    browser.cookies.set(name, Buffer.from(JSON.stringify(changed)).toString('base64url'));
    expect(await codeOf(await browser.go(callback))).toBe('SIGN_IN_NOT_BEGUN');
  });
});

describe('a cookie', () => {
  const post = (headers: Record<string, string>) => browser.go('/api/v1/live/tickets', { method: 'POST', headers });

  it.each<[string, () => Record<string, string>, number]>([
    ['of a page of this server', () => ({ origin: stage.origin }), 201],
    ['of such a page, as new browsers say it', () => ({ origin: stage.origin, 'sec-fetch-site': 'same-origin' }), 201],
    ['of another page', () => ({ origin: 'https://evil.example' }), 403],
    ['of a page that hides where it is from', () => ({ origin: 'null' }), 403],
    ['that says no origin', () => ({}), 403],
    ['that contradicts itself', () => ({ origin: stage.origin, 'sec-fetch-site': 'cross-site' }), 403],
  ])('counts for a change by a request %s: %#', async (_what, headers, status) => {
    await browser.signIn();
    expect((await post(headers())).status).toBe(status);
  });

  it('gets a ticket for a live connection, for clients that send no cookies there', async () => {
    await browser.signIn();
    const { ticket } = (await (await post({ origin: stage.origin })).json()) as { ticket: string };
    const socket = new WebSocket(`${stage.origin.replace('http', 'ws')}/ws?ticket=${ticket}`);
    const [hello] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(hello))).toMatchObject({ type: 'hello' });
    socket.terminate();
  });

  it('gives way to a key, which no page can send for somebody', async () => {
    await browser.signIn();
    const wrong = { authorization: 'Bearer a-key-that-nobody-has' };
    expect(await codeOf(await browser.go('/api/v1/auth/session', { headers: wrong }))).toBe('API_KEY_UNKNOWN');
  });

  it('opens a live connection from a page of this server only', async () => {
    await browser.signIn();
    const open = (origin?: string) => {
      const headers = { cookie: browser.cookie, ...(origin === undefined ? {} : { origin }) };
      const socket = new WebSocket(`${stage.origin.replace('http', 'ws')}/ws`, { headers });
      socket.on('error', () => undefined);
      return socket;
    };
    for (const origin of [undefined, 'https://evil.example']) {
      const socket = open(origin);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
      expect(response.statusCode, origin).toBe(403);
      socket.terminate();
    }
    const socket = open(stage.origin);
    const heard: { type: string; events?: { repository: string }[] }[] = [];
    const until = async (look: () => boolean) => {
      while (!look()) await once(socket, 'message');
    };
    socket.on('message', (data) => heard.push(JSON.parse(String(data)) as (typeof heard)[number]));
    await until(() => heard.some(({ type }) => type === 'hello'));
    socket.send(JSON.stringify({ type: 'subscribe' }));
    await until(() => heard.some(({ type }) => type === 'subscribed'));
    const at = new Date().toISOString();
    for (const { id } of [stage.repositories.hidden, stage.repositories.read]) {
      await insertIncident(stage.test.database, { repository_id: id, opened_at: at, last_failure_at: at });
    }
    await until(() => heard.some(({ events }) => events !== undefined));
    expect(heard.flatMap(({ events }) => events ?? []).map(({ repository }) => repository)).toEqual(['acme/read']);
    const closed = once(socket, 'close');
    await browser.go('/api/v1/auth/session', { method: 'DELETE', headers: { origin: stage.origin } });
    expect((await closed)[0]).toBe(4401);
  });
});
