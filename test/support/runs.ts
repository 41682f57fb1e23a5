import type { Job, Run } from '../../src/github/types.ts';

/** A red run of a push to main of octo/shop. */
export function aRun(change: Partial<Run> & Pick<Run, 'id' | 'headSha'>): Run {
  return {
    attempt: 1,
    workflowId: 1,
    workflowName: 'CI',
    workflowPath: '.github/workflows/ci.yml',
    runNumber: 1,
    event: 'push',
    status: 'completed',
    conclusion: 'failure',
    headBranch: 'main',
    headRepository: 'octo/shop',
    pullRequests: [],
    actor: 'mona',
    url: `https://github.test/runs/${change.id}`,
    createdAt: '2026-11-20T11:00:00Z',
    startedAt: '2026-11-20T11:00:00Z',
    updatedAt: '2026-11-20T11:05:00Z',
    ...change,
  };
}

/** A job of it that has passed. */
export function aJob(change: Partial<Job> & Pick<Job, 'id' | 'runId'>): Job {
  return {
    runAttempt: 1,
    name: 'test',
    labels: ['ubuntu-latest'],
    status: 'completed',
    conclusion: 'success',
    createdAt: '2026-11-20T11:00:00Z',
    startedAt: '2026-11-20T11:00:10Z',
    completedAt: '2026-11-20T11:04:50Z',
    steps: [],
    ...change,
  };
}
