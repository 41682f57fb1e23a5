import { z } from '@hono/zod-openapi';
import { fullName, moment, plainName, splitFullName } from './common.ts';
import { idCursor, pageLimit, pageOf } from './paging.ts';

export const auditQuery = z.strictObject({
  repository: fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text))),
  actor: plainName.optional().openapi({ description: "A GitHub login, a key's name, or regreen.", example: 'octocat' }),
  action: plainName.optional().openapi({ description: 'What was done.', example: 'run.rerun' }),
  from: moment.optional().openapi({ description: 'At or after.' }),
  to: moment.optional().openapi({ description: 'Before.' }),
  limit: pageLimit,
  cursor: idCursor,
});

const auditEntrySchema = z
  .object({
    id: z.int(),
    at: moment,
    actor: z.string().openapi({ description: "A GitHub login, a key's name, or regreen." }),
    action: z.string().openapi({ description: 'Dotted and in the past tense, such as fix.proposed.' }),
    subject: z.string().openapi({ description: 'What it was done to, such as run:9876543210.' }),
    repository: fullName.nullable(),
    correlationId: z.string().nullable().openapi({ description: 'Find the request in the log.' }),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

export const auditPageSchema = z.object(pageOf(auditEntrySchema, 'Newest first.')).openapi('AuditPage');

export const auditPageExample: z.input<typeof auditPageSchema> = {
  items: [
    {
      id: 17,
      at: '2026-11-20T09:00:12.000Z',
      actor: 'octocat',
      action: 'run.rerun',
      subject: 'run:9876543210',
      repository: 'octo-org/widgets',
      correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11',
      details: { attempt: 1 },
    },
  ],
  nextCursor: null,
};
