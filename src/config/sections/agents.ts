import { z } from 'zod';
import { CAUSES, type CauseCategory } from '../../diagnosis/types.ts';
import { globs } from './patterns.ts';

/** Where an edit of source files can help. */
const HELPED_BY_AGENTS: CauseCategory[] = ['compile-error', 'lint', 'test-failure'];

const ceiling = (most: number, unit: string) =>
  z.number().min(0).max(most).nullable().default(null).describe(`${unit}; null leaves it to the server's own limit.`);

const ceilings = (scope: string, most: { tokens: number; usd: number; minutes: number }) =>
  z
    .strictObject({
      tokens: ceiling(most.tokens, `Tokens in and out ${scope}`),
      usd: ceiling(most.usd, `US dollars ${scope}`),
      minutes: ceiling(most.minutes, `Minutes ${scope}`),
    })
    .prefault({})
    .describe(`What an agent may use up ${scope}; it only counts where it is below the server's own limit.`);

/** Coding agents: off unless `use` names one that the server has. */
export const agents = z
  .strictObject({
    use: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, 'Name an agent of the server: lower-case letters, digits and hyphens.')
      .nullable()
      .default(null)
      .describe(
        'The coding agent that may be asked where no fixer has an answer, by the name that AGENT_BACKEND gives it on this server; null asks none. Excerpts of logs and files of this repository are then sent to it, without secrets and personal data.',
      ),
    causes: z
      .array(z.enum(CAUSES))
      .max(CAUSES.length)
      .default(HELPED_BY_AGENTS)
      .describe('Causes about which the agent may be asked; and about `unknown` ones, where CI says so of its own answer.'),
    paths: globs
      .default(['**'])
      .describe('Files that the agent may be shown and may change, as glob patterns, within paths.allowed.'),
    newFiles: globs.default([]).describe('Where the agent may make new files, as glob patterns, within agents.paths.'),
    instructions: z
      .string()
      .max(2_000)
      .default('')
      .describe('What the agent is to keep to in this repository, in your own words.'),
    perAttempt: ceilings('in one attempt', { tokens: 10_000_000, usd: 1_000, minutes: 120 }),
    perDay: ceilings('within 24 hours in this repository', { tokens: 100_000_000, usd: 10_000, minutes: 1_440 }),
  })
  .prefault({})
  .describe('Coding agents, for what no fixer can fix.');
