import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBranchHead } from '../../../src/github/reads.ts';
import { API, type ClientUnderTest, createClient, endNock, TOKEN } from './client-under-test.ts';

let client: ClientUnderTest;
const PATH = '/repos/octo/shop/git/ref/heads%2Fmain';
const FOUND = { object: { sha: 'abc' } };

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

describe('a rate limit', () => {
  it('that is reset in an hour is not waited for: the queue waits better', async () => {
    const reset = Math.floor(Date.now() / 1000) + 3600;
    client.scope
      .get(PATH)
      .reply(403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) });
    await expect(readBranchHead(client.at, 'main')).rejects.toMatchObject({ status: 403 });
    expect(client.lines().map((line) => line['msg'])).toContainEqual(expect.stringMatching(/^Primary rate limit .*giving up$/));
    expect(client.observed).toContainEqual({ status: 403, remaining: 0, resource: null, windowEnds: new Date(reset * 1000) });
  });

  it('that is reset in a moment is waited for', async () => {
    const reset = Math.floor(Date.now() / 1000);
    client.scope
      .get(PATH)
      .reply(403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) });
    client.scope.get(PATH).reply(200, FOUND);
    expect(await readBranchHead(client.at, 'main')).toBe('abc');
  });

  it('of the secondary kind is waited for as long as GitHub says', async () => {
    client.scope.get(PATH).reply(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '1' });
    client.scope.get(PATH).reply(200, FOUND);
    const startedAt = performance.now();
    expect(await readBranchHead(client.at, 'main')).toBe('abc');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(client.lines().map((line) => line['msg'])).toContainEqual(
      expect.stringMatching(/^Secondary rate limit .*waiting 1 s$/),
    );
  });

  it('of the secondary kind for longer than a job may take is not', async () => {
    client.scope.get(PATH).reply(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '600' });
    await expect(readBranchHead(client.at, 'main')).rejects.toMatchObject({ status: 403 });
  });
});

describe('an answer', () => {
  it('of 502 is tried again', async () => {
    client.scope.get(PATH).reply(502, 'Bad Gateway').get(PATH).reply(200, FOUND);
    expect(await readBranchHead(client.at, 'main')).toBe('abc');
  });

  it.each([400, 403, 409, 422, 451])('of %i says the same again, so it is asked for once', async (status) => {
    client.scope.get(PATH).reply(status, { message: 'no' });
    await expect(readBranchHead(client.at, 'main')).rejects.toMatchObject({ status });
    expect(client.observed.filter((one) => one.status === status)).toHaveLength(1);
  });

  it('that is an error shows no token, neither in its message nor in its stack', async () => {
    client.scope.get(PATH).reply(403, { message: 'no' });
    const error = await readBranchHead(client.at, 'main').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(`${(error as Error).message}${(error as Error).stack}`).not.toContain(TOKEN.slice(0, 20));
  });
});

describe('an installation', () => {
  it('has one client, and asks for one token', async () => {
    client.scope.get(PATH).times(2).reply(200, FOUND);
    const again = await client.github.at(client.installationId, { owner: 'octo', name: 'shop' });
    await Promise.all([readBranchHead(client.at, 'main'), readBranchHead(again, 'main')]);
    expect(again.client).toBe(client.at.client);
  });

  it('whose app is unknown says so when asked who we are', async () => {
    nock(API).get('/app').reply(200, { slug: 'regreen' });
    expect(await client.github.whoAmI()).toEqual({ slug: 'regreen' });
    nock(API).get('/app').reply(401, { message: "'Issuer' claim ('iss') must be an Integer" });
    await expect(client.github.whoAmI()).rejects.toMatchObject({ status: 401 });
  });
});
