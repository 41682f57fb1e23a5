import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { type ApiKey, ROLES, type Role } from '../config/api-keys.ts';
import { AuthenticationError, PermissionError } from '../errors.ts';
import type { AuthenticatedEnv } from './context.ts';

/** What a caller may do; each route asks for one. */
export type Scope =
  | 'incidents:read'
  | 'builds:read'
  | 'repositories:read'
  | 'approvals:read'
  | 'diagnoses:write'
  | 'builds:write'
  | 'approvals:write'
  | 'notifications:read'
  | 'notifications:send'
  | 'notifications:write'
  | 'tasks:read'
  | 'tasks:write'
  | 'audit:read';

/** Who is calling. `id` is fit for logs and the audit: it never holds the key. */
export interface Caller {
  id: string;
  scopes: ReadonlySet<Scope>;
}

/** Finds out who is calling. Throws `AuthenticationError` when that can't be said. */
export type Authenticator = (authorization: string | undefined) => Promise<Caller>;

const VIEWER: readonly Scope[] = ['incidents:read', 'builds:read', 'repositories:read', 'approvals:read', 'notifications:read'];
const DEVELOPER: readonly Scope[] = [...VIEWER, 'diagnoses:write', 'builds:write', 'tasks:read', 'notifications:send'];
const APPROVER: readonly Scope[] = [...DEVELOPER, 'approvals:write'];
const ADMIN: readonly Scope[] = [...APPROVER, 'tasks:write', 'audit:read', 'notifications:write'];

/** What each role may do. */
export const SCOPES: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  viewer: new Set(VIEWER),
  developer: new Set(DEVELOPER),
  approver: new Set(APPROVER),
  admin: new Set(ADMIN),
};

/** RFC 6750's form; longer than any key of ours is not looked at. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i;

/** Accepts the keys of the configuration as bearer tokens. Each comparison takes the same time, whatever differs. */
export function apiKeyAuthenticator(keys: readonly ApiKey[]): Authenticator {
  const known = keys.map(({ key, role }) => ({ hash: sha256(key), role }));
  return async (authorization) => {
    if (known.length === 0) throw noKeyConfigured();
    if (authorization === undefined) throw keyMissing();
    const presented = BEARER.exec(authorization)?.[1];
    if (presented === undefined) throw keyMalformed();
    const hash = sha256(presented);
    // Every key is compared, so that the time does not say which one matched.
    const [match] = known.filter((key) => timingSafeEqual(key.hash, hash));
    if (!match) throw keyUnknown();
    return { id: `api-key:${hash.toString('hex').slice(0, 12)}`, scopes: SCOPES[match.role] };
  };
}

/** Middleware that lets only callers with `scope` through and leaves the caller in the context. */
export function requireScope(authenticate: Authenticator, scope: Scope): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    const caller = await authenticate(c.req.header('authorization'));
    if (!caller.scopes.has(scope)) {
      throw new PermissionError('SCOPE_MISSING', 'This key may not do that.', {
        details: { wanted: scope },
        hint: `It needs the role ${ROLES.find((role) => SCOPES[role].has(scope))} or a higher one: ROLE:KEY in API_KEYS.`,
      });
    }
    c.set('caller', caller);
    await next();
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const HOW = 'Send the header "Authorization: Bearer KEY" with one of the keys in API_KEYS, without its role.';

function noKeyConfigured(): AuthenticationError {
  return new AuthenticationError('API_KEYS_NOT_CONFIGURED', 'This Regreen has no API keys, so nobody may use its API.', {
    hint: 'Set API_KEYS to a random text of at least 20 characters and start Regreen again.',
  });
}

function keyMissing(): AuthenticationError {
  return new AuthenticationError('API_KEY_MISSING', 'This needs an API key.', { hint: HOW });
}

function keyMalformed(): AuthenticationError {
  return new AuthenticationError('API_KEY_MALFORMED', 'The Authorization header does not hold a bearer key.', { hint: HOW });
}

function keyUnknown(): AuthenticationError {
  return new AuthenticationError('API_KEY_UNKNOWN', 'The API key is not one of those that Regreen knows.', { hint: HOW });
}
