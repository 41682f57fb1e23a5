import { z } from '@hono/zod-openapi';
import { CONFIG_LAYERS } from '../../config/effective-config.ts';
import { DELIVERIES, MODES, type Remedy } from '../../policy/types.ts';
import { VERDICTS } from '../../policy/verdict.ts';
import { INCIDENT_SORTS } from '../../store/incidents/incident-views.ts';
import type { FixState, IncidentStatus, Outcome } from '../../store/tables/healing-tables.ts';
import { agentEntry } from './agent.ts';
import { causeSchema, fullName, githubId, moment, splitFullName } from './common.ts';
import { EXAMPLE_INCIDENT_ID } from './incident-examples.ts';
import { paging } from './paging.ts';

const STATUSES = ['open', 'closed'] as const satisfies readonly IncidentStatus[];
const REMEDIES = [
  'annotate',
  'rerun',
  'fix',
  'suggest',
  'comment',
  'issue',
  'delegate',
  'notify',
] as const satisfies readonly Remedy[];
const FIX_STATES = ['planned', 'committed', 'proposed', 'ended'] as const satisfies readonly FixState[];
const OUTCOMES = ['verified', 'refuted', 'superseded', 'rejected', 'abandoned'] as const satisfies readonly Outcome[];

const incidentId = z.uuid({ error: 'the id of an incident, a UUID' });

export const incidentParams = z.strictObject({
  id: incidentId.openapi({ param: { name: 'id', in: 'path' }, example: EXAMPLE_INCIDENT_ID }),
});

/** A branch as Git allows it holds no control characters; PostgreSQL would refuse a NUL. */
const branchName = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'the name of a branch' });

export const incidentQuery = z.strictObject({
  repository: fullName.optional().transform((text) => (text === undefined ? undefined : splitFullName(text))),
  status: z.enum(STATUSES).optional().openapi({ example: 'closed' }),
  cause: causeSchema.optional(),
  branch: branchName.optional().openapi({ example: 'feature/tidy' }),
  ...paging(INCIDENT_SORTS, 'uuid'),
});

const incidentFields = {
  id: incidentId,
  repository: fullName,
  branch: z.string(),
  pullRequest: z.int().nullable(),
  workflow: z.string().openapi({ description: "The path of the workflow's file." }),
  fingerprint: z.string().openapi({ description: 'The same root cause has the same one.' }),
  cause: causeSchema,
  status: z.enum(STATUSES),
  failures: z.int().min(0).openapi({ description: 'How many failures the incident holds.' }),
  openedAt: moment,
  lastFailureAt: moment,
  closedAt: moment.nullable(),
  closedReason: z.string().nullable(),
  fixedBy: z.uuid().nullable().openapi({ description: 'The fix that made it green.' }),
};

export const incidentSchema = z.object(incidentFields).openapi('Incident');

const placeSchema = z
  .object({
    layer: z.enum(CONFIG_LAYERS).openapi({ description: 'Whose file it is.' }),
    file: z.string(),
    line: z.int().positive(),
    key: z.string(),
  })
  .openapi('Place', { description: 'The file and line of the configuration that said so; absent for what is built in.' });

const decisionSchema = z
  .object({
    mode: z.enum(MODES),
    remedies: z.array(
      z.object({
        remedy: z.enum(REMEDIES),
        verdict: z.enum(['allowed', 'asked', 'refused']),
        reason: z.string(),
        rule: z.string().openapi({ description: 'The rule that decided; stable.' }),
        source: z.string().openapi({ description: 'Where the rule stands: a key of regreen.yml, default or built-in.' }),
        place: placeSchema.optional(),
        passed: z
          .array(z.string())
          .optional()
          .openapi({ description: 'The rules that were held before and had no objection, in their order.' }),
      }),
    ),
  })
  .openapi('Decision', { description: 'What the policy allowed, with the reasons.' });

const verdictSchema = z
  .object({
    kind: z.enum(VERDICTS),
    evidence: z.array(z.string()).openapi({ description: 'Sentences for people: what it rests on.' }),
  })
  .openapi('Verdict', { description: 'Whose fault the failure is.' });

const failureEntry = z
  .object({
    type: z.literal('failure'),
    at: moment,
    diagnosisId: z.uuid(),
    run: z.object({ id: githubId, attempt: z.int(), url: z.string().nullable() }),
    job: z.object({
      id: githubId.nullable().openapi({ description: 'Null when the run ended before any job began.' }),
      name: z.string(),
    }),
    headSha: z.string(),
    cause: causeSchema,
    confidence: z.number().min(0).max(1),
    failedSteps: z.array(z.string()),
    excerpt: z.string().openapi({ description: 'The lines of the log that matter; at most 4,000 characters.' }),
    decision: decisionSchema,
    verdict: verdictSchema.nullable().openapi({ description: 'Null where none was given, as for the CI of a fix.' }),
  })
  .openapi('FailureEntry');

const fixEntry = z
  .object({
    type: z.literal('fix'),
    at: moment,
    id: z.uuid(),
    attempt: z.int().positive(),
    fixer: z.string(),
    fixerVersion: z.string(),
    state: z.enum(FIX_STATES),
    outcome: z.enum(OUTCOMES).nullable(),
    reason: z.string().nullable(),
    baseBranch: z.string(),
    branch: z.string(),
    commit: z.string().nullable(),
    pullRequest: z.int().nullable(),
    paths: z.array(z.string()).openapi({ description: 'The files that the patch changes.' }),
    changes: z
      .array(z.object({ fixer: z.string(), tool: z.string(), version: z.string(), paths: z.array(z.string()) }))
      .openapi({ description: 'What each fixer did, in the order of their work.' }),
    delivery: z.enum(DELIVERIES),
    verifiedByRun: githubId.nullable(),
    endedAt: moment.nullable(),
  })
  .openapi('FixEntry');

export const incidentDetailsSchema = z
  .object({
    ...incidentFields,
    olderFailures: z
      .int()
      .min(0)
      .openapi({ description: 'Failures that are too old for the timeline, which has the newest 50.' }),
    timeline: z
      .array(z.discriminatedUnion('type', [failureEntry, fixEntry, agentEntry]))
      .openapi({ description: 'Oldest first.' }),
  })
  .openapi('IncidentDetails');

export const incidentPageSchema = z
  .object({
    items: z.array(incidentSchema).openapi({ description: 'Newest first.' }),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('IncidentPage');
