import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBranchHead } from '../../../src/github/reads.ts';
import { commitOnBranch, createIssue } from '../../../src/github/writes.ts';
import { withJobSignal } from '../../../src/job-signal.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

let client: ClientUnderTest;
let job: AbortController;
const ISSUES = '/repos/octo/shop/issues';
const issue = { title: 'A', body: '', labels: [] };
const tooLong = new DOMException('too long', 'TimeoutError');

beforeEach(async () => {
  client = await createClient();
  job = new AbortController();
});
afterEach(endNock);

const inJob = <T>(work: () => Promise<T>) => withJobSignal(job.signal, work);

/** Protects from two of a thing: a retry starts while the job before it, which was given up, still has its writes to make. */
describe('a job that was given up', () => {
  it('writes nothing more, by REST and by GraphQL, and may read', async () => {
    job.abort(tooLong);
    await expect(inJob(() => createIssue(client.at, issue))).rejects.toBe(tooLong);
    const commit = { branch: 'x', expectedHead: 'a', headline: 'A', body: '', files: [] };
    await expect(inJob(() => commitOnBranch(client.at, commit))).rejects.toBe(tooLong);
    client.scope.get('/repos/octo/shop/git/ref/heads%2Fmain').reply(200, { object: { sha: 'abc' } });
    expect(await inJob(() => readBranchHead(client.at, 'main'))).toBe('abc');
  });

  it('does not make a write that waits for a limit', async () => {
    client.scope.post(ISSUES).reply(() => {
      job.abort(tooLong);
      return [403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '1' }];
    });
    await expect(inJob(() => createIssue(client.at, issue))).rejects.toBe(tooLong);
  });

  it('does not make a write that waits for its turn; those of others are made', async () => {
    client.scope.post(ISSUES).reply(() => {
      job.abort(tooLong);
      return [201, { number: 1 }];
    });
    client.scope.post(ISSUES).reply(201, { number: 2 });
    const first = createIssue(client.at, issue);
    const ofJob = inJob(() => createIssue(client.at, issue)).catch((error: unknown) => error);
    const last = createIssue(client.at, issue);
    expect([await first, await ofJob, await last]).toEqual([1, tooLong, 2]);
  });

  it('takes its signal along to nobody else', async () => {
    client.scope.post(ISSUES).times(2).reply(201, { number: 1 });
    await inJob(() => createIssue(client.at, issue));
    job.abort(tooLong);
    expect(await createIssue(client.at, issue)).toBe(1);
  });
});
