import { z } from 'zod';
import { list } from './variable-types.ts';

/** Who may use the API and how often, beside the keys in the database. */
export interface AccessEnvironment {
  tokenSecrets: readonly string[];
  corsOrigins: readonly string[];
  limits: { diagnosesPerHour: number; fixesPerHour: number; approvalsPerHour: number; requestsPerMinute: number };
  /** Where people reach this server, without a slash at the end; `null` where it was not said. */
  publicUrl: string | null;
  /** Sign-in with GitHub; `null` where it is off. */
  signIn: SignInEnvironment | null;
}

export interface SignInEnvironment {
  clientId: string;
  clientSecret: string;
  publicUrl: string;
  /** After so long without a request a session is over. */
  idleMinutes: number;
  /** After so long it is over in any case. */
  hours: number;
}

/** HS256 wants 256 bits; 43 characters of base64 hold so many. */
const SHORTEST_TOKEN_SECRET = 43;

const limit = (fallback: number, most = 9_999_999) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= most) return Number(text);
      context.addIssue({ code: 'custom', message: `found "${text.slice(0, 40)}"; wanted a whole number from 1 to ${most}` });
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
      if (isPublicUrl(text)) return;
      context.addIssue({
        code: 'custom',
        message:
          'found something else; wanted an address such as https://regreen.example.com, without a path (http:// for localhost only)',
      });
    })
    .optional()
    .describe('Where people reach this server in a browser. Its pages may open live connections.'),
  GITHUB_CLIENT_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{10,100}$/, { error: "found something else; wanted the client ID from the App's settings page" })
    .optional()
    .describe(
      "Switches sign-in with GitHub on: the client ID from the App's settings page (not the App ID). Its callback URL there must be PUBLIC_URL and /api/v1/auth/github/callback. Needs PUBLIC_URL and ENCRYPTION_KEYS, too (docs/access.md).",
    ),
  GITHUB_CLIENT_SECRET: z
    .string()
    .regex(/^\S{20,200}$/, { error: "found something else; wanted a client secret from the App's settings page" })
    .optional()
    .describe("A client secret from the App's settings page. GITHUB_CLIENT_SECRET_FILE names a file instead."),
  SESSION_IDLE_MINUTES: limit(480, 44_640).describe('Minutes without a request after which somebody has to sign in again.'),
  SESSION_HOURS: limit(168, 2_160).describe('Hours after which somebody has to sign in again in any case.'),
};

const schema = z.object(ACCESS_VARIABLES);
type Values = z.output<typeof schema>;

/** What is missing between the variables, a line each: the variable, what was found and what is wanted. */
export function signInFaults(values: Values & { ENCRYPTION_KEYS: readonly unknown[] }): string[] {
  if (values.GITHUB_CLIENT_ID === undefined) {
    if (values.GITHUB_CLIENT_SECRET === undefined) return [];
    return ['GITHUB_CLIENT_ID: not set; wanted the client ID beside the client secret'];
  }
  const missing = [
    ...(values.GITHUB_CLIENT_SECRET === undefined
      ? [
          "GITHUB_CLIENT_SECRET: not set; wanted a client secret from the App's settings page, or a file in GITHUB_CLIENT_SECRET_FILE",
        ]
      : []),
    ...(values.PUBLIC_URL === undefined ? ['PUBLIC_URL: not set; wanted the address to which people come back from GitHub'] : []),
    ...(values.ENCRYPTION_KEYS.length === 0
      ? ["ENCRYPTION_KEYS: not set; wanted a key under which people's tokens lie in the database"]
      : []),
  ];
  return missing.map((fault) => `${fault}, for sign-in with GitHub`);
}

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
    signIn: toSignIn(values),
  };
}

function toSignIn(values: Values): SignInEnvironment | null {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = values;
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) return null;
  return { clientId, clientSecret, publicUrl, idleMinutes: values.SESSION_IDLE_MINUTES, hours: values.SESSION_HOURS };
}

/** Below PUBLIC_URL: where GitHub sends people back to who sign in. GitHub compares it with the App's settings, to the letter. */
export const SIGN_IN_CALLBACK_PATH = '/api/v1/auth/github/callback';

/** Whether an address is one that browsers may be sent to with a cookie: an origin, with TLS unless it is this machine. */
export function isPublicUrl(text: string): boolean {
  return isOrigin(text) && (text.startsWith('https:') || isLocal(text));
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

function isLocal(text: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(text).hostname);
}
