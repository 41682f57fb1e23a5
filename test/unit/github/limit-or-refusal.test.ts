import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createComment, updateComment } from '../../../src/github/comments.ts';
import { commitOnBranch, mergeWhenReady, rerunFailedJobs } from '../../../src/github/writes.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

let client: ClientUnderTest;
const SHA = 'a'.repeat(40);
const pull = { number: 7, nodeId: 'PR_7', headSha: SHA };
const commit = { branch: 'x', expectedHead: SHA, headline: 'Format', body: '', files: [{ path: 'a', content: 'a' }] };

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

type Answer = [status: number, body: object, headers?: Record<string, string>];

/** Seconds after which the job is to come again. */
const inAnHour = () => String(Math.floor(Date.now() / 1000) + 3_600);
const LIMITS: [what: string, answer: () => Answer, seconds: number | undefined][] = [
  ['a secondary limit', () => [403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '600' }], 600],
  [
    'a primary limit',
    () => [403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour() }],
    3_600,
  ],
  ['a limit by its header alone', () => [403, { message: 'slow down' }, { 'retry-after': '120' }], 120],
  ['a limit by its older name', () => [403, { message: 'You have triggered an abuse detection mechanism.' }], undefined],
  ['a 429', () => [429, { message: 'Too many requests' }], undefined],
];

const [[, secondary]] = LIMITS as [(typeof LIMITS)[0]];
const CLEAN = { data: null, errors: [{ type: 'UNPROCESSABLE', message: 'Pull request is in clean status' }] };
const RERUN = '/repos/octo/shop/actions/runs/7/rerun-failed-jobs';

/** Protects what a limit would otherwise end for good: GitHub tells both by a 403, and only a refusal is final. */
describe('a limit', () => {
  it.each(LIMITS)('does not end a re-run, which comes again when GitHub says: %s', async (_, answer, seconds) => {
    client.scope.post(RERUN).reply(...answer());
    const error: unknown = await rerunFailedJobs(client.at, 7).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: answer()[0] });
    const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
    expect(Math.round((retryAfterSeconds ?? 0) / 60) * 60 || undefined).toBe(seconds);
  });

  it('does not leave a merge to a person', async () => {
    client.scope.post('/graphql').reply(200, CLEAN);
    client.scope.put('/repos/octo/shop/pulls/7/merge').reply(...secondary());
    await expect(mergeWhenReady(client.at, pull)).rejects.toMatchObject({ status: 403 });
  });

  it('does not silence an answer', async () => {
    client.scope.post('/repos/octo/shop/issues/7/comments').reply(...secondary());
    await expect(createComment(client.at, 7, 'hello')).rejects.toMatchObject({ status: 403 });
    client.scope.patch('/repos/octo/shop/issues/comments/9').reply(...secondary());
    await expect(updateComment(client.at, 9, 'hello')).rejects.toMatchObject({ status: 403 });
  });

  it('that GraphQL tells by its type is no word on the merge, and none on the commit', async () => {
    const limited = { data: null, errors: [{ type: 'RATE_LIMIT', message: 'API rate limit already exceeded.' }] };
    client.scope.post('/graphql').twice().reply(200, limited);
    await expect(mergeWhenReady(client.at, pull)).rejects.toThrow('rate limit');
    await expect(commitOnBranch(client.at, commit)).rejects.toThrow('rate limit');
  });
});

describe('a refusal is an answer', () => {
  const message = 'Resource not accessible by integration';
  const refused: Answer = [403, { message }, { 'x-ratelimit-remaining': '4999' }];

  it('to a re-run', async () => {
    client.scope.post(RERUN).reply(...refused);
    expect(await rerunFailedJobs(client.at, 7)).toBe(false);
  });

  it('to a merge', async () => {
    client.scope.post('/graphql').reply(200, CLEAN);
    client.scope.put('/repos/octo/shop/pulls/7/merge').reply(...refused);
    expect(await mergeWhenReady(client.at, pull)).toEqual({ kind: 'refused', reason: message });
  });

  it('to a comment', async () => {
    const locked = { message: 'Unable to create comment because issue is locked.' };
    client.scope.post('/repos/octo/shop/issues/7/comments').reply(403, locked);
    await expect(createComment(client.at, 7, 'hello')).rejects.toMatchObject({ code: 'THREAD_LOCKED' });
  });
});
