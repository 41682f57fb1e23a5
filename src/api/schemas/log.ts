import { z } from '@hono/zod-openapi';
import { CAUSES } from '../../diagnosis/types.ts';
import { githubId } from './common.ts';

const id = (name: string, error: string, example: number) =>
  z.coerce
    .number({ error })
    .int({ error })
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ type: 'integer', param: { name, in: 'path' }, example });

export const jobLogParams = z.strictObject({
  id: id('id', 'the id of a run', 9876543210),
  jobId: id('jobId', 'the id of a job', 26543217890),
});

export const logArchiveQuery = z.strictObject({
  attempt: z.coerce
    .number({ error: 'a whole number from 1' })
    .int({ error: 'a whole number from 1' })
    .min(1)
    .max(1_000)
    .optional()
    .openapi({ type: 'integer', description: 'Which attempt; the newest that the books have when it is left out.', example: 1 }),
});

const line = z.int().min(0);
const url = z.string().nullable().openapi({ description: "GitHub's page of the place; null where there is none." });

export const parsedLogFields = {
  format: z.enum(['github-actions', 'plain']),
  lines: line.openapi({ description: 'How many the log has. All lines count from 1.' }),
  partial: z.literal(true).optional().openapi({ description: 'The time was up before its end; the rest was only counted.' }),
  cause: z.object({
    category: z.enum(CAUSES),
    confidence: z.number().min(0).max(1),
    evidence: z.array(line).openapi({ description: 'The lines that carry the claim.' }),
  }),
  fingerprint: z.string().openapi({ description: 'The same root cause has the same one.' }),
  failedSteps: z.array(
    z.object({
      name: z.string(),
      number: z.int().nullable().openapi({ description: "GitHub's number of the step." }),
      startLine: line,
      endLine: line,
      exitCode: z.int().nullable(),
      url,
    }),
  ),
  excerpts: z
    .array(
      z.object({
        startLine: line,
        endLine: line,
        score: z.number(),
        lines: z.array(z.object({ line, text: z.string(), url })),
      }),
    )
    .openapi({ description: 'The lines that matter, the best first.' }),
  diagnostics: z.array(
    z.object({
      tool: z.string(),
      path: z.string().nullable(),
      line: z.int().nullable(),
      column: z.int().nullable(),
      endLine: z.int().nullable(),
      endColumn: z.int().nullable(),
      severity: z.enum(['error', 'warning', 'info']),
      code: z.string().nullable(),
      message: z.string(),
      logLine: line,
      fixable: z.literal(true).optional(),
      url,
    }),
  ),
  tests: z
    .object({
      framework: z.string(),
      total: z.int().nullable(),
      failedCount: z.int().nullable(),
      skippedCount: z.int().nullable(),
      failed: z.array(
        z.object({
          name: z.string(),
          suite: z.string().nullable(),
          file: z.string().nullable(),
          line: z.int().nullable(),
          message: z.string().nullable(),
          frame: z.object({ file: z.string(), line: z.int().nullable() }).nullable(),
          logLine: line,
        }),
      ),
    })
    .nullable()
    .openapi({ description: 'Null where no test framework spoke.' }),
};

export const parsedJobLogSchema = z
  .object({
    build: githubId,
    job: z.object({ id: githubId, name: z.string(), conclusion: z.string().nullable() }),
    ...parsedLogFields,
  })
  .openapi('ParsedJobLog', { description: 'What the log of a job says, with where on GitHub each thing can be seen.' });

export const parsedLogExample = {
  format: 'github-actions' as const,
  lines: 42,
  cause: { category: 'formatting' as const, confidence: 0.97, evidence: [38] },
  fingerprint: '9f2b6c1d0a7e4f38',
  failedSteps: [
    {
      name: 'npx prettier --check .',
      number: 4,
      startLine: 30,
      endLine: 40,
      exitCode: 1,
      url: 'https://github.com/octo-org/widgets/actions/runs/9876543210/job/26543217890#step:4:1',
    },
  ],
  excerpts: [
    {
      startLine: 38,
      endLine: 38,
      score: 1,
      lines: [
        {
          line: 38,
          text: '[warn] src/index.ts',
          url: 'https://github.com/octo-org/widgets/actions/runs/9876543210/job/26543217890#step:4:9',
        },
      ],
    },
  ],
  diagnostics: [],
  tests: null,
};

export const parsedJobLogExample: z.input<typeof parsedJobLogSchema> = {
  build: 9876543210,
  job: { id: 26543217890, name: 'lint', conclusion: 'failure' },
  ...parsedLogExample,
};

/** What is answered in bytes. */
export const bytes = z.string().openapi({ type: 'string', format: 'binary' });
export const plainText = z.string().openapi({ description: 'UTF-8; every byte of what looks like a secret is a `*`.' });
