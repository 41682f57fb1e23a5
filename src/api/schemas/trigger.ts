import { z } from '@hono/zod-openapi';
import { fullName, githubId } from './common.ts';
import { parsedLogExample, parsedLogFields } from './log.ts';

const ofRun = z.strictObject({
  repository: fullName,
  runId: githubId.openapi({ description: "GitHub's id of the workflow run; the number in its address." }),
  attempt: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .openapi({ description: 'Which attempt of the run; the latest when it is left out.' }),
});

const ofJob = z.strictObject({
  repository: fullName,
  jobId: githubId.openapi({ description: "GitHub's id of a job; the attempt that it is of is diagnosed." }),
});

export const triggerRequestSchema = z
  .union([ofRun, ofJob], { error: 'a repository with a runId (and an attempt), or with a jobId' })
  .openapi('TriggerRequest', { example: { repository: 'octo-org/widgets', runId: 9876543210, attempt: 1 } });

export const triggerResponseSchema = z
  .object({
    status: z.literal('queued'),
    taskId: z.string().openapi({ description: 'The id of the job that will make the diagnosis.' }),
    repository: fullName,
    runId: githubId,
    attempt: z.int().min(1),
    correlationId: z.string(),
  })
  .openapi('TriggerResponse', {
    example: {
      status: 'queued',
      taskId: 'b1a9a2a4-6f0e-4c39-8f55-2a4b3d6f3d10',
      repository: 'octo-org/widgets',
      runId: 9876543210,
      attempt: 1,
      correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11',
    },
  });

/** No log that GitHub itself keeps of a job comes near this. */
export const LARGEST_UPLOAD_BYTES = 32 * 1024 * 1024;

export const uploadedLog = z.string().openapi('UploadedLog', {
  description: 'A log as it is, at most 32 MB.',
  example: "src/index.ts(3,7): error TS2322: Type 'number' is not assignable to type 'string'.",
});

export const parsedLogSchema = z
  .object(parsedLogFields)
  .openapi('ParsedLog', { description: 'What a log says; nothing of it is kept.', example: parsedLogExample });
