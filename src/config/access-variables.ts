import { z } from 'zod';

/** Who may use the API and how often, beside the keys in the database. */
export interface AccessEnvironment {
  tokenSecrets: readonly string[];
  corsOrigins: readonly string[];
  limits: { diagnosesPerHour: number; fixesPerHour: number; approvalsPerHour: number; requestsPerMinute: number };
  /** Where people reach this server, without a slash at the end; `null` where it was not said. */
  publicUrl: string | null;
}

/** HS256 wants 256 bits; 43 characters of base64 hold so many. */
const SHORTEST_TOKEN_SECRET = 43;

const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''));

const limit = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
      context.addIssue({ code: 'custom', message: `found "${text.slice(0, 40)}"; wanted a whole number from 1 to 9999999` });
      return z.NEVER;
    });

export const ACCESS_VARIABLES = {
  TOKEN_SECRETS: list
    .superRefine((entries, context) => {
      const short = entries.find((entry) => entry.length < SHORTEST_TOKEN_SECRET);
      if (short === undefined) return;
      const wanted = `${SHORTEST_TOKEN_SECRET} or more, e.g. from "openssl rand -base64 48"`;
      context.addIssue({ code: 'custom', message: `found a secret of ${short.length} characters; wanted ${wanted}` });
    })
    .describe(
      "Secrets that sign the short-lived tokens of POST /api/v1/auth/token, separated by spaces: the first signs, all are accepted, so a new one is put in front and the old one dropped a quarter of an hour later. Empty for one that is derived from the App's private key. TOKEN_SECRETS_FILE names a file instead.",
    ),
  CORS_ORIGINS: list
    .superRefine((entries, context) => {
      const fault = entries.find((entry) => !isOrigin(entry));
      if (fault === undefined) return;
      context.addIssue({
        code: 'custom',
        message: `found "${fault.slice(0, 60)}"; wanted origins such as https://dashboard.example.com, without a path and never *`,
      });
    })
    .describe(
      'Origins whose pages may call the API from a browser, with a key or a token, separated by spaces. Cookies are never taken from there. Empty for none.',
    ),
  API_DIAGNOSES_PER_HOUR: limit(50).describe('Diagnoses that one caller may ask for in an hour.'),
  API_FIXES_PER_HOUR: limit(100).describe('Fixes that one caller may ask for in an hour.'),
  API_APPROVALS_PER_HOUR: limit(20).describe('Approvals that one caller may decide in an hour.'),
  API_REQUESTS_PER_MINUTE: limit(1_200).describe('Requests of any kind that one caller may send to one process in a minute.'),
  PUBLIC_URL: z
    .string()
    .transform((text) => text.replace(/\/+$/, ''))
    .superRefine((text, context) => {
      if (isOrigin(text) && (text.startsWith('https:') || isLocal(text))) return;
      context.addIssue({
        code: 'custom',
        message:
          'found something else; wanted an address such as https://regreen.example.com, without a path (http:// for localhost only)',
      });
    })
    .optional()
    .describe('Where people reach this server in a browser. Its pages may open live connections.'),
};

const schema = z.object(ACCESS_VARIABLES);
type Values = z.output<typeof schema>;

export function toAccessEnvironment(values: Values): AccessEnvironment {
  return {
    tokenSecrets: values.TOKEN_SECRETS,
    corsOrigins: values.CORS_ORIGINS,
    limits: {
      diagnosesPerHour: values.API_DIAGNOSES_PER_HOUR,
      fixesPerHour: values.API_FIXES_PER_HOUR,
      approvalsPerHour: values.API_APPROVALS_PER_HOUR,
      requestsPerMinute: values.API_REQUESTS_PER_MINUTE,
    },
    publicUrl: values.PUBLIC_URL ?? null,
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

function isLocal(text: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(text).hostname);
}
