import { z } from '@hono/zod-openapi';
import { APPROVAL_SORTS } from '../../store/approvals/approval-views.ts';
import type { ApprovalRemedy, ApprovalState } from '../../store/tables/guard-tables.ts';
import { fullName, githubId, moment, splitFullName } from './common.ts';
import { EXAMPLE_INCIDENT_ID } from './incident-examples.ts';
import { paging } from './paging.ts';

const STATES = ['pending', 'approved', 'rejected', 'expired', 'used'] as const satisfies readonly ApprovalState[];
const REMEDIES = ['fix', 'rerun', 'delegate'] as const satisfies readonly ApprovalRemedy[];

/** The approval of the examples in the API's description. */
export const EXAMPLE_APPROVAL_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

const approvalId = z.uuid({ error: 'the id of an approval, a UUID' });

export const approvalParams = z.strictObject({
  id: approvalId.openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_APPROVAL_ID }),
});

export const approvalQuery = z.strictObject({
  repository: fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text))),
  state: z.enum(STATES).optional().openapi({ description: 'Those that wait for a word are pending.', example: 'pending' }),
  incident: z.uuid({ error: 'the id of an incident, a UUID' }).optional().openapi({ example: EXAMPLE_INCIDENT_ID }),
  ...paging(APPROVAL_SORTS, 'uuid'),
});

/** Longer reasons are not read by anybody. */
const LONGEST_REASON = 1_000;

export const decisionRequestSchema = z
  .strictObject({
    reason: z
      .string()
      .max(LONGEST_REASON)
      .optional()
      .openapi({ description: 'Why, for people; shown on the commit and kept in the audit log.' }),
  })
  .openapi('DecisionRequest', { example: { reason: 'The version is the one that we test with.' } });

const approvalFields = {
  id: z.uuid(),
  repository: fullName,
  incident: z.uuid(),
  remedy: z.enum(REMEDIES).openapi({
    description: 'What is asked for: a change, a re-run of failed jobs, or that a coding agent is asked, which costs.',
  }),
  state: z.enum(STATES).openapi({
    description:
      'pending, then approved and used once it is done, or rejected; expired when its time, commit or pull request is over.',
  }),
  branch: z.string(),
  headSha: z.string().openapi({ description: 'The commit that the approval is bound to.' }),
  run: z
    .object({ id: githubId, attempt: z.int().positive() })
    .nullable()
    .openapi({ description: 'For a re-run: the run and the attempt that was red.' }),
  patchHash: z.string().openapi({
    description: 'SHA-256 of the patch, the run or the terms (agent, prices, ceilings) that the approval is bound to.',
  }),
  fixers: z.array(z.string()),
  reason: z.string().openapi({ description: 'Why a person must agree.' }),
  askedBy: z.string().nullable().openapi({ description: 'The person who asked for it; null where Regreen did.' }),
  askedAt: moment,
  expiresAt: moment,
  decidedAt: moment.nullable(),
  decidedBy: z.string().nullable().openapi({ description: "A GitHub login, or an API key's name." }),
  decidedFrom: z.string().nullable().openapi({ description: 'button, comment:ID, review-comment:ID or api.' }),
  decisionReason: z.string().nullable(),
};

export const approvalSchema = z.object(approvalFields).openapi('Approval');

export const approvalDetailsSchema = z
  .object({
    ...approvalFields,
    patch: z.string().openapi({ description: 'The change as a unified diff; empty where there is none.' }),
  })
  .openapi('ApprovalDetails');

export const approvalPageSchema = z
  .object({
    items: z.array(approvalSchema).openapi({ description: 'Newest first.' }),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('ApprovalPage');

export const approvalExample: z.input<typeof approvalSchema> = {
  id: EXAMPLE_APPROVAL_ID,
  repository: 'octo-org/widgets',
  incident: EXAMPLE_INCIDENT_ID,
  remedy: 'fix',
  state: 'pending',
  branch: 'feature/tidy',
  headSha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  run: null,
  patchHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  fixers: ['workflow-files'],
  reason: 'workflow-files can fix this, and a person with write permission must agree.',
  askedBy: null,
  askedAt: '2026-11-20T09:00:12.000Z',
  expiresAt: '2026-11-27T09:00:12.000Z',
  decidedAt: null,
  decidedBy: null,
  decidedFrom: null,
  decisionReason: null,
};

export const approvalDetailsExample: z.input<typeof approvalDetailsSchema> = {
  ...approvalExample,
  patch: '--- a/.github/workflows/ci.yml\n+++ b/.github/workflows/ci.yml\n@@ -1,1 +1,1 @@\n-a\n+b\n',
};
