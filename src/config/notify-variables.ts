import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { EncryptionKey } from '../notify/sealing.ts';

/** What telling others takes from the environment. */
export interface NotifyEnvironment {
  /** The first seals, all of them open; none: channels with secrets can't be made. */
  encryptionKeys: readonly EncryptionKey[];
  /** Hosts, addresses and networks that may be sent to though they are not public. */
  allowedTargets: readonly string[];
  linearUrl: string;
}

const KEY_BYTES = 32;

const entries = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''));

/** The variables about notifications; their descriptions become .env.example's comments. */
export const NOTIFY_VARIABLES = {
  ENCRYPTION_KEYS: entries
    .transform((found, context) => {
      const keys = found.map(readKey);
      if (keys.includes(null)) {
        context.addIssue({
          code: 'custom',
          message: 'found an entry that is none; wanted NAME:KEY with a KEY from "openssl rand -base64 32"',
        });
      }
      const good = keys.filter((one) => one !== null);
      if (new Set(good.map(({ id }) => id)).size < good.length)
        context.addIssue({ code: 'custom', message: 'found the same name twice; wanted a name of its own for each key' });
      return good;
    })
    .describe(
      `Keys for secrets of notification channels and for people's tokens of GitHub in the database, as NAME:KEY separated by spaces, a KEY being 32 bytes in base64. The first one seals, all of them open; to rotate, put a new one in front, start, and drop the old one once "regreen reseal" says that nothing lies under it. ENCRYPTION_KEYS_FILE names a file instead.`,
    ),
  NOTIFY_ALLOWED_TARGETS: entries
    .superRefine((found, context) => {
      for (const entry of found) {
        if (!isTarget(entry))
          context.addIssue({
            code: 'custom',
            message: `found "${entry.slice(0, 60)}"; wanted host names, addresses or networks such as chat.example.com or 10.1.0.0/16`,
          });
      }
    })
    .describe(
      'Host names, addresses and networks that notifications may go to though they are not public, and without https, separated by spaces. Everything else that is private, loopback, link-local or metadata is refused.',
    ),
  LINEAR_API_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: 'found no address that can be read; wanted one such as https://api.linear.app/graphql',
    })
    .default('https://api.linear.app/graphql')
    .describe("Linear's GraphQL API."),
} as const;

type NotifyValues = z.output<z.ZodObject<typeof NOTIFY_VARIABLES>>;

export function toNotifyEnvironment(values: NotifyValues): NotifyEnvironment {
  return {
    encryptionKeys: values.ENCRYPTION_KEYS,
    allowedTargets: values.NOTIFY_ALLOWED_TARGETS,
    linearUrl: values.LINEAR_API_URL,
  };
}

function readKey(entry: string): EncryptionKey | null {
  const [, id, text] = /^([a-z0-9][a-z0-9-]{0,39}):([A-Za-z0-9+/_-]{43}=?)$/.exec(entry) ?? [];
  const key = Buffer.from(text ?? '', 'base64');
  return id !== undefined && key.length === KEY_BYTES ? { id, key } : null;
}

function isTarget(entry: string): boolean {
  const [address = '', prefix, ...more] = entry.split('/');
  if (isIP(address) === 0) return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(entry);
  if (more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  try {
    if (prefix !== undefined) new BlockList().addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}
