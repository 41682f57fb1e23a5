import { z } from 'zod';
import { isSigningSecret } from '../standard-webhooks.ts';

export const channelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'a name of lower-case letters, digits and hyphens' })
  .describe('By which regreen.yml names it.');

/** An address of others; whether it may be sent to is another question. */
const address = z
  .string()
  .max(2_000)
  .refine(isAddress, { error: 'an address such as https://example.com/hook, without a user name' });

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}

const uuid = z.uuid();

/** What makes up a channel of each kind; the fields of `secret` are sealed and never told again. */
export const CHANNEL_FIELDS = {
  slack: { settings: z.strictObject({}), secret: z.strictObject({ url: address.describe("Slack's incoming webhook.") }) },
  webhook: {
    settings: z.strictObject({}),
    secret: z.strictObject({
      url: address,
      signingSecret: z
        .string()
        .refine(isSigningSecret, { error: 'whsec_ and the base64 of 24 to 64 random bytes' })
        .describe('By which the receiver knows that a message is ours, after Standard Webhooks.'),
    }),
  },
  linear: {
    settings: z.strictObject({
      teamId: uuid.describe("Linear's id of the team that gets the issues."),
      projectId: uuid.nullable().default(null),
      labelIds: z.array(uuid).max(20).default([]),
      priority: z.int().min(0).max(4).default(0).describe('1 is urgent, 4 low, 0 none.'),
    }),
    secret: z.strictObject({
      apiKey: z.string().regex(/^[\x21-\x7e]{10,400}$/, { error: 'an API key of Linear' }),
    }),
  },
  'github-issue': { settings: z.strictObject({}), secret: null },
} as const;
