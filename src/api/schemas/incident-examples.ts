import type { z } from '@hono/zod-openapi';
import type { incidentDetailsSchema, incidentPageSchema, incidentSchema } from './incident.ts';

/** The incident of the examples in the API's description. */
export const EXAMPLE_INCIDENT_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const FIX_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const HEAD_SHA = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export const incidentExample: z.input<typeof incidentSchema> = {
  id: EXAMPLE_INCIDENT_ID,
  repository: 'octo-org/widgets',
  branch: 'feature/tidy',
  pullRequest: 42,
  workflow: '.github/workflows/ci.yml',
  fingerprint: '9f2b6c1d0a7e4f38',
  cause: 'formatting',
  status: 'closed',
  failures: 1,
  openedAt: '2026-11-20T09:00:00.000Z',
  lastFailureAt: '2026-11-20T09:00:00.000Z',
  closedAt: '2026-11-20T09:04:00.000Z',
  closedReason: 'The fix passed CI.',
  fixedBy: FIX_ID,
};

export const incidentPageExample: z.input<typeof incidentPageSchema> = { items: [incidentExample], nextCursor: null };

export const incidentDetailsExample: z.input<typeof incidentDetailsSchema> = {
  ...incidentExample,
  olderFailures: 0,
  timeline: [
    {
      type: 'failure',
      at: '2026-11-20T09:00:10.000Z',
      diagnosisId: '16fd2706-8baf-433b-82eb-8c7fada847da',
      run: { id: 9876543210, attempt: 1, url: 'https://github.com/octo-org/widgets/actions/runs/9876543210' },
      job: { id: 26543217890, name: 'lint' },
      headSha: HEAD_SHA,
      cause: 'formatting',
      confidence: 0.97,
      failedSteps: ['Run npx prettier --check .'],
      excerpt: '[warn] src/index.ts\n[warn] Code style issues found in the above file.',
      decision: {
        mode: 'fix',
        remedies: [
          {
            remedy: 'fix',
            verdict: 'allowed',
            reason: 'The mode is fix, and the fixer prettier takes this.',
            rule: 'mode',
            source: 'mode',
            place: { layer: 'repository', file: '.github/regreen.yml', line: 1, key: 'mode' },
            passed: ['workflow-ignored', 'job-ignored', 'own-branch', 'fork', 'mode'],
          },
        ],
      },
      verdict: { kind: 'change', evidence: ['The same job is green on the base.'] },
    },
    {
      type: 'fix',
      at: '2026-11-20T09:00:12.000Z',
      id: FIX_ID,
      attempt: 1,
      fixer: 'prettier',
      fixerVersion: '3.10.1',
      state: 'ended',
      outcome: 'verified',
      reason: null,
      baseBranch: 'feature/tidy',
      branch: 'regreen/fix-9f2b6c1d-1',
      commit: 'c1d0a7e4f389f2b6c1d0a7e4f389f2b6c1d0a7e4',
      pullRequest: 43,
      paths: ['src/index.ts'],
      changes: [{ fixer: 'prettier', tool: 'prettier', version: '3.10.1', paths: ['src/index.ts'] }],
      delivery: 'pull-request',
      verifiedByRun: 9876543999,
      endedAt: '2026-11-20T09:04:00.000Z',
    },
  ],
};
