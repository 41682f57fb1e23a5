import { z } from '@hono/zod-openapi';
import { BRANCH_KINDS } from '../../store/books/sums.ts';
import { TREND_BUCKETS } from '../../store/figures/trends.ts';
import { causeSchema, fullName, moment, splitFullName } from './common.ts';
import { pageLimit } from './paging.ts';

/** A day as it stands in a calendar. */
const day = z.iso.date({ error: 'a day as YYYY-MM-DD' });
const count = z.int().min(0);
const minutes = z.number().min(0);
const share = z.number().min(0).max(1);
const milliseconds = z.int().min(0).nullable();

const repositoryFilter = fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text)));

/** A name as Git allows it holds no control characters; PostgreSQL would refuse a NUL. */
const namePart = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'a name without control characters' });

export const filters = {
  repository: repositoryFilter,
  workflow: namePart.optional().openapi({ description: "The path of the workflow's file.", example: '.github/workflows/ci.yml' }),
  branch: namePart.optional().openapi({ description: 'A branch by its name; only with a repository.' }),
  branchKind: z
    .enum(BRANCH_KINDS)
    .optional()
    .openapi({ description: "All but Regreen's own when it is left out; docs/metrics.md defines the kinds." }),
  limit: pageLimit,
};

const window = {
  from: day.optional().openapi({ description: 'The first day; 29 days before the last when left out.', example: '2026-11-01' }),
  to: day.optional().openapi({ description: 'The last day, included; today when left out.', example: '2026-11-30' }),
};

const { repository, workflow, branch, branchKind, limit } = filters;
export const overviewQuery = z.strictObject({ ...window, repository });
export const trendsQuery = z.strictObject({
  ...window,
  repository,
  workflow,
  branch,
  branchKind,
  bucket: z.enum(TREND_BUCKETS).default('day').openapi({ description: 'Weeks begin on Monday.', example: 'day' }),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'a time zone of the IANA data base' })
    .default('UTC')
    .openapi({ description: 'The days are those of this time zone.', example: 'Europe/Berlin' }),
});
export const performanceQuery = z.strictObject({ ...window, repository, workflow });
export const recoveryQuery = z.strictObject({ ...window, repository, workflow, limit });
export const failuresQuery = z.strictObject({ ...window, repository, workflow, branch, branchKind, limit });
export const flakyQuery = z.strictObject({ ...window, repository, workflow, limit });
export const comparisonQuery = z.strictObject({ ...window, repository, branchKind, limit });

/** Offsets are no names: PostgreSQL reads their sign the other way round (POSIX). */
function isTimeZone(name: string): boolean {
  if (name.startsWith('+') || name.startsWith('-')) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What every answer with figures begins with. */
const heading = {
  from: moment,
  to: moment.openapi({ description: 'Not included.' }),
  behindSince: moment
    .nullable()
    .openapi({ description: 'When the oldest change came that these figures lack; null when they lack none.' }),
};

const timesSchema = z
  .object({ n: count, meanMs: milliseconds, medianMs: milliseconds, p95Ms: milliseconds })
  .openapi('Times', { description: 'Milliseconds; null where there are none. Median and p95 within 2.95 %.' });

const runFigures = {
  runs: count,
  green: count,
  red: count,
  cancelled: count,
  other: count,
  successRate: share.nullable(),
  attempts: count,
  greenAfterRed: count,
  duration: timesSchema,
  queue: timesSchema,
  jobs: count,
  minutes,
  minutesRoundedUp: count,
};
export const runFiguresSchema = z
  .object(runFigures)
  .openapi('RunFigures', { description: 'Runs by how their last attempt ended; docs/metrics.md defines each figure.' });

const recoveryFields = {
  n: count.openapi({ description: 'Outages that have ended.' }),
  meanMs: milliseconds,
  medianMs: milliseconds,
  p95Ms: milliseconds,
  open: count.openapi({ description: 'Outages that have not ended; they are in none of the times.' }),
  openSince: moment.nullable(),
};
const outagesSchema = z.object(recoveryFields).openapi('Outages', { description: 'How long default branches were red; exact.' });

const incidentFiguresSchema = z
  .object({
    opened: count,
    open: count,
    closed: timesSchema,
    healed: timesSchema.openapi({ description: 'Of the closed: those with a fix that CI has verified.' }),
    greenByRerun: count,
  })
  .openapi('IncidentFigures', { description: "Regreen's incidents that were opened in the scope." });

export const overviewSchema = z
  .object({
    ...heading,
    runs: runFiguresSchema,
    recovery: outagesSchema,
    incidents: incidentFiguresSchema,
    deployments: z.object({
      ended: count,
      succeeded: count,
      failed: count,
      rollbacks: count,
      changes: count,
      failedChanges: count,
      changeFailureRate: share.nullable(),
      reverts: count,
    }),
    fixMinutes: minutes,
  })
  .openapi('AnalyticsOverview');

export const trendsSchema = z
  .object({
    ...heading,
    bucket: z.enum(TREND_BUCKETS),
    timeZone: z.string(),
    points: z.array(z.object({ at: moment, ...runFigures })).openapi({ description: 'Oldest first, empty buckets included.' }),
  })
  .openapi('AnalyticsTrends');

const workflowName = { repository: fullName, workflow: z.string() };

export const performanceSchema = z
  .object({
    ...heading,
    duration: timesSchema,
    queue: timesSchema,
    bottlenecks: z.array(
      z.object({
        ...workflowName,
        job: z.string(),
        jobs: count,
        red: count,
        duration: timesSchema,
        queue: timesSchema,
        minutes,
        share: share.nullable().openapi({ description: 'Of all the time that jobs ran.' }),
        steps: z.array(z.object({ step: z.string(), steps: count, red: count, duration: timesSchema, minutes })),
      }),
    ),
  })
  .openapi('AnalyticsPerformance');

export const recoverySchema = z
  .object({
    ...heading,
    defaultBranch: outagesSchema,
    workflows: z.array(z.object({ ...workflowName, ...recoveryFields })).openapi({ description: 'Longest red in all first.' }),
    incidents: incidentFiguresSchema,
  })
  .openapi('AnalyticsRecovery');

export const failuresSchema = z
  .object({
    ...heading,
    failures: count.openapi({ description: 'Attempts that ended red.' }),
    byBranch: z.array(z.object({ repository: fullName, branch: z.string(), failures: count })),
    byAuthor: z.array(z.object({ author: z.string(), failures: count })),
    byWorkflow: z.array(z.object({ ...workflowName, failures: count })),
    diagnosed: count.openapi({ description: 'Failed jobs that were diagnosed.' }),
    byCause: z.array(z.object({ cause: causeSchema, jobs: count })),
    byFingerprint: z.array(
      z.object({
        fingerprint: z.string(),
        cause: causeSchema,
        jobs: count,
        repositories: count,
        firstAt: moment,
        lastAt: moment,
        runUrl: z.string(),
      }),
    ),
  })
  .openapi('AnalyticsFailures');

export const flakySchema = z
  .object({
    ...heading,
    commits: count.openapi({ description: 'Commits on which something was red and green.' }),
    lostMinutes: minutes,
    places: z.array(
      z.object({
        ...workflowName,
        job: z.string(),
        test: z.string().nullable().openapi({ description: 'Null for the job itself.' }),
        flakes: count,
        lastFlakeAt: moment,
        state: z.enum(['suspected', 'flaky', 'settled']).nullable(),
        score: z.number().nullable(),
        issue: z.int().nullable(),
        lostMinutes: minutes,
      }),
    ),
  })
  .openapi('AnalyticsFlaky');

export const comparisonSchema = z
  .object({ ...heading, workflows: z.array(z.object({ ...workflowName, ...runFigures })) })
  .openapi('WorkflowComparison');
