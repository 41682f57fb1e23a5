import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDetailsSchema, buildPageSchema } from '../../../src/api/schemas/build.ts';
import { rollbackPageSchema } from '../../../src/api/schemas/build-orders.ts';
import { deploymentPageSchema } from '../../../src/api/schemas/deployment.ts';
import * as figures from '../../../src/api/schemas/figures.ts';
import * as pipeline from '../../../src/api/schemas/pipeline.ts';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { arrive, runArrivals } from '../../support/history.ts';
import { DEPLOYMENTS, insertHealing, PULLS, RUNS, SHOP } from '../insights/golden-history.ts';
import { AUTHORIZED, type RunningApi, startApi } from './running-api.ts';

const NOW = new Date('2026-11-04T12:02:00Z');
const CI = '.github/workflows/ci.yml';
const DAYS = 'from=2026-11-02&to=2026-11-04';

let test: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await startApi(test.database, () => NOW);
  await arrive(test.database, [...RUNS, ...DEPLOYMENTS, ...PULLS]);
  await insertHealing(test.database);
  await refreshFigures(test.database);
});

afterAll(async () => {
  await api.close();
  await test.drop();
});

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.origin}/api/v1/${path}`, { headers: { ...AUTHORIZED, ...headers } });
}

async function answer(path: string): Promise<unknown> {
  const response = await get(path);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

async function refusal(path: string): Promise<{ status: number; code: string; faults?: { field: string }[] }> {
  const response = await get(path);
  const { error } = (await response.json()) as { error: { code: string; details?: { faults?: { field: string }[] } } };
  return { status: response.status, code: error.code, ...(error.details?.faults ? { faults: error.details.faults } : {}) };
}

/** Protects what people read; the figures themselves are worked out in test/integration/insights. */
describe('analytics over HTTP', () => {
  it('answer the golden figures in the form that is described, each', async () => {
    const overview = figures.overviewSchema.strict().parse(await answer(`analytics/overview?${DAYS}`));
    expect(overview).toMatchObject({
      from: '2026-11-02T00:00:00.000Z',
      to: '2026-11-05T00:00:00.000Z',
      behindSince: null,
      runs: { runs: 9, successRate: 0.4286 },
      recovery: { n: 2, open: 1, openSince: '2026-11-04T10:02:00.000Z' },
      deployments: { changeFailureRate: 0.5 },
    });
    const trends = figures.trendsSchema.strict().parse(await answer(`analytics/trends?${DAYS}&timeZone=Europe/Berlin`));
    expect(trends.points.map(({ runs }) => runs)).toEqual([3, 3, 3]);
    const performance = figures.performanceSchema.strict().parse(await answer(`analytics/performance?${DAYS}`));
    expect(performance.bottlenecks[0]).toMatchObject({ repository: 'octo/shop', workflow: CI, job: 'build', minutes: 168 });
    const mttr = figures.recoverySchema.strict().parse(await answer(`analytics/mttr?${DAYS}&workflow=${CI}`));
    expect(mttr).toMatchObject({ defaultBranch: { n: 2, open: 0 }, workflows: [{ workflow: CI }] });
    const failures = figures.failuresSchema
      .strict()
      .parse(await answer(`analytics/failures?${DAYS}&repository=Octo/Shop&branch=main`));
    expect(failures).toMatchObject({ failures: 4, byBranch: [{ branch: 'main' }], diagnosed: 2 });
    const flaky = figures.flakySchema.strict().parse(await answer(`analytics/flaky?${DAYS}&limit=1`));
    expect(flaky).toMatchObject({ commits: 1, lostMinutes: 2, places: [{ test: 'adds' }] });
    const comparison = figures.comparisonSchema.strict().parse(await answer(`analytics/workflows/comparison?${DAYS}`));
    expect(comparison.workflows.map(({ runs }) => runs)).toEqual([7, 1, 1]);
  });

  it('say since when they lack something', async () => {
    await test.pool.query("insert into touched_runs (run_id, at) values (10, '2026-11-04T12:00:00Z')");
    expect(await answer('analytics/overview')).toMatchObject({ behindSince: '2026-11-04T12:00:00.000Z' });
    await refreshFigures(test.database);
    expect(await answer('analytics/overview')).toMatchObject({ behindSince: null });
  });

  it('cover the last 30 days when nothing is said', async () => {
    expect(await answer('analytics/overview')).toMatchObject({
      from: '2026-10-06T00:00:00.000Z',
      to: '2026-11-05T00:00:00.000Z',
      runs: { runs: 9 },
    });
  });

  it('are not sent again to who has them, and never kept for others', async () => {
    const first = await get(`analytics/overview?${DAYS}`);
    expect(first.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const second = await get(`analytics/overview?${DAYS}`, { 'if-none-match': etag });
    expect([second.status, await second.text()]).toEqual([304, '']);
  });

  it('are sent small to who takes that, and recognised all the same', async () => {
    const plain = await get(`analytics/overview?${DAYS}`, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const small = await get(`analytics/overview?${DAYS}`, { 'accept-encoding': 'gzip' });
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).toEqual([
      'gzip',
      expect.stringContaining('Accept-Encoding'),
    ]);
    expect(await small.json()).toEqual(await plain.json());
    const again = { 'accept-encoding': 'gzip', 'if-none-match': small.headers.get('etag') ?? '' };
    expect((await get(`analytics/overview?${DAYS}`, again)).status).toBe(304);
  });

  it.each(['incidents', 'approvals', 'agents/usage'])(
    'of %s are asked for anew each time, and sent only when they changed',
    async (path) => {
      const first = await get(path);
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      expect((await get(path, { 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304);
    },
  );

  it.each([
    ['analytics/overview?workflow=x', 400, 'VALIDATION_FAILED'],
    ['analytics/overview?from=2026-02-30', 400, 'VALIDATION_FAILED'],
    ['analytics/overview?from=2026-11-05&to=2026-11-04', 400, 'RANGE_INVALID'],
    ['analytics/overview?from=2024-11-05&to=2026-11-04', 400, 'RANGE_INVALID'],
    ['analytics/overview?repository=octo/unknown', 404, 'REPOSITORY_NOT_FOUND'],
    ['analytics/failures?branch=main', 400, 'REPOSITORY_NEEDED'],
    ['analytics/trends?timeZone=Mars/Olympus', 400, 'VALIDATION_FAILED'],
    ['analytics/trends?timeZone=%2B01:00', 400, 'VALIDATION_FAILED'],
    ['analytics/trends?bucket=hour&from=2026-09-01&to=2026-11-01', 400, 'RANGE_TOO_LONG'],
    ['analytics/trends?branchKind=mine', 400, 'VALIDATION_FAILED'],
    ['analytics/trends?branchKind=default&timeZone=Europe/Berlin', 400, 'REPOSITORY_NEEDED'],
    ['analytics/failures?branch=%00&repository=octo/shop', 400, 'VALIDATION_FAILED'],
  ])('refuse %s', async (path, status, code) => {
    expect(await refusal(path)).toMatchObject({ status, code });
  });
});

describe('builds over HTTP', () => {
  it.each([
    ['', [90, 85, 80, 70, 50, 40, 30, 60, 20, 15, 10]],
    ['&order=asc', [10, 15, 20, 60, 30, 40, 50, 70, 80, 85, 90]],
    // 90 has not ended
    ['&sort=completedAt', [85, 80, 70, 50, 40, 30, 60, 15, 20, 10]],
    // In seconds: 9000, 1200 twice, 600 twice, 300 (the second attempt of 20), 180, 120, 60, 0
    ['&sort=duration', [15, 70, 30, 50, 10, 20, 85, 80, 40, 60]],
    ['&sort=duration&order=asc', [60, 40, 80, 85, 20, 10, 50, 30, 70, 15]],
  ])('are paged, each run once by its latest attempt: %s', async (query, wanted) => {
    const ids: number[] = [];
    let cursor = '';
    do {
      const page = buildPageSchema.parse(await answer(`builds?limit=3${query}${cursor}`));
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(ids).toEqual(wanted);
  });

  it.each([
    ['status=failure', [85, 80, 50, 30, 15]],
    ['status=in_progress', [90]],
    ['branch=feature', [30]],
    ['actor=lisa', [30]],
    ['event=schedule', [60]],
    [`workflow=${CI}&status=success`, [70, 20, 10]],
    ['from=2026-11-03T03:00:00Z&to=2026-11-03T11:00:00Z', [30, 60]],
    ['repository=octo/shop&limit=1', [90]],
  ])('are filtered by %s', async (query, wanted) => {
    expect(buildPageSchema.parse(await answer(`builds?${query}`)).items.map(({ id }) => id)).toEqual(wanted);
  });

  it('tell of attempts, jobs, waits and steps', async () => {
    const build = buildDetailsSchema.strict().parse(await answer('builds/20'));
    expect(build).toMatchObject({
      attempt: 2,
      conclusion: 'success',
      durationMs: 300_000,
      attempts: [{ conclusion: 'failure', durationMs: 480_000 }, { conclusion: 'success' }],
      jobs: [{ name: 'build' }, { name: 'test', conclusion: 'failure', steps: [{ name: 'do test' }] }, { attempt: 2 }],
    });
    const jobs = buildDetailsSchema.parse(await answer('builds/70')).jobs;
    expect(jobs.map(({ queueMs, durationMs }) => [queueMs, durationMs])).toEqual([
      [8_000, 700_000],
      [null, null],
    ]);
  });

  it.each([
    ['builds/1', 404, 'BUILD_NOT_FOUND'],
    ['builds/x', 400, 'VALIDATION_FAILED'],
    ['builds/9007199254740993', 400, 'VALIDATION_FAILED'],
    ['builds?cursor=Zm9v', 400, 'VALIDATION_FAILED'],
    ['builds?page=2', 400, 'VALIDATION_FAILED'],
    ['builds?sort=actor', 400, 'VALIDATION_FAILED'],
    ['builds?order=random', 400, 'VALIDATION_FAILED'],
    ['builds?repository=octo/unknown', 404, 'REPOSITORY_NOT_FOUND'],
  ])('refuse %s', async (path, status, code) => {
    expect(await refusal(path)).toMatchObject({ status, code });
  });
});

describe('deployments over HTTP', () => {
  it('say which went back, and from what', async () => {
    const page = deploymentPageSchema.strict().parse(await answer('deployments?environment=production'));
    // 4 failed and 7 is under way: neither has replaced anything. 5 is A after A.
    expect(page.items.map(({ id, sha, replacedSha, rollback }) => [id, sha, replacedSha, rollback])).toEqual([
      [7, 'D', null, false],
      [5, 'A', 'A', false],
      [4, 'C', null, false],
      [3, 'A', 'B', true],
      [2, 'B', 'A', false],
      [1, 'A', null, false],
    ]);
  });

  it.each([
    ['repository=octo/shop&limit=1', [7]],
    ['environment=staging', [6]],
    ['state=failure', [4]],
    ['order=asc&limit=2', [1, 2]],
    ['environment=nowhere', []],
  ])('are filtered by %s', async (query, wanted) => {
    expect(deploymentPageSchema.parse(await answer(`deployments?${query}`)).items.map(({ id }) => id)).toEqual(wanted);
  });

  it.each(['asc', 'desc'])('tell what was rolled back or reverted, page by page: %s', async (order) => {
    const found: string[] = [];
    let cursor = '';
    do {
      const page = rollbackPageSchema.strict().parse(await answer(`builds/rollbacks?limit=1&order=${order}${cursor}`));
      found.push(...page.items.map(({ kind, id, fromSha, toSha }) => (kind === 'revert' ? `#${id}` : `${fromSha} → ${toSha}`)));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    // #8 takes the revert back.
    expect(found).toEqual(order === 'desc' ? ['#7', 'B → A'] : ['B → A', '#7']);
  });

  it.each([
    ['builds/rollbacks?environment=production', ['deployment']],
    ['builds/rollbacks?repository=octo/shop&from=2026-11-03T15:30:00Z', ['revert']],
    ['builds/rollbacks?from=2026-11-01T00:00:00Z&to=2026-11-03T00:00:00Z', []],
  ])('are asked for by %s', async (path, wanted) => {
    expect(rollbackPageSchema.parse(await answer(path)).items.map(({ kind }) => kind)).toEqual(wanted);
  });

  it.each([
    ['deployments?state=fine', 400, 'VALIDATION_FAILED'],
    ['deployments?repository=octo/unknown', 404, 'REPOSITORY_NOT_FOUND'],
  ])('refuse %s', async (path, status, code) => {
    expect(await refusal(path)).toMatchObject({ status, code });
  });
});

describe('the pipeline over HTTP', () => {
  it('shows what runs and waits now, the last day, and deployments', async () => {
    const base = { id: 95, created: '2026-11-04T12:00:00Z' };
    const heard = { heardQueued: '2026-11-04T12:00:01Z', conclusion: null };
    const jobs = [
      { id: 951, name: 'a', ...heard, heardRunning: '2026-11-04T12:00:05Z', started: '2026-11-04T12:00:05Z' },
      { id: 952, name: 'b', ...heard },
      { id: 953, name: 'c', started: '2026-11-04T12:00:05Z', completed: '2026-11-04T12:00:09Z', conclusion: 'success' },
    ];
    await arrive(
      test.database,
      runArrivals(SHOP, { ...base, attempts: [{ started: '2026-11-04T12:00:00Z', conclusion: null, jobs }] }),
    );
    const overview = pipeline.pipelineOverviewSchema.strict().parse(await answer('pipeline/overview'));
    expect(overview).toMatchObject({
      queue: { waiting: 1, running: 1, waitingSince: '2026-11-04T12:00:01.000Z' },
      running: [
        { id: 95, jobs: 3, jobsCompleted: 1, status: 'in_progress' },
        { id: 90, jobs: 0, jobsCompleted: 0 },
      ],
      // Since 13:00 of the 3rd: 50, 70, 80
      lastDay: { runs: 3, green: 1, red: 2 },
    });
    expect(overview.deployments.map(({ id, state }) => [id, state]).slice(0, 3)).toEqual([
      [7, 'in_progress'],
      [6, 'success'],
      [5, 'success'],
    ]);
    expect(pipeline.pipelineMetricsSchema.strict().parse(await answer('pipeline/metrics')).queue).toEqual(overview.queue);
    expect(pipeline.pipelineStatusSchema.strict().parse(await answer('pipeline/status'))).toEqual({
      repositories: [
        {
          repository: 'octo/shop',
          defaultBranch: 'main',
          state: 'unknown',
          redSince: '2026-11-04T10:02:00.000Z',
          running: 2,
        },
      ],
    });
    const recent = pipeline.pipelineRecentSchema.strict().parse(await answer('pipeline/recent?limit=2'));
    expect(recent.items.map(({ id }) => id)).toEqual([85, 80]);
  });
});
