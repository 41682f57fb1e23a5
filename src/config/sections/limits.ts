import { z } from 'zod';
import { BUDGETS } from '../../policy/budgets.ts';
import { RERUN_LIMITS } from '../../policy/rerun.ts';

/** At most so much, and that much by default: a repository tightens the built-in limits, and nothing raises them. */
const atMost = (most: number, least: number, what: string) =>
  z.int().min(least).max(most).default(most).describe(`${what}; ${most} at most.`);

export const budgets = z
  .strictObject({
    attempts: atMost(BUDGETS.attemptsPerIncident, 1, 'Fixes of one incident that CI may refute before a person must look'),
    openPullRequests: atMost(BUDGETS.openFixesPerRepository, 0, 'Fix pull requests that may be open at once'),
    fixesPerDay: atMost(BUDGETS.fixesPerDay, 0, 'Fixes that may be begun within 24 hours'),
    rerunsPerRun: atMost(RERUN_LIMITS.perRun, 0, 'Times that the failed jobs of one run are run again'),
  })
  .prefault({})
  .describe('Tighter limits than the built-in ones, which nothing raises.');

export const reruns = z
  .boolean()
  .default(true)
  .describe(
    `Whether failed jobs are run again (at most ${RERUN_LIMITS.perRun} times) when the verdict is flake or infrastructure, in mode fix.`,
  );

export const flakyTests = z
  .strictObject({
    issues: z.boolean().default(true).describe('Keep one issue for each flaky test, in mode fix.'),
    rerun: z
      .boolean()
      .default(true)
      .describe('Whether failed jobs are run again when the verdict is flake; false leaves re-runs to the infrastructure.'),
  })
  .prefault({})
  .describe('What is done about flaky tests.');

/** A yes that comes later is for a change that nobody remembers. */
const LONGEST_APPROVAL_HOURS = 7 * 24;

export const approvals = z
  .strictObject({
    expiresAfterHours: z
      .int()
      .min(1)
      .max(LONGEST_APPROVAL_HOURS)
      .default(LONGEST_APPROVAL_HOURS)
      .describe(`Hours in which an approval may be given; ${LONGEST_APPROVAL_HOURS} (seven days) at most.`),
    fourEyes: z
      .boolean()
      .default(false)
      .describe('Whether another person must approve: not the one who asked for it, nor the one whose pull request it is.'),
  })
  .prefault({})
  .describe('How people agree to what is asked.');
