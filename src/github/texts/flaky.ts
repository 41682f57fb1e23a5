import { SETTLED_AFTER } from '../../policy/flakiness.ts';
import type { FlakyTest } from '../../store/incidents/flaky-tests.ts';
import { code, plain } from './markdown.ts';

export const FLAKY_LABEL = 'regreen-flaky';
/** How an issue that Regreen has closed is told from one that a person has. */
export const SETTLED_MARK = '✅ **It has behaved**';

/** Title and body of a flaky test's issue. */
export function flakyIssue(test: FlakyTest, marker: string): { title: string; body: string } {
  const what = test.test === '' ? `job ${test.jobName}` : test.test;
  return {
    title: `Flaky: ${plain(what, 180)}`,
    body: [
      `${test.test === '' ? 'The job' : 'The test'} ${code(what, 500)} has passed and failed on the same commit, more than once.`,
      '',
      `- workflow ${code(test.workflowPath)}, job ${code(test.jobName)}`,
      `- last time: ${test.lastFlakeAt.toISOString()}`,
      `- score: ${Math.round(test.score * 100)} % (two outcomes on one commit, fading over weeks; what is red again and again is broken, not flaky)`,
      '',
      test.state === 'settled'
        ? `${SETTLED_MARK}: green on ${SETTLED_AFTER} commits or more since.`
        : `While it is known to be flaky, Regreen runs a job again in which nothing else has failed. The issue is closed once the test was green on ${SETTLED_AFTER} commits.`,
      '',
      '`flakyTests: { issues: false }` in `.github/regreen.yml` stops these issues.',
      '',
      marker,
    ].join('\n'),
  };
}
