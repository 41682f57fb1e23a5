import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFile, readTree } from '../../../src/github/files.ts';
import { readJobLog } from '../../../src/github/logs.ts';
import {
  findPullRequest,
  readBranch,
  readBranchHead,
  readJobs,
  readLatestRun,
  readPermission,
  readRun,
} from '../../../src/github/reads.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

let client: ClientUnderTest;
const signal = new AbortController().signal;

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

async function textOf(log: AsyncIterable<Uint8Array> | null): Promise<string | null> {
  if (log === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of log) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('the log of a job', () => {
  const path = '/repos/octo/shop/actions/jobs/70/logs';
  const asked: IncomingHttpHeaders[] = [];
  let answer: (response: ServerResponse) => void;
  let host: Server;
  let address: string;

  // A server of its own and not nock, for it is another host's, and its body is read as a stream or given up.
  beforeEach(async () => {
    host = createServer((request, response) => {
      asked.push(request.headers);
      answer(response);
    });
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    nock.enableNetConnect('127.0.0.1');
    address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/log?sig=1`;
    client.scope.get(path).optionally().reply(302, '', { location: address });
  });
  afterEach(() => {
    asked.length = 0;
    host.close();
    host.closeAllConnections();
  });

  it('is fetched from the address that GitHub names, without our token', async () => {
    answer = (response) => response.end('one\ntwo\n');
    expect(await textOf(await readJobLog(client.at, 70, signal))).toBe('one\ntwo\n');
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('authorization');
  });

  it.each([404, 410])('is null when the address has none any more: %i', async (status) => {
    answer = (response) => response.writeHead(status).end('gone');
    expect(await readJobLog(client.at, 70, signal)).toBeNull();
  });

  it('is an error when the address has expired, so that the retry asks for a new one', async () => {
    answer = (response) => response.writeHead(403).end('expired');
    await expect(readJobLog(client.at, 70, signal)).rejects.toMatchObject({ code: 'LOG_UNREADABLE', githubStatus: 403 });
  });

  it('is an error of ours when the other host is away', async () => {
    answer = (response) => response.destroy();
    await expect(readJobLog(client.at, 70, signal)).rejects.toMatchObject({ code: 'LOG_UNREADABLE', githubStatus: 0 });
  });

  it('ends at 256 MB, whatever more the server sends', async () => {
    const megabyte = Buffer.alloc(2 ** 20, 'x');
    answer = (response) => void Readable.from(Array.from({ length: 300 }, () => megabyte)).pipe(response);
    let seen = 0;
    for await (const chunk of (await readJobLog(client.at, 70, signal)) ?? []) seen += chunk.length;
    expect(seen).toBe(256 * 2 ** 20);
  });

  it('is not fetched once the job has been stopped', async () => {
    await expect(readJobLog(client.at, 70, AbortSignal.abort())).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});

describe('a log that GitHub has not', () => {
  const path = '/repos/octo/shop/actions/jobs/70/logs';

  it.each([404, 410])('is null: %i', async (status) => {
    client.scope.get(path).reply(status, { message: 'Not Found' });
    expect(await readJobLog(client.at, 70, signal)).toBeNull();
  });

  it('is an error when there is no address', async () => {
    client.scope.get(path).reply(200, 'the log itself');
    await expect(readJobLog(client.at, 70, signal)).rejects.toMatchObject({ code: 'LOG_ADDRESS_MISSING' });
  });
});

describe('a file', () => {
  const answer = (content: Buffer | string, more: object = {}) => ({
    type: 'file',
    size: content.length,
    encoding: 'base64',
    content: Buffer.from(content).toString('base64').replace(/.{60}/g, '$&\n'),
    ...more,
  });

  it.each([
    ['its text', answer('a\nä\n'), 'a\nä\n'],
    ['its text with its byte order mark', answer('\ufeffa'), '\ufeffa'],
    ['null for a folder', [answer('a')], null],
    ['null for a submodule', answer('', { type: 'submodule' }), null],
    ['null above 1 MB, where GitHub sends no content', answer('', { size: 2 ** 20 + 1, encoding: 'none' }), null],
    ['null for what is not UTF-8', answer(Buffer.from([0x61, 0xff])), null],
    ['null for what git calls binary', answer('a\u0000b'), null],
  ])('is %s', async (_what, body, expected) => {
    client.scope.get('/repos/octo/shop/contents/src%2Fa%20b.ts').query({ ref: 'abc' }).reply(200, body);
    expect(await readFile(client.at, 'src/a b.ts', 'abc')).toBe(expected);
  });

  it('is null when it is not there', async () => {
    client.scope.get(/contents/).reply(404, { message: 'Not Found' });
    expect(await readFile(client.at, 'a', 'abc')).toBeNull();
  });
});

describe('the newest commit of a branch', () => {
  const person = { login: 'mona', type: 'User' };
  const app = { login: 'a-bot', type: 'Bot' };
  const github = { login: 'web-flow', type: 'User' };

  it.each([
    ['a person', person, person, null],
    ['whom GitHub does not know', null, {}, null],
    ['a person on GitHub’s pages', person, github, null],
    ['a bot on GitHub’s pages', app, github, 'a-bot'],
    ['a bot in the name of a person', person, app, 'a-bot'],
    ['what is called a bot', { login: 'renovate[bot]', type: 'User' }, person, 'renovate[bot]'],
  ])('is by %s', async (_, author, committer, bot) => {
    const commit = { author, committer, commit: { message: 'Update' } };
    client.scope.get('/repos/octo/shop/branches/x').reply(200, { protected: false, commit });
    expect(await readBranch(client.at, 'x')).toEqual({ isProtected: false, message: 'Update', bot });
  });
});

describe('what is not there', () => {
  it('is null: a run, a branch, a pull request', async () => {
    client.scope.get('/repos/octo/shop/actions/runs/7').reply(404, {});
    client.scope.get('/repos/octo/shop/git/ref/heads%2Ffix%2Fa').reply(404, {});
    client.scope.get('/repos/octo/shop/pulls').query(true).reply(200, []);
    expect(await readLatestRun(client.at, 7)).toBeNull();
    expect(await readBranchHead(client.at, 'fix/a')).toBeNull();
    expect(await findPullRequest(client.at, 'regreen/x')).toBeNull();
  });

  it('is an error where it must be there', async () => {
    client.scope.get('/repos/octo/shop/actions/runs/7/attempts/1').reply(404, { message: 'Not Found' });
    await expect(readRun(client.at, 7, 1)).rejects.toMatchObject({ status: 404 });
  });

  it('is no permission for a person who is no collaborator', async () => {
    client.scope.get('/repos/octo/shop/collaborators/mona/permission').reply(404, {});
    client.scope
      .get('/repos/octo/shop/collaborators/hubot/permission')
      .reply(200, { permission: 'write', role_name: 'keeper-of-builds' });
    expect(await readPermission(client.at, 'mona')).toBe('none');
    // A role that the organisation has made says nothing by its name.
    expect(await readPermission(client.at, 'hubot')).toBe('write');
  });
});

it('all jobs of a run are read, over pages', async () => {
  const job = (id: number) => ({
    id,
    run_id: 7,
    run_attempt: 2,
    name: `job ${id}`,
    status: 'queued',
    conclusion: null,
    labels: [],
    started_at: '2026-01-01T00:00:00Z',
    completed_at: null,
  });
  const path = '/repos/octo/shop/actions/runs/7/attempts/2/jobs';
  client.scope
    .get(path)
    .query({ per_page: 100 })
    .reply(
      200,
      { total_count: 101, jobs: Array.from({ length: 100 }, (_, id) => job(id)) },
      {
        link: `<https://api.github.test${path}?per_page=100&page=2>; rel="next"`,
      },
    );
  client.scope
    .get(path)
    .query({ per_page: 100, page: 2 })
    .reply(200, { total_count: 101, jobs: [job(100)] });
  const jobs = await readJobs(client.at, 7, 2);
  expect(jobs).toHaveLength(101);
  expect(jobs.at(-1)).toEqual({
    id: 100,
    runId: 7,
    runAttempt: 2,
    name: 'job 100',
    status: 'queued',
    conclusion: null,
    labels: [],
    startedAt: null,
    completedAt: null,
    steps: [],
  });
});

it('the files of a commit are files alone; a list that was cut off is none', async () => {
  const tree = [
    { path: 'src', mode: '040000', type: 'tree', sha: 's' },
    { path: 'src/a.ts', mode: '100644', type: 'blob', size: 5, sha: 's' },
    { path: 'lib', mode: '160000', type: 'commit', sha: 's' },
  ];
  client.scope.get('/repos/octo/shop/git/trees/abc').query({ recursive: '1' }).reply(200, { tree, truncated: false });
  expect([...((await readTree(client.at, 'abc')) ?? [])]).toEqual([['src/a.ts', { path: 'src/a.ts', mode: '100644', size: 5 }]]);
  client.scope.get('/repos/octo/shop/git/trees/abc').query({ recursive: '1' }).reply(200, { tree, truncated: true });
  expect(await readTree(client.at, 'abc')).toBeNull();
});
