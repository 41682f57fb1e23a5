import { z } from 'zod';

/** Code of the repository: the server never runs it. */
export const fix = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\r\n]*$/, 'Write one command on one line, such as npm run lint -- --fix.')
  .nullable()
  .default(null)
  .describe(
    "The repository's own command that mends formatting and lint findings, such as `npm run lint -- --fix`; null runs none. Only Regreen as a GitHub Action runs it, in the workflow's own runner, where no fixer has an answer; never for pull requests from forks. Of what it changes, only files that the log names are taken, behind the same gate as every change.",
  );
