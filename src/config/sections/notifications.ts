import { z } from 'zod';
import { type NoticeKind, REPOSITORY_KINDS } from '../../notify/rules/types.ts';

type RepositoryKind = Exclude<NoticeKind, 'channel-paused'>;

const WHAT: Record<RepositoryKind, string> = {
  'went-red': 'that a branch went red',
  'still-red': 'that it is red still',
  'green-again': 'that it is green again',
  'incident-ended': 'that an incident ended otherwise: its pull request was merged or closed, or a person closed it',
  'fix-proposed': 'that a fix was proposed',
  'fix-verified': 'that CI has verified a fix',
  'fix-refuted': 'that CI has refuted a fix',
  'approval-wanted': 'that a person is asked for an approval',
  'agent-ceiling': 'that a coding agent was not asked because a ceiling leaves no room',
  'breaker-open': 'that fixes were stopped because CI refuted several in a row',
};

/** Who is told is the server's matter; a repository only says what is not told of it. */
export const notifications = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false tells nobody anything of this repository.'),
    events: z
      .strictObject(
        Object.fromEntries(
          REPOSITORY_KINDS.map((kind) => [
            kind,
            z
              .boolean()
              .default(true)
              .describe(`Tell ${WHAT[kind as RepositoryKind]}.`),
          ]),
        ) as Record<RepositoryKind, z.ZodDefault<z.ZodBoolean>>,
      )
      .prefault({})
      .describe('Which changes are told, where a rule of the server names them.'),
    channels: z
      .array(z.string().min(1).max(60))
      .max(20)
      .nullable()
      .default(null)
      .describe(
        "Names of channels of the server that may be told, among those that its rules name; null for all of them, [] for none. Addresses can't be named here.",
      ),
  })
  .prefault({})
  .describe('What is told of this repository in Slack, by webhooks and in trackers.');
