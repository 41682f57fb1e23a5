import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hookReceiver, octokitWith, refusal, type Scene, scene } from './support.ts';

/** Protects the claim that the sandbox gives people's tokens to nobody to whom GitHub would not. */

const CALLBACK = 'http://127.0.0.1:1/callback';
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-in-all';
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

type Changes = Record<string, string | undefined>;

/** A scene with a person who may push, and what the flow needs. */
async function signingIn() {
  const one = await scene({ private: true });
  const mona = one.sandbox.people.createAccount('mona');
  one.repository.collaborators.set('mona', 'write');
  one.sandbox.setCallbackUrls([CALLBACK, 'http://127.0.0.1:1/other']);
  const { sandbox } = one;

  function authorise(changes: Changes = {}, decision: 'authorise' | 'cancel' = 'authorise'): URL {
    const address = new URL(`${sandbox.apiUrl}/login/oauth/authorize`);
    const asked = { client_id: sandbox.app.clientId, redirect_uri: CALLBACK, state: 's', ...pkce(), ...changes };
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) address.searchParams.set(name, value);
    return new URL(sandbox.people.authorise(mona, address.href, decision));
  }

  async function exchange(parameters: Changes): Promise<Record<string, unknown>> {
    const { clientId, clientSecret } = sandbox.app;
    const all = { client_id: clientId, client_secret: clientSecret, ...parameters };
    const body = JSON.stringify(all);
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const response = await fetch(`${sandbox.apiUrl}/login/oauth/access_token`, { method: 'POST', body, headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  }

  async function grant(): Promise<{ access: string; refresh: string }> {
    const code = authorise().searchParams.get('code') ?? '';
    const answer = await exchange({ code, code_verifier: VERIFIER });
    return { access: String(answer['access_token']), refresh: String(answer['refresh_token']) };
  }

  return { ...one, mona, authorise, exchange, grant };
}

function pkce(): Changes {
  return { code_challenge: challengeOf(VERIFIER), code_challenge_method: 'S256' };
}

const deleteToken = ({ sandbox }: Scene, token: string, secret: string) => {
  const authorization = `Basic ${Buffer.from(`${sandbox.app.clientId}:${secret}`).toString('base64')}`;
  const body = JSON.stringify({ access_token: token });
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(`${sandbox.apiUrl}/applications/${sandbox.app.clientId}/token`, { method: 'DELETE', body, headers });
};

describe('the page where a person lets the app act for them', () => {
  it('sends the person back with a code and the state, to the first callback URL where none is named', async () => {
    const { authorise } = await signingIn();
    expect(authorise().searchParams.get('state')).toBe('s');
    expect(authorise({ redirect_uri: undefined }).href).toContain(`${CALLBACK}?code=`);
  });

  it('sends no code to an address that is not registered, to the letter', async () => {
    const { authorise } = await signingIn();
    for (const redirect_uri of ['http://evil.example/callback', `${CALLBACK}/deeper`, `${CALLBACK}?more=1`]) {
      const back = authorise({ redirect_uri });
      expect(back.href).toContain(`${CALLBACK}?error=redirect_uri_mismatch`);
      expect(back.searchParams.get('code')).toBeNull();
    }
  });

  it('says so where the person has pressed "Cancel"', async () => {
    const { authorise } = await signingIn();
    expect(authorise({}, 'cancel').searchParams.get('error')).toBe('access_denied');
  });

  it('knows no other client, and takes no challenge but a SHA-256', async () => {
    const { authorise, sandbox } = await signingIn();
    expect(() => authorise({ client_id: 'Iv1.0000' })).toThrow('Not Found');
    expect(() => authorise({ code_challenge_method: 'plain' })).toThrow('S256');
    expect(() => authorise({ code_challenge: 'short' })).toThrow('S256');
    expect((await fetch(`${sandbox.apiUrl}/login/oauth/authorize?client_id=Iv1.0000`)).status).toBe(404);
  });

  it('is a page in a browser, too', async () => {
    const { sandbox } = await signingIn();
    const address = `${sandbox.apiUrl}/login/oauth/authorize?client_id=${sandbox.app.clientId}&redirect_uri=${CALLBACK}&state=s`;
    expect(await (await fetch(address)).text()).toContain('<option>mona</option>');
    const body = new URLSearchParams({ login: 'mona', decision: 'authorise' });
    const pressed = await fetch(address, { method: 'POST', body, redirect: 'manual' });
    expect(pressed.headers.get('location')).toContain(`${CALLBACK}?code=`);
  });
});

describe('a code', () => {
  const wrong: [string, Changes, string][] = [
    ['a wrong code', { code: 'guess' }, 'bad_verification_code'],
    ['another client', { client_id: 'Iv1.0000' }, 'incorrect_client_credentials'],
    ['a wrong secret', { client_secret: 'guess' }, 'incorrect_client_credentials'],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1:1/other' }, 'redirect_uri_mismatch'],
    ['another verifier', { code_verifier: 'another' }, 'bad_verification_code'],
    ['no verifier', { code_verifier: undefined }, 'bad_verification_code'],
    ['another kind of grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ];

  it(`gives no token for ${wrong.map(([what]) => what).join(', ')}`, async () => {
    const { authorise, exchange } = await signingIn();
    for (const [what, changes, error] of wrong) {
      const code = authorise().searchParams.get('code') ?? '';
      const answer = await exchange({ code, code_verifier: VERIFIER, redirect_uri: CALLBACK, ...changes });
      expect(answer, what).toMatchObject({ error });
    }
  });

  it('is good once, and for ten minutes', async () => {
    const { authorise, exchange, clock } = await signingIn();
    const [first, second] = [authorise(), authorise()].map((back) => back.searchParams.get('code') ?? '');
    expect(await exchange({ code: first, code_verifier: VERIFIER })).toMatchObject({ token_type: 'bearer', expires_in: 28_800 });
    expect(await exchange({ code: first, code_verifier: VERIFIER })).toMatchObject({ error: 'bad_verification_code' });
    clock.advance(10 * 60_000);
    expect(await exchange({ code: second, code_verifier: VERIFIER })).toMatchObject({ error: 'bad_verification_code' });
  });
});

describe('a person’s token', () => {
  it('reaches what both the person and the app may, and nothing else', async () => {
    const { sandbox, grant, owner, installation, repository } = await signingIn();
    const { people } = sandbox;
    const hidden = await people.createRepository({ owner, name: 'hidden', private: true, files: { a: 'b' } });
    const elsewhere = people.createAccount('elsewhere');
    const outside = { owner: elsewhere, name: 'outside', private: true, collaborators: { mona: 'write' as const } };
    await people.createRepository({ ...outside, files: { a: 'b' } });
    const octokit = octokitWith(sandbox, (await grant()).access);
    expect((await octokit.rest.users.getAuthenticated()).data.login).toBe('mona');
    const installations = await octokit.request('GET /user/installations');
    expect(installations.data.installations.map(({ id }) => id)).toEqual([installation.id]);
    const one = { installation_id: installation.id };
    const { data } = await octokit.request('GET /user/installations/{installation_id}/repositories', one);
    expect(data.repositories).toMatchObject([{ id: repository.id, permissions: { pull: true, push: true, admin: false } }]);
    for (const [login, repo] of [
      ['acme', hidden.name],
      ['elsewhere', 'outside'],
    ] as const) {
      expect((await refusal(octokit.rest.repos.get({ owner: login, repo }))).status).toBe(404);
    }
    expect(
      (await refusal(octokit.request('GET /user/installations/{installation_id}/repositories', { installation_id: 1 }))).status,
    ).toBe(404);
  });

  it('is needed to list installations: neither an installation’s nor a personal one will do', async () => {
    const { sandbox, mona, octokit } = await signingIn();
    expect((await refusal(octokit.request('GET /user'))).status).toBe(403);
    expect((await refusal(octokit.request('GET /user/installations'))).status).toBe(403);
    const personal = octokitWith(sandbox, sandbox.people.createToken(mona));
    expect((await refusal(personal.request('GET /user/installations'))).status).toBe(403);
    expect((await fetch(`${sandbox.apiUrl}/user/installations`)).status).toBe(401);
  });

  it('ends after eight hours; its refresh token makes a new one, once, and the old one is over', async () => {
    const { sandbox, clock, exchange, grant } = await signingIn();
    const first = await grant();
    const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh };
    expect(await exchange({ ...refresh, client_secret: 'guess' })).toMatchObject({ error: 'incorrect_client_credentials' });
    const second = await exchange(refresh);
    expect((await refusal(octokitWith(sandbox, first.access).request('GET /user'))).status).toBe(401);
    expect(await exchange(refresh)).toMatchObject({ error: 'bad_refresh_token' });
    const octokit = octokitWith(sandbox, String(second['access_token']));
    expect((await octokit.request('GET /user')).status).toBe(200);
    clock.advance(8 * 3_600_000);
    expect((await refusal(octokit.request('GET /user'))).status).toBe(401);
    clock.advance(200 * 86_400_000);
    const late = { grant_type: 'refresh_token', refresh_token: String(second['refresh_token']) };
    expect(await exchange(late)).toMatchObject({ error: 'bad_refresh_token' });
  });

  it('is given back by the app with its secret, and by nobody else', async () => {
    const one = await signingIn();
    const { access, refresh } = await one.grant();
    expect((await deleteToken(one, access, 'guess')).status).toBe(401);
    expect((await deleteToken(one, access, one.sandbox.app.clientSecret)).status).toBe(204);
    expect((await deleteToken(one, access, one.sandbox.app.clientSecret)).status).toBe(404);
    expect((await refusal(octokitWith(one.sandbox, access).request('GET /user'))).status).toBe(401);
    expect(await one.exchange({ grant_type: 'refresh_token', refresh_token: refresh })).toMatchObject({
      error: 'bad_refresh_token',
    });
  });

  it('is over when the person takes back what they gave, and the app is told', async () => {
    const { sandbox, grant, mona } = await signingIn();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    const { access } = await grant();
    sandbox.people.revokeAuthorisation(mona);
    expect((await refusal(octokitWith(sandbox, access).request('GET /user'))).status).toBe(401);
    await sandbox.idle();
    expect(receiver.hooks).toMatchObject([
      { event: 'github_app_authorization', action: 'revoked', body: { sender: { login: 'mona', id: mona.id } } },
    ]);
  });
});
