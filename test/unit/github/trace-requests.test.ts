import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBranchHead } from '../../../src/github/reads.ts';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import type { Tracing } from '../../../src/telemetry/tracing.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { API, type ClientUnderTest, createClient, endNock, TOKEN } from './client-under-test.ts';

const PATH = '/repos/octo/shop/git/ref/heads%2Fmain';
const NAME = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
const FOUND = { object: { sha: 'abc' } };

let receiver: OtlpReceiver;
let tracing: Tracing;
let client: ClientUnderTest;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  tracing = await startTracing(receiver.settings(), { version: '1', roles: new Set(), log: memoryLog().log });
  client = await createClient(tracing);
  nock.enableNetConnect('127.0.0.1');
});
afterEach(async () => {
  endNock();
  await receiver.close();
});

const inJob = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  tracing.span(
    () => ({ name, kind: 'consumer', attributes: {}, parent: null }),
    () => work(),
  );
async function asked(name = NAME) {
  await tracing.stop();
  return receiver.spans.filter((span) => span.name === name).toSorted((a, b) => Number(a.start - b.start));
}

/** Protects that what a trace says of GitHub is what went over the wire, and whose it was. */
describe('requests to GitHub', () => {
  it('are spans of whoever asks; one that is sent again is another', async () => {
    client.scope
      .get(PATH)
      .reply(502, 'Bad Gateway')
      .get(PATH)
      .reply(200, FOUND, { 'x-github-request-id': 'AB:12', 'x-ratelimit-remaining': '41' });
    expect(await inJob('job', () => readBranchHead(client.at, 'main'))).toBe('abc');
    const [first, second, ...more] = await asked();
    const job = receiver.spans.find(({ name }) => name === 'job');
    expect(more).toEqual([]);
    for (const span of [first, second]) expect(span).toMatchObject({ kind: 'client', parentSpanId: job?.spanId });
    expect(first).toMatchObject({
      failed: true,
      attributes: { 'http.response.status_code': 502, 'error.type': '502' },
      events: [],
    });
    expect(second).toMatchObject({
      failed: false,
      attributes: {
        'http.request.method': 'GET',
        'url.template': '/repos/{owner}/{repo}/git/ref/{ref}',
        'server.address': 'api.github.test',
        'server.port': 443,
        'http.response.status_code': 200,
        'http.request.resend_count': 1,
        'vcs.owner.name': 'octo',
        'vcs.repository.name': 'shop',
        'regreen.github.request_id': 'AB:12',
        'regreen.github.remaining': 41,
      },
    });
    expect(Buffer.concat(receiver.bodies).includes(TOKEN)).toBe(false);
  });

  it('of many who wait in one line are each in the right trace', async () => {
    const jobs = ['a', 'b', 'c'];
    for (const job of jobs) {
      nock(API).post(`/repos/octo/${job}/check-runs`).delay(5).reply(201, { id: 1 });
    }
    await Promise.all(
      jobs.map((repo) =>
        inJob(repo, () => client.at.client.rest.checks.create({ owner: 'octo', repo, name: 'n', head_sha: 's' })),
      ),
    );
    const spans = await asked('POST /repos/{owner}/{repo}/check-runs');
    const parents = new Map(receiver.spans.map(({ spanId, name }) => [spanId, name]));
    expect(spans.map(({ attributes }) => attributes['vcs.repository.name'])).toHaveLength(3);
    for (const span of spans) expect(parents.get(span.parentSpanId)).toBe(span.attributes['vcs.repository.name']);
    // Writes are a second apart.
    expect(Number(spans.at(-1)?.attributes['regreen.github.waited_ms'])).toBeGreaterThan(1_500);
  });

  it('that nobody traces have no span', async () => {
    client.scope.get(PATH).reply(200, FOUND);
    await readBranchHead(client.at, 'main');
    expect(await asked()).toEqual([]);
  });
});
