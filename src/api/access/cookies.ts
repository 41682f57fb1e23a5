import { parse, serialize } from 'hono/utils/cookie';
import { z } from 'zod';
import type { Attempt } from '../../sign-in/sign-in.ts';

const SESSION = 'regreen_session';
const ATTEMPT = 'regreen_sign_in';

/** As long as a code of GitHub's is good. Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
const ATTEMPT_SECONDS = 600;

const secretText = /^[A-Za-z0-9_-]{43}$/;
const attemptText = z.object({
  state: z.string().regex(secretText),
  verifier: z.string().regex(secretText),
  returnTo: z.string(),
});

/** What they are called over https. */
export const COOKIE_NAMES = { session: `__Host-${SESSION}`, attempt: `__Host-${ATTEMPT}` } as const;

/** The cookies of this server: what is in a request, and what an answer sets. */
export interface Cookies {
  /** Null where there is none of the form of ours. */
  sessionIn(header: string | undefined): string | null;
  attemptIn(header: string | undefined): Attempt | null;
  session(secret: string, expiresAt: Date, now: Date): string;
  attempt(attempt: Attempt): string;
  /** Take them away. */
  endSession(): string;
  endAttempt(): string;
}

/**
 * `HttpOnly`: no script reads them. `SameSite=Lax`: pages of others send them at most by a link. Over https they have the prefix
 * `__Host-`, so that no other host, also none of the same domain, can set them.
 * @param publicUrl where people reach this server; http only on this machine
 */
export function createCookies(publicUrl: string | null): Cookies {
  const secure = publicUrl?.startsWith('https:') ?? true;
  const named = (name: string) => (secure ? `__Host-${name}` : name);
  const set = (name: string, value: string, maxAge: number) =>
    serialize(named(name), value, { httpOnly: true, sameSite: 'Lax', path: '/', secure, maxAge });
  const read = (header: string | undefined, name: string) =>
    header === undefined ? undefined : parse(header, named(name))[named(name)];
  return {
    sessionIn: (header) => {
      const value = read(header, SESSION);
      return value !== undefined && secretText.test(value) ? value : null;
    },
    attemptIn: (header) => readAttempt(read(header, ATTEMPT)),
    session: (secret, expiresAt, now) => set(SESSION, secret, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
    attempt: (attempt) => set(ATTEMPT, Buffer.from(JSON.stringify(attempt)).toString('base64url'), ATTEMPT_SECONDS),
    endSession: () => set(SESSION, '', 0),
    endAttempt: () => set(ATTEMPT, '', 0),
  };
}

function readAttempt(value: string | undefined): Attempt | null {
  if (value === undefined) return null;
  try {
    return attemptText.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
