import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUserAuthorisation } from '../../../src/github/user-authorisation.ts';

const CALLBACK = 'https://regreen.example/api/v1/auth/github/callback';
const at = (apiUrl: string) =>
  createUserAuthorisation({ clientId: 'Iv23li00', clientSecret: 'the-secret', apiUrl, callbackUrl: CALLBACK });
const github = at('https://api.github.com');
const api = () => nock('https://api.github.com');

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

/** Protects people from being sent to another GitHub than the server's own, and secrets from going there. */
describe('where people sign in', () => {
  it.each([
    ['https://api.github.com', 'https://github.com'],
    ['https://github.example.com/api/v3', 'https://github.example.com'],
    ['https://api.octo.ghe.com', 'https://octo.ghe.com'],
  ])('with the API at %s is %s', async (apiUrl, web) => {
    const address = new URL(at(apiUrl).addressFor({ state: 'S', challenge: 'C' }));
    expect(address.origin + address.pathname).toBe(`${web}/login/oauth/authorize`);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: 'Iv23li00',
      redirect_uri: CALLBACK,
      state: 'S',
      allow_signup: 'false',
      code_challenge: 'C',
      code_challenge_method: 'S256',
    });
    const sent = { client_id: 'Iv23li00', client_secret: 'the-secret', code: 'c', redirect_uri: CALLBACK, code_verifier: 'v' };
    const answer = { access_token: 'ghu_1', token_type: 'bearer', scope: '' };
    nock(web).post('/login/oauth/access_token', sent).reply(200, answer, { date: 'Fri, 20 Nov 2026 10:00:00 GMT' });
    expect(await at(apiUrl).exchange({ code: 'c', verifier: 'v' })).toEqual({
      accessToken: 'ghu_1',
      expiresAt: null,
      refreshToken: null,
    });
  });
});

/** Protects people from losing their session to an outage, and sessions from outliving a no. */
describe('what GitHub says', () => {
  const token = () => nock('https://github.com').post('/login/oauth/access_token');

  it('is a no of its own word', async () => {
    token().reply(200, { error: 'bad_verification_code', error_description: 'd', error_uri: 'u' });
    await expect(github.exchange({ code: 'c', verifier: 'v' })).rejects.toMatchObject({ reason: 'bad_verification_code' });
    token().reply(200, { error: 'bad_refresh_token', error_description: 'd', error_uri: 'u' });
    await expect(github.refresh('ghr_1')).rejects.toMatchObject({ reason: 'bad_refresh_token' });
    api().get('/user').reply(401, { message: 'Bad credentials' });
    await expect(github.whoIs('ghu_1')).rejects.toMatchObject({ reason: 'bad_credentials' });
  });

  it('of the client is a fault of the configuration, and of nobody who signs in', async () => {
    token().reply(200, { error: 'incorrect_client_credentials', error_description: 'd', error_uri: 'u' });
    const refused = expect(github.exchange({ code: 'c', verifier: 'v' })).rejects;
    await refused.toMatchObject({
      code: 'GITHUB_CLIENT_REFUSED',
      status: 503,
      hint: expect.stringContaining('GITHUB_CLIENT_ID'),
    });
  });

  it.each<[string, (scope: nock.Interceptor) => nock.Scope]>([
    ['an outage', (scope) => scope.reply(502, 'Bad Gateway')],
    ['a secondary limit', (scope) => scope.reply(403, { message: 'slow down' }, { 'retry-after': '60' })],
    ['a primary limit', (scope) => scope.reply(403, { message: 'limit' }, { 'x-ratelimit-remaining': '0' })],
    ['a broken connection', (scope) => scope.replyWithError('reset')],
  ])('is nothing against the person when it is %s', async (_what, answer) => {
    api()
      .get('/user/installations')
      .query(true)
      .reply(200, { installations: [{ id: 1, suspended_at: null }] });
    answer(api().get('/user/installations/1/repositories').query(true));
    await expect(github.permissionsOf('ghu_1')).rejects.toMatchObject({ code: 'GITHUB_UNAVAILABLE', status: 503 });
  });

  it('of repositories is read page by page; what is suspended, gone or behind single sign-on has none', async () => {
    const permissions = (level: number) => ({
      admin: level > 2,
      maintain: level > 2,
      push: level > 1,
      triage: level > 1,
      pull: level > 0,
    });
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_one, index) => ({ id: from + index, permissions: permissions((from + index) % 4) }));
    const installations = [1, 2, 3, 4].map((id) => ({ id, suspended_at: id === 2 ? '2026-11-01T00:00:00Z' : null }));
    api().get('/user/installations').query(true).reply(200, { installations });
    const of = (id: number, page = 1) => api().get(`/user/installations/${id}/repositories`).query({ per_page: 100, page });
    of(1).reply(200, { repositories: some(100, 100) });
    of(1, 2).reply(200, { repositories: some(200, 3) });
    of(3).reply(404, { message: 'Not Found' });
    of(4).reply(403, { message: 'Resource protected by organization SAML enforcement' });
    const found = await github.permissionsOf('ghu_1');
    expect(found.size).toBe(77);
    expect([100, 101, 102, 103, 201].map((id) => found.get(id))).toEqual([undefined, 'pull', 'push', 'admin', 'pull']);
  });

  it('of a token that is given back and was over before is as good', async () => {
    const headers = { reqheaders: { authorization: `basic ${btoa('Iv23li00:the-secret')}` } };
    nock('https://api.github.com', headers).delete('/applications/Iv23li00/token', { access_token: 'ghu_1' }).reply(404, {});
    await github.revoke('ghu_1');
  });
});
