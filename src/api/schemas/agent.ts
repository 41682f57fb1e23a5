import { z } from '@hono/zod-openapi';
import type { AgentCallOutcome, AgentCallState } from '../../store/tables/agent-tables.ts';
import { moment } from './common.ts';

const STATES = ['asking', 'answered', 'failed', 'lost'] as const satisfies readonly AgentCallState[];
const OUTCOMES = [
  'edits',
  'nothing',
  'refused',
  'unavailable',
  'rate-limited',
  'timeout',
  'misconfigured',
  'malformed',
  'too-large',
] as const satisfies readonly AgentCallOutcome[];

const spent = {
  tokens: z.int().min(0).openapi({ description: 'Questions and answers together.' }),
  dollars: z.number().min(0).openapi({ description: 'By the configured prices.' }),
  seconds: z.number().min(0),
};

const call = {
  id: z.uuid(),
  backend: z.string(),
  model: z.string(),
  state: z
    .enum(STATES)
    .openapi({ description: 'While it is asking, and when it was lost, it counts with all that it may take.' }),
  outcome: z.enum(OUTCOMES).nullable(),
  ...spent,
  estimated: z.boolean().openapi({ description: 'The back end did not say what it took.' }),
  fixId: z.uuid().nullable().openapi({ description: 'The fix that its answer became.' }),
  endedAt: moment.nullable(),
};

/** A question to a coding agent in the timeline of an incident. */
export const agentEntry = z.object({ type: z.literal('agent'), at: moment, ...call }).openapi('AgentEntry');

export const agentUsageSchema = z
  .object({
    agent: z
      .object({
        backend: z.string(),
        model: z.string(),
        restsUntil: moment
          .nullable()
          .openapi({ description: 'After three failures in a row it is left alone until then; null while it may be asked.' }),
      })
      .nullable()
      .openapi({ description: 'The coding agent of this server; null where none is configured.' }),
    since: moment.openapi({ description: '24 hours ago: what the ceilings count.' }),
    total: z.object({ questions: z.int().min(0), ...spent }),
    repositories: z
      .array(z.object({ repository: z.string(), questions: z.int().min(0), ...spent }))
      .openapi({ description: 'The dearest first, at most 100.' }),
    newest: z
      .array(z.object({ at: moment, repository: z.string(), incidentId: z.uuid(), ...call }))
      .openapi({ description: 'Newest first, at most 50.' }),
  })
  .openapi('AgentUsage');

const EXAMPLE = { tokens: 2_200, dollars: 0.009, seconds: 4.2 };

export const agentUsageExample: z.input<typeof agentUsageSchema> = {
  agent: { backend: 'anthropic', model: 'claude-sonnet', restsUntil: null },
  since: '2026-11-27T10:00:00.000Z',
  total: { questions: 1, ...EXAMPLE },
  repositories: [{ repository: 'octo-org/widgets', questions: 1, ...EXAMPLE }],
  newest: [
    {
      at: '2026-11-28T09:00:00.000Z',
      repository: 'octo-org/widgets',
      incidentId: '7d444840-9dc0-41d1-b245-5ffdce74fad2',
      id: 'c9bf9e57-1685-4c89-bafb-ff5af830be8a',
      backend: 'anthropic',
      model: 'claude-sonnet',
      state: 'answered',
      outcome: 'edits',
      ...EXAMPLE,
      estimated: false,
      fixId: '16fd2706-8baf-433b-82eb-8c7fada847da',
      endedAt: '2026-11-28T09:00:04.200Z',
    },
  ],
};
