import type { z } from '@hono/zod-openapi';
import type {
  comparisonSchema,
  failuresSchema,
  flakySchema,
  overviewSchema,
  performanceSchema,
  recoverySchema,
  runFiguresSchema,
  trendsSchema,
} from './figures.ts';

const heading = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', behindSince: null };
const place = { repository: 'octo-org/widgets', workflow: '.github/workflows/ci.yml' };
const duration = { n: 240, meanMs: 312_000, medianMs: 287_413, p95Ms: 604_870 };
const queue = { n: 610, meanMs: 9_400, medianMs: 6_712, p95Ms: 31_450 };
const outages = {
  n: 3,
  meanMs: 2_700_000,
  medianMs: 1_800_000,
  p95Ms: 5_400_000,
  open: 1,
  openSince: '2026-11-29T09:12:00.000Z',
};
const incidents = {
  opened: 17,
  open: 1,
  closed: { n: 16, meanMs: 1_500_000, medianMs: 900_000, p95Ms: 4_200_000 },
  healed: { n: 9, meanMs: 540_000, medianMs: 480_000, p95Ms: 900_000 },
  greenByRerun: 4,
};

export const runFiguresExample: z.input<typeof runFiguresSchema> = {
  runs: 250,
  green: 210,
  red: 28,
  cancelled: 9,
  other: 3,
  successRate: 0.8824,
  attempts: 262,
  greenAfterRed: 7,
  duration,
  queue,
  jobs: 640,
  minutes: 2_914.5,
  minutesRoundedUp: 3_201,
};

export const overviewExample: z.input<typeof overviewSchema> = {
  ...heading,
  runs: runFiguresExample,
  recovery: outages,
  incidents,
  deployments: {
    ended: 22,
    succeeded: 20,
    failed: 2,
    rollbacks: 1,
    changes: 21,
    failedChanges: 3,
    changeFailureRate: 0.1429,
    reverts: 2,
  },
  fixMinutes: 41.3,
};

export const trendsExample: z.input<typeof trendsSchema> = {
  ...heading,
  bucket: 'month',
  timeZone: 'UTC',
  points: [{ at: '2026-11-01T00:00:00.000Z', ...runFiguresExample }],
};

export const performanceExample: z.input<typeof performanceSchema> = {
  ...heading,
  duration,
  queue,
  bottlenecks: [
    {
      ...place,
      job: 'test',
      jobs: 240,
      red: 20,
      duration,
      queue,
      minutes: 1_248,
      share: 0.4282,
      steps: [{ step: 'npm test', steps: 240, red: 20, duration, minutes: 1_010.4 }],
    },
  ],
};

export const recoveryExample: z.input<typeof recoverySchema> = {
  ...heading,
  defaultBranch: outages,
  workflows: [{ ...place, ...outages }],
  incidents,
};

export const failuresExample: z.input<typeof failuresSchema> = {
  ...heading,
  failures: 35,
  byBranch: [{ repository: 'octo-org/widgets', branch: 'main', failures: 6 }],
  byAuthor: [{ author: 'octocat', failures: 12 }],
  byWorkflow: [{ ...place, failures: 35 }],
  diagnosed: 38,
  byCause: [{ cause: 'test-failure', jobs: 21 }],
  byFingerprint: [
    {
      fingerprint: '9f2b6c1d0a7e4f38',
      cause: 'test-failure',
      jobs: 8,
      repositories: 1,
      firstAt: '2026-11-04T10:00:00.000Z',
      lastAt: '2026-11-20T16:30:00.000Z',
      runUrl: 'https://github.com/octo-org/widgets/actions/runs/9876543210',
    },
  ],
};

export const flakyExample: z.input<typeof flakySchema> = {
  ...heading,
  commits: 5,
  lostMinutes: 34.5,
  places: [
    {
      ...place,
      job: 'test',
      test: 'checkout adds a coupon',
      flakes: 4,
      lastFlakeAt: '2026-11-21T08:00:00.000Z',
      state: 'flaky',
      score: 0.42,
      issue: 118,
      lostMinutes: 27.6,
    },
  ],
};

export const comparisonExample: z.input<typeof comparisonSchema> = {
  ...heading,
  workflows: [{ ...place, ...runFiguresExample }],
};
