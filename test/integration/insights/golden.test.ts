import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareWorkflows,
  figuresOf,
  flakiness,
  overview,
  performance as performanceOf,
  recovery,
  trends,
} from '../../../src/insights/analytics.ts';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { RELATIVE_ERROR } from '../../../src/insights/sketch.ts';
import { countFailures } from '../../../src/store/figures/failures.ts';
import { sumRuns } from '../../../src/store/figures/runs.ts';
import { daysIn, type Scope } from '../../../src/store/figures/scope.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Arrival, arrive } from '../../support/history.ts';
import { DEPLOYMENTS, insertHealing, PULLS, RUNS } from './golden-history.ts';

const SCOPE: Scope = { from: new Date('2026-11-02T00:00:00Z'), to: new Date('2026-11-05T00:00:00Z') };
const NOW = new Date('2026-11-04T12:02:00Z');
const HISTORY = [...RUNS, ...DEPLOYMENTS, ...PULLS];
const CI = '.github/workflows/ci.yml';
const SECOND = 1_000;
const MINUTE = 60_000;

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await tell(HISTORY);
});
afterAll(() => test.drop());

/** Empties the books and hands the arrivals to them, summing up on the way as the clock does. */
async function tell(arrivals: readonly Arrival[]): Promise<void> {
  await test.pool.query('truncate repositories, touched_runs cascade');
  for (let at = 0; at < arrivals.length; at += 25) {
    await arrive(test.database, arrivals.slice(at, at + 25));
    await refreshFigures(test.database);
  }
  await insertHealing(test.database);
}

/** A quantile of a sketch: this value, within the error that docs/metrics.md states. */
function about(ms: number) {
  return { asymmetricMatch: (value: unknown) => Math.abs(Number(value) / ms - 1) <= RELATIVE_ERROR + 1e-6 };
}

describe('the golden history', () => {
  it('counts each run once, by its last attempt', async () => {
    const { runs } = await overview(test.database, SCOPE);
    expect(runs).toMatchObject({
      // 10, 15, 20, 30, 40, 50, 60, 70, 80; not 85 (Regreen's own branch) and not 90 (not over)
      runs: 9,
      green: 3, // 10, 20, 70
      red: 4, // 15, 30, 50, 80
      cancelled: 1, // 40
      other: 1, // 60, skipped
      successRate: 0.4286, // 3 / (3 + 4)
      attempts: 10, // 20 has two
      greenAfterRed: 1, // 20
    });
  });

  it('measures attempts that ended green or red', async () => {
    const { runs } = await overview(test.database, SCOPE);
    // In seconds: 10: 600; 15: 9000; 20: 480 and 300; 30: 1200; 50: 600; 70: 1200; 80: 120. Cancelled and skipped are left out.
    // Sum 13500; 13500 / 8 = 1687.5. In order 120 300 480 600 600 1200 1200 9000; rank ⌈8·0.5⌉ = 4: 600; ⌈8·0.95⌉ = 8: 9000.
    expect(runs.duration).toEqual({
      n: 8,
      meanMs: 1_687_500,
      medianMs: about(600 * SECOND),
      p95Ms: about(9_000 * SECOND),
    });
  });

  it('measures the wait by receipt, and by one clock where receipt can not be right', async () => {
    const { runs } = await overview(test.database, SCOPE);
    // 10 (build of 10), 30 (test of 10), 8 (build of 70, by GitHub's clock). All others were never told of waiting.
    // Sum 48; 48 / 3 = 16. In order 8 10 30; rank ⌈1.5⌉ = 2: 10; ⌈2.85⌉ = 3: 30.
    expect(runs.queue).toEqual({ n: 3, meanMs: 16_000, medianMs: about(10 * SECOND), p95Ms: about(30 * SECOND) });
  });

  it('adds up what jobs cost', async () => {
    const { runs, fixMinutes } = await overview(test.database, SCOPE);
    // Jobs that ran: 2 (10), 1 (15), 3 (20), 2 (30; deploy was skipped), 1 (40), 1 (50), 2 (70), 1 (80) = 13.
    // Seconds: 240 + 300 + 8400 + 240 + 120 + 200 + 600 + 900 + 45 + 500 + 700 + 100 = 12345 → 205.75 min; test of 70 ended before
    // it began, and has no time.
    // Rounded up: 4 + 5 + 140 + 4 + 2 + 4 + 10 + 15 + 1 + 9 + 12 + 2 = 208.
    expect(runs).toMatchObject({ jobs: 13, minutes: 205.8, minutesRoundedUp: 208 });
    expect(fixMinutes).toBe(2); // the job of 85: 120 s
  });

  it('counts runs for the day on which they were created, in UTC or in a time zone', async () => {
    const counts = async (timeZone: string) => {
      const days = await daysIn(test.database, { from: '2026-11-02', to: '2026-11-05' }, timeZone);
      const points = await trends(test.database, days, { bucket: 'day', timeZone });
      return points.map(({ at, runs, green, red }) => [at.toISOString(), runs, green, red]);
    };
    // 2nd: 10, 15, 20. 3rd: 30, 40, 50, 60. 4th: 70, 80. The attempt of 20 that was made later belongs to 20.
    expect(await counts('UTC')).toEqual([
      ['2026-11-02T00:00:00.000Z', 3, 2, 1],
      ['2026-11-03T00:00:00.000Z', 4, 0, 2],
      ['2026-11-04T00:00:00.000Z', 2, 1, 1],
      ['2026-11-05T00:00:00.000Z', 0, 0, 0],
    ]);
    // In Berlin 50 was created on the 4th, at 00:30.
    expect(await counts('Europe/Berlin')).toEqual([
      ['2026-11-01T23:00:00.000Z', 3, 2, 1],
      ['2026-11-02T23:00:00.000Z', 3, 0, 1],
      ['2026-11-03T23:00:00.000Z', 3, 1, 2],
      ['2026-11-04T23:00:00.000Z', 0, 0, 0],
    ]);
  });

  it.each([
    ['Europe/Berlin', 'day', '2026-11-01', '2026-11-06'],
    ['America/New_York', 'day', '2026-10-30', '2026-11-05'],
    ['Asia/Kolkata', 'day', '2026-11-02', '2026-11-04'],
    ['Pacific/Kiritimati', 'day', '2026-11-02', '2026-11-05'],
    ['Pacific/Pago_Pago', 'day', '2026-11-01', '2026-11-04'],
    ['America/New_York', 'week', '2026-11-03', '2026-11-04'],
    ['Asia/Tokyo', 'week', '2026-10-20', '2026-11-04'],
    ['Europe/Berlin', 'month', '2026-10-15', '2026-11-03'],
  ] as const)(
    'says of %s by the %s what the hours say, for whole days are made of few of them',
    async (timeZone, bucket, from, to) => {
      const scope = await daysIn(test.database, { from, to }, timeZone);
      for (const workflowPath of [undefined, CI]) {
        const points = await trends(test.database, { ...scope, workflowPath }, { bucket, timeZone });
        const seen = points.reduce((sum, { runs }) => sum + runs, 0);
        expect(seen).toBeGreaterThan(0);
        for (const [index, { at, ...figures }] of points.entries()) {
          const begin = at < scope.from ? scope.from : at;
          const end = points[index + 1]?.at ?? scope.to;
          expect(figures).toEqual(figuresOf(await sumRuns(test.database, { from: begin, to: end, workflowPath }, 'hour')));
        }
      }
    },
  );

  it('says the same of one kind of branch, one workflow or one branch, kept or summed up on the spot', async () => {
    const count = async (change: Partial<Scope>) => {
      const { runs, green, red, attempts } = (await overview(test.database, { ...SCOPE, ...change })).runs;
      return { runs, green, red, attempts };
    };
    // 10, 15, 20, 40, 50, 60, 70, 80
    expect(await count({ branchKind: 'default' })).toEqual({ runs: 8, green: 3, red: 3, attempts: 9 });
    expect(await count({ branch: 'main' })).toEqual({ runs: 8, green: 3, red: 3, attempts: 9 });
    expect(await count({ branchKind: 'pull-request' })).toEqual({ runs: 1, green: 0, red: 1, attempts: 1 });
    expect(await count({ branch: 'feature' })).toEqual({ runs: 1, green: 0, red: 1, attempts: 1 });
    expect(await count({ workflowPath: CI, branchKind: 'default' })).toEqual({ runs: 6, green: 3, red: 2, attempts: 7 });
    expect(await count({ branchKind: 'regreen' })).toEqual({ runs: 1, green: 0, red: 1, attempts: 1 });
    expect(await count({ repositoryId: 2 })).toEqual({ runs: 0, green: 0, red: 0, attempts: 0 });
  });

  it('measures how long main was red', async () => {
    const { defaultBranch, workflows, incidents } = await recovery(test.database, SCOPE, NOW, 10);
    // ci: red at 12:08 (20, first attempt), green at 13:05 (second): 57 min. 15 is older than 20 and says nothing at 13:30.
    // ci: red at 23:40 (50), green at 00:50 (70): 70 min; 40 in between was cancelled. docs: red since 10:02, for 120 min by now.
    // Mean (57 + 70) / 2 = 63.5; median: rank ⌈1⌉ = 1: 57; p95: rank ⌈1.9⌉ = 2: 70.
    const ofCi = { n: 2, meanMs: 63.5 * MINUTE, medianMs: 57 * MINUTE, p95Ms: 70 * MINUTE };
    expect(defaultBranch).toEqual({ ...ofCi, open: 1, openSince: new Date('2026-11-04T10:02:00Z') });
    // Red in all: ci 127 min, docs 120 min.
    expect(workflows).toMatchObject([
      { workflowPath: CI, ...ofCi, open: 0, openSince: null },
      { workflowPath: '.github/workflows/docs.yml', n: 0, meanMs: null, medianMs: null, open: 1 },
    ]);
    // Incidents: 12:09 → 13:05 = 56 min, healed by a fix; 23:41 → 00:50 = 69 min; one is open. (56 + 69) / 2 = 62.5.
    expect(incidents).toEqual({
      opened: 3,
      open: 1,
      closed: { n: 2, meanMs: 62.5 * MINUTE, medianMs: 56 * MINUTE, p95Ms: 69 * MINUTE },
      healed: { n: 1, meanMs: 56 * MINUTE, medianMs: 56 * MINUTE, p95Ms: 56 * MINUTE },
      greenByRerun: 0,
    });
  });

  it('tells rollbacks from deployments, and what share of changes failed', async () => {
    const { deployments } = await overview(test.database, SCOPE);
    expect(deployments).toEqual({
      ended: 5, // 1 to 5; 6 went to staging, 7 is under way
      succeeded: 4, // 1, 2, 3, 5
      failed: 1, // 4
      rollbacks: 1, // 3: A was there before, and B was there last; 5 is A after A
      changes: 4, // 1, 2, 4, 5
      failedChanges: 2, // 4 failed, 2 was rolled back
      changeFailureRate: 0.5, // 2 / 4
      reverts: 1, // #7; #8 takes the revert back
    });
  });

  it('counts failures by branch, author, workflow, cause and fingerprint', async () => {
    const failures = await countFailures(test.database, SCOPE, 10);
    expect(failures).toMatchObject({
      failures: 5, // red attempts: 15, 20 (first), 30, 50, 80
      byBranch: [
        { repository: 'octo/shop', branch: 'main', failures: 4 },
        { repository: 'octo/shop', branch: 'feature', failures: 1 },
      ],
      byAuthor: [
        { author: 'mona', failures: 4 },
        { author: 'lisa', failures: 1 },
      ],
      byWorkflow: [
        { workflow: CI, failures: 4 },
        { workflow: '.github/workflows/docs.yml', failures: 1 },
      ],
      diagnosed: 3,
      byCause: [
        { cause: 'test-failure', jobs: 2 },
        { cause: 'compile-error', jobs: 1 },
      ],
      byFingerprint: [
        {
          fingerprint: 'f1',
          jobs: 2,
          firstAt: new Date('2026-11-02T12:00:00Z'),
          lastAt: new Date('2026-11-03T09:00:00Z'),
          runUrl: 'https://github.test/runs/30',
        },
        { fingerprint: 'f2', jobs: 1 },
      ],
    });
  });

  it('finds the jobs and steps that take the most time', async () => {
    const { bottlenecks } = await performanceOf(test.database, SCOPE);
    // build of ci, in seconds: 240 + 8400 + 240 + 500 + 700 = 10080 = 168 min, of 12345 in all: 0.8165. Six ran, one was cancelled.
    // In order 240 240 500 700 8400: rank ⌈2.5⌉ = 3: 500; ⌈4.75⌉ = 5: 8400.
    expect(bottlenecks[0]).toMatchObject({
      workflowPath: CI,
      jobName: 'build',
      jobs: 6,
      red: 2, // 15 and 50
      minutes: 168,
      share: 0.8165,
      duration: { n: 5, meanMs: 2_016_000, medianMs: about(500 * SECOND), p95Ms: about(8_400 * SECOND) },
      steps: [
        // 170 (10) + 8400 + 240 + 500 + 700 = 10010 s = 166.8 min
        { stepName: 'do build', steps: 5, red: 2, minutes: 166.8 },
        { stepName: 'npm ci', steps: 1, red: 0, minutes: 1 },
      ],
    });
    // Then test (20) 900, test 300 + 120 + 200 = 620, test (18) 600, links 100.
    expect(bottlenecks.map(({ jobName, minutes }) => [jobName, minutes])).toEqual([
      ['build', 168],
      ['test (20)', 15],
      ['test', 10.3],
      ['test (18)', 10],
      ['links', 1.7],
    ]);
  });

  it('compares workflows', async () => {
    const workflows = await compareWorkflows(test.database, SCOPE, 10);
    expect(workflows.map(({ workflowPath, runs, successRate }) => [workflowPath, runs, successRate])).toEqual([
      [CI, 7, 0.5], // 10, 15, 20, 30, 40, 50, 70; 3 / (3 + 3)
      ['.github/workflows/docs.yml', 1, 0],
      ['.github/workflows/nightly.yml', 1, null],
    ]);
  });

  it('says what flickers, and what it cost', async () => {
    // The red test job of 20: 120 s, once for both tests in the sum.
    expect(await flakiness(test.database, SCOPE, 10)).toMatchObject({
      commits: 1,
      lostMinutes: 2,
      places: [
        { jobName: 'test', test: 'adds', flakes: 1, lostMinutes: 2 },
        { jobName: 'test', test: 'takes away', flakes: 1, lostMinutes: 2 },
      ],
    });
  });

  it('is the same in every figure, whatever the order and number of arrivals', async () => {
    const wanted = await everything();
    const shuffled = fc
      .array(fc.constantFrom(...HISTORY), { maxLength: 20 })
      .chain((again) => fc.shuffledSubarray([...HISTORY, ...again], { minLength: HISTORY.length + again.length }));
    await fc.assert(
      fc.asyncProperty(shuffled, async (arrivals) => {
        await tell(arrivals);
        expect(await everything()).toEqual(wanted);
      }),
      { numRuns: 12 },
    );
  });
});

async function everything(): Promise<unknown> {
  const { database } = test;
  return [
    await overview(database, SCOPE),
    await trends(database, SCOPE, { bucket: 'hour', timeZone: 'Asia/Kolkata' }),
    await performanceOf(database, SCOPE),
    await recovery(database, SCOPE, NOW, 10),
    await flakiness(database, SCOPE, 10),
    await compareWorkflows(database, SCOPE, 10),
    await countFailures(database, SCOPE, 10),
  ];
}
