import { z } from 'zod';
import { CAUSES, type CauseCategory } from '../../diagnosis/types.ts';

/** What may be told. The first four are states of a branch, and take each other's place. */
export const NOTICE_KINDS = [
  'went-red',
  'still-red',
  'green-again',
  'incident-ended',
  'fix-proposed',
  'fix-verified',
  'fix-refuted',
  'approval-wanted',
  'agent-ceiling',
  'breaker-open',
  'channel-paused',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Those of a repository, which its regreen.yml may switch off. */
export const REPOSITORY_KINDS = NOTICE_KINDS.filter((kind) => kind !== 'channel-paused');

export const CHANNEL_KINDS = ['slack', 'webhook', 'linear', 'github-issue'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Channels that keep one ticket an incident, and so are never grouped or summed up. */
export function keepsTickets(kind: ChannelKind): boolean {
  return kind === 'linear' || kind === 'github-issue';
}

/** One change, with what rules look at. */
export interface WeighedNotice {
  id: number;
  kind: NoticeKind;
  at: Date;
  /** `owner/name`; null for what belongs to no repository. */
  repository: string | null;
  repositoryId: number | null;
  /** Null for what concerns a whole repository. */
  incident: {
    id: string;
    branch: string;
    /** In the repository itself and its default branch. */
    onDefaultBranch: boolean;
    workflowPath: string;
    cause: CauseCategory;
    fingerprint: string;
    /** How many failures it holds by now. */
    failures: number;
  } | null;
  /** Of a paused channel: the id of that channel. */
  channelId: string | null;
}

const glob = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!!)[^{}]*$/, { error: 'a pattern with *, **, ? and [...], without { } and a leading "!"' });
const globs = z.array(glob).min(1).max(100);

export const timeZone = z.string().max(60).refine(isTimeZone, { error: 'an IANA time zone such as Europe/Berlin' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as 22:00' });

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof DAYS)[number];

/** When nothing is told; what came meanwhile is told in one message at the end. */
export const quietHoursSchema = z.strictObject({
  timeZone,
  from: timeOfDay.describe('When they begin, by the clock on the wall there.'),
  to: timeOfDay.describe('When they end; the same time as from makes a whole day.'),
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .max(7)
    .default([...DAYS])
    .describe('Days on which they begin.'),
  except: z.array(z.enum(NOTICE_KINDS)).max(NOTICE_KINDS.length).default([]).describe('What is told all the same.'),
});
export type QuietHours = z.output<typeof quietHoursSchema>;

export const GROUPS = ['incident', 'branch', 'repository', 'none'] as const;
export type GroupBy = (typeof GROUPS)[number];

/** What a rule says, without its name. */
export const ruleBodySchema = z.strictObject({
  events: z.array(z.enum(NOTICE_KINDS)).min(1).max(NOTICE_KINDS.length).describe('Which changes are told.'),
  repositories: globs.default(['**']).describe('Full names of repositories, as glob patterns.'),
  branches: globs.default(['**']).describe('Branches, as glob patterns; what concerns a whole repository has none.'),
  workflows: globs.default(['**']).describe('Workflow files, as glob patterns.'),
  causes: z.array(z.enum(CAUSES)).max(CAUSES.length).default([]).describe('Causes of failures; empty for all.'),
  defaultBranchOnly: z.boolean().default(false).describe("Only what happens on the repository's default branch."),
  minimumFailures: z.int().min(1).max(1000).default(1).describe('Failures that an incident must hold before it is told.'),
  channels: z.array(z.uuid()).min(1).max(20).describe('Ids of the channels that are told.'),
  groupBy: z.enum(GROUPS).default('branch').describe('What is told in one message when it comes within groupSeconds.'),
  groupSeconds: z.int().min(0).max(3600).default(20).describe('How long a message waits for more of its group.'),
  repeatMinutes: z
    .int()
    .min(0)
    .max(10_080)
    .default(60)
    .describe('The same state of the same failure is told once within so many minutes; 0 tells each time.'),
  quietHours: quietHoursSchema.nullable().default(null),
});
export type RuleBody = z.output<typeof ruleBodySchema>;

export interface Rule {
  id: string;
  name: string;
  enabled: boolean;
  rule: RuleBody;
}
