import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository, Run } from '../../../src/sandbox/state/model.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { until } from '../../support/until.ts';
import { unzip } from '../../support/unzip.ts';
import { API_KEY, createWorld, type World } from '../../support/world.ts';

/** Not one that anybody has; pieced together, so that no scanner takes this file for a leak. */
const TOKEN = ['ghp', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6'].join('_');

let world: World;
let api: ApiClient;
let repository: Repository;
let run: Run;
let jobId: number;

beforeAll(async () => {
  world = await createWorld();
  api = apiClient(world.regreen.url, API_KEY);
  const steps = [
    `echo "using ${TOKEN.slice(0, 20)}""${TOKEN.slice(20)}"`,
    'test -z "$GITHUB_HEAD_REF" || { echo broken; exit 3; }',
  ];
  repository = await world.createRepository(shopWithSteps(steps), 'logs');
  await propose(world, repository, { files: { 'README.md': '# changed\n' } });
  await world.settled();
  const red = [...repository.runs.values()].find((one) => one.event.name === 'pull_request');
  if (!red) throw new Error('nothing ran on the pull request');
  run = red;
  jobId = run.attempts[0]?.jobs[0]?.id ?? 0;
});

afterAll(() => world.close());

const build = () => ({ path: { id: run.id } });
const job = () => ({ path: { id: run.id, jobId } });

async function raw(headers: Record<string, string> = {}) {
  const { data, response } = await api.GET('/api/v1/builds/{id}/jobs/{jobId}/logs', {
    params: job(),
    headers,
    parseAs: 'arrayBuffer',
  });
  // What decodes text leaves the first mark of a log out.
  return { text: data === undefined ? '' : Buffer.from(data as unknown as ArrayBuffer).toString(), response };
}

/** Protects that logs come as they are, in whole and in parts, and never with a secret. */
describe('logs', () => {
  it('of a job are those of GitHub but for masked secrets, and parts of them are parts of the whole', async () => {
    const own = run.attempts[0]?.jobs[0]?.state.log?.toString() ?? '';
    const { text, response } = await raw();

    expect(own).toContain(TOKEN);
    expect(text).toBe(own.replaceAll(TOKEN, '*'.repeat(TOKEN.length)));
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(own)));
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    // A part that begins and ends in the middle of the secret shows nothing of it.
    const bytes = Buffer.from(text);
    const inside = bytes.indexOf('*'.repeat(TOKEN.length)) + 8;
    for (const [range, first, last] of [
      [`bytes=${inside}-${inside + 9}`, inside, inside + 9],
      [`bytes=${inside}-`, inside, bytes.length - 1],
      ['bytes=-12', bytes.length - 12, bytes.length - 1],
      ['bytes=0-0', 0, 0],
      [`bytes=5-${bytes.length * 2}`, 5, bytes.length - 1],
    ] as const) {
      const part = await raw({ range });
      expect(part.response.status, range).toBe(206);
      expect(part.response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${bytes.length}`);
      expect(part.text, range).toBe(bytes.subarray(first, last + 1).toString());
    }
  });

  it('are answered whole where the range is none, several, or of another log; and 416 behind the end', async () => {
    const none: Record<string, string>[] = [
      { range: 'lines=1-2' },
      { range: 'bytes=0-1,4-5' },
      { range: 'bytes=0-1', 'if-range': '"job-1"' },
    ];
    for (const headers of none) {
      expect((await raw(headers)).response.status).toBe(200);
    }
    expect((await raw({ range: 'bytes=0-1', 'if-range': `"job-${jobId}"` })).response.status).toBe(206);
    const behind = await raw({ range: 'bytes=999999999-' });
    expect(behind.response.status).toBe(416);
    expect(behind.response.headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
  });

  it('of a run come as a zip with a file for each job', async () => {
    const { data } = await api.GET('/api/v1/builds/{id}/logs', { params: build(), parseAs: 'arrayBuffer' });
    expect(unzip(Buffer.from(data as unknown as ArrayBuffer))).toEqual({ '0_checks.txt': (await raw()).text });
  });

  it('are read: the cause, the failed step and its place on the page of GitHub', async () => {
    const { data } = await api.GET('/api/v1/builds/{id}/jobs/{jobId}/logs/parsed', { params: job() });

    expect(data).toMatchObject({ build: run.id, job: { id: jobId, name: 'checks', conclusion: 'failure' } });
    const [step] = data?.failedSteps ?? [];
    expect(step).toMatchObject({ exitCode: 3, number: expect.any(Number) });
    expect(step?.url).toMatch(new RegExp(`/actions/runs/${run.id}/job/${jobId}#step:${step?.number}:1$`));
    const lines = (data?.excerpts ?? []).flatMap((excerpt) => excerpt.lines);
    expect(lines.map(({ text }) => text).join('\n')).toContain('broken');
    expect(JSON.stringify(data)).not.toContain(TOKEN.slice(4));
  });

  it('of what is not there are told by a code and a hint', async () => {
    const unknown = await api.GET('/api/v1/builds/{id}/jobs/{jobId}/logs', { params: { path: { id: run.id, jobId: 1 } } });
    expect(unknown.error?.error).toMatchObject({ code: 'JOB_NOT_FOUND', hint: expect.any(String) });
    const noBuild = await api.GET('/api/v1/builds/{id}/logs', { params: { path: { id: 404 } } });
    expect(noBuild.error?.error).toMatchObject({ code: 'BUILD_NOT_FOUND', hint: expect.any(String) });
    const noAttempt = await api.GET('/api/v1/builds/{id}/logs', { params: { ...build(), query: { attempt: 7 } } });
    expect(noAttempt.response.status).toBe(404);
  });
});

/** Protects that orders reach GitHub, that its refusals are told, and that the audit has who asked. */
describe('orders', () => {
  it('run a build again, and refuse to cancel what has ended', async () => {
    const refusedCancel = await api.POST('/api/v1/builds/{id}/cancel', { params: build() });
    expect(refusedCancel.response.status).toBe(409);
    expect(refusedCancel.error?.error).toMatchObject({
      code: 'RUN_COMPLETED',
      details: { githubStatus: 409, githubMessage: expect.stringContaining('Cannot cancel') },
    });
    const again = await api.POST('/api/v1/builds/{id}/rerun', { params: build(), body: { jobs: 'all' } });
    expect(again.data).toMatchObject({ status: 'requested', id: run.id, attempt: 1 });
    await world.settled();
    expect(run.attempts).toHaveLength(2);
    const { data } = await api.GET('/api/v1/audit', { params: { query: { action: 'run.rerun', repository: 'octo-shop/logs' } } });
    expect(data?.items[0]).toMatchObject({
      actor: expect.stringMatching(/^api-key:/),
      subject: `run:${run.id}`,
      correlationId: again.data?.correlationId,
      details: { jobs: 'all' },
    });
  });
});

/** Protects that what is shown of repositories is what counts. */
describe('repositories', () => {
  it('are listed by installation, each with what counts in it and the line that says so', async () => {
    const { data: installations } = await api.GET('/api/v1/installations');
    const [installation] = installations?.items ?? [];
    expect(installation).toMatchObject({ account: 'octo-shop', repositories: 1, suspended: false });
    const query = { installation: installation?.id };
    const { data: repositories } = await api.GET('/api/v1/repositories', { params: { query } });
    expect(repositories?.items).toMatchObject([{ repository: 'octo-shop/logs', defaultBranch: 'main', openIncidents: 1 }]);

    const path = { owner: 'octo-shop', name: 'logs' };
    const { data } = await api.GET('/api/v1/repositories/{owner}/{name}/configuration', { params: { path } });
    expect(data).toMatchObject({ repository: 'octo-shop/logs', mode: 'fix', faults: [] });
    const place = (key: string) => data?.values.find((one) => one.key === key)?.place;
    expect(place('mode')).toEqual({ layer: 'repository', file: '.github/regreen.yml', line: 2 });
    expect(place('delivery')).toBeNull();
    const unknown = await api.GET('/api/v1/repositories/{owner}/{name}/configuration', {
      params: { path: { owner: 'octo-shop', name: 'nothing' } },
    });
    expect(unknown.error?.error).toMatchObject({ code: 'REPOSITORY_NOT_FOUND', hint: expect.any(String) });
  });
});

describe('a build under way', () => {
  it('is cancelled on GitHub, and the books and the audit say so', async () => {
    const slow = await world.createRepository(shopWithSteps(['sleep 50']), 'slow');
    await until(() => [...slow.runs.values()].some((one) => one.attempts[0]?.status === 'in_progress'), 'it has begun');
    const [begun] = slow.runs.values();
    const params = { path: { id: begun?.id ?? 0 } };
    // The event of it may still be on its way.
    await until(async () => (await api.GET('/api/v1/builds/{id}', { params })).response.ok, 'the books know it');
    const { data } = await api.POST('/api/v1/builds/{id}/cancel', { params });
    expect(data).toMatchObject({ status: 'requested', attempt: 1 });
    await world.settled();
    expect(begun?.attempts[0]).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect((await api.GET('/api/v1/builds/{id}', { params })).data).toMatchObject({
      status: 'completed',
      conclusion: 'cancelled',
    });
    const audit = await api.GET('/api/v1/audit', { params: { query: { action: 'run.cancelled' } } });
    expect(audit.data?.items).toMatchObject([{ subject: `run:${begun?.id}`, repository: 'octo-shop/slow' }]);
  });
});
