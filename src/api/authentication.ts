import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { ROLES } from '../config/api-keys.ts';
import { hashOfSecret, isApiKey } from '../config/secret-keys.ts';
import { AuthenticationError, PermissionError } from '../errors.ts';
import { clientAddress, createNetworkTest } from '../intake/clients.ts';
import type { Person } from '../sign-in/sign-in.ts';
import type { StoredKey } from '../store/access/api-keys.ts';
import { withReach } from '../store/access/reach.ts';
import { type Caller, keyCaller, personCaller, sessionIdOf, tokenCaller } from './access/callers.ts';
import { createCookies } from './access/cookies.ts';
import { narrowed, SCOPES, type Scope } from './access/rights.ts';
import type { TokenClaims } from './access/tokens.ts';
import type { AuthenticatedEnv } from './context.ts';
import { failureLimit, requestLimit } from './rate-limit.ts';
import type { ApiServices } from './services.ts';

export type { Caller } from './access/callers.ts';
export { SCOPES, type Scope } from './access/rights.ts';

/** What a request brings to say who sends it. */
export interface Credentials {
  authorization: string | undefined;
  /** Whence it came, past the proxies that are trusted. */
  address: string;
  /** Looked at only where there is no `authorization`. */
  cookie?: CookieOfRequest;
}

/** Browsers send cookies by themselves, whichever page asks them to, so a cookie counts only with where the page is from. */
export interface CookieOfRequest {
  header: string | undefined;
  /** The page's; browsers say it with everything but links and what a page asks of its own server by GET. */
  origin: string | undefined;
  /** `Sec-Fetch-Site`, which a page can't set. */
  fetchSite: string | undefined;
  /** For what changes something, and for connections: then the origin must be said. */
  originNeeded: boolean;
}

/** Finds out who is calling. */
export interface Authenticator {
  /** @throws AuthenticationError when that can't be said, RateLimitError when the caller asked too often */
  identify(credentials: Credentials): Promise<Caller>;
  /** Whence a request came, past the proxies that are trusted. */
  addressOf(c: Context): string;
  /** The same of a request that no router has seen. */
  peerAddress(request: IncomingMessage): string;
  /** Who a caller is now, of whom the claims were kept. @throws AuthenticationError when the right is gone */
  holderOf(claims: TokenClaims): Promise<Caller>;
}

type Services = Pick<
  ApiServices,
  'apiKeys' | 'keys' | 'tokens' | 'tokenSigner' | 'limits' | 'trustedProxies' | 'signIn' | 'publicUrl' | 'now'
>;

/** RFC 6750's form; longer than any key of ours is not looked at. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i;
/** A JWT: three parts, the first of which is an object. Keys have no dots. */
const TOKEN = /^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Accepts bearer tokens (keys that are kept in the database, keys of the configuration, and tokens that were made for either), and
 * the cookies of people who have signed in.
 */
export function createAuthenticator(services: Services): Authenticator {
  const cookies = createCookies(services.publicUrl);
  const configured = services.apiKeys.map(({ key, role }) => ({ hash: hashOfSecret(key), role }));

  function configuredCaller({ hash, role }: (typeof configured)[number]): Caller {
    const name = hash.toString('hex').slice(0, 12);
    const scopes = SCOPES[role];
    return keyCaller({ id: `api-key:${name}`, keyId: `configured:${name}`, scopes, installations: null, expiresAt: null });
  }

  function configuredKey(presented: string): Caller {
    const hash = hashOfSecret(presented);
    // Every key is compared, so that the time does not say which one matched.
    const [match] = configured.filter((key) => timingSafeEqual(key.hash, hash));
    if (!match) throw keyUnknown();
    return configuredCaller(match);
  }

  async function holderOf(claims: TokenClaims): Promise<Caller> {
    const sessionId = sessionIdOf(claims);
    if (sessionId !== null) return personOr401(await services.signIn?.byId(sessionId));
    if (claims.expiresAt <= services.now()) throw new AuthenticationError('TOKEN_EXPIRED', 'The token is over.', { hint: HOW });
    const known = configured.map(configuredCaller).find(({ keyId }) => keyId === claims.keyId);
    const [revoked, kept] = await Promise.all([
      claims.id === null ? false : services.tokens.isRevoked(claims.id),
      known || claims.keyId.startsWith('configured:') ? null : services.keys.byId(claims.keyId),
    ]);
    if (revoked) throw new AuthenticationError('TOKEN_REVOKED', 'The token was taken back.', { hint: HOW });
    if (!known && !kept) throw keyUnknown();
    return tokenCaller(known ?? storedCaller(kept as StoredKey, services.now()), claims);
  }

  async function signedIn(cookie: CookieOfRequest | undefined): Promise<Caller> {
    const secret = cookies.sessionIn(cookie?.header);
    if (cookie === undefined || secret === null || services.signIn === null) throw keyMissing();
    refuseOtherPages(cookie, services.publicUrl);
    return personOr401(await services.signIn.bySecret(secret));
  }

  async function holder({ authorization, cookie }: Credentials): Promise<Caller> {
    if (authorization === undefined) return signedIn(cookie);
    const presented = BEARER.exec(authorization)?.[1];
    if (presented === undefined) throw keyMalformed();
    if (TOKEN.test(presented)) return holderOf(await services.tokenSigner.verify(presented));
    if (!isApiKey(presented)) return configuredKey(presented);
    const key = await services.keys.byHash(hashOfSecret(presented));
    if (!key) throw keyUnknown();
    const caller = storedCaller(key, services.now());
    await services.keys.noteUse(key, services.now());
    return caller;
  }

  const requests = requestLimit(services.limits.requestsPerMinute);
  const failures = failureLimit();
  const isTrusted = createNetworkTest(services.trustedProxies);
  return {
    holderOf,
    peerAddress: (request) => clientAddress(request.socket.remoteAddress, header(request, 'x-forwarded-for'), isTrusted),
    addressOf: (c) => clientAddress(peerOf(c), c.req.header('x-forwarded-for'), isTrusted),
    identify: async (credentials) => {
      const caller = await holder(credentials).catch(async (error: unknown) => {
        // Nothing was looked up for those who sent nothing.
        if (error instanceof AuthenticationError && error.code !== 'API_KEY_MISSING') await failures(credentials.address);
        throw error;
      });
      await requests(caller.id);
      return caller;
    },
  };
}

/** @throws PermissionError for a request that a page of somebody else may have made */
function refuseOtherPages({ origin, fetchSite, originNeeded }: CookieOfRequest, own: string | null): void {
  // A link, or what a page asks of its own server: nothing is changed by it, and a page of others can't read the answer.
  if (origin === undefined && !originNeeded) return;
  if (origin === own && (fetchSite === undefined || fetchSite === 'same-origin')) return;
  throw new PermissionError('ORIGIN_REFUSED', 'What a signed-in person does must come from a page of this server.', {
    hint: 'Send the request from a page at PUBLIC_URL, or with a key in the Authorization header.',
  });
}

/** @throws AuthenticationError where there is no such session (any more) */
function personOr401(person: Person | null | undefined): Caller {
  if (person) return personCaller(person);
  throw new AuthenticationError('SESSION_OVER', 'The session is over.', { hint: 'Sign in again: GET /api/v1/auth/github.' });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** As @hono/node-server leaves it; there is none where a request is handed to the router without a server. */
function peerOf(c: Context): string | undefined {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  return incoming?.socket.remoteAddress;
}

/** @throws AuthenticationError for a key that is over or was taken back */
function storedCaller(key: StoredKey, now: Date): Caller {
  if (key.revokedAt !== null) throw new AuthenticationError('API_KEY_REVOKED', 'The API key was taken back.', { hint: HOW });
  if (key.expiresAt !== null && key.expiresAt <= now) {
    throw new AuthenticationError('API_KEY_EXPIRED', 'The API key is over.', { hint: HOW });
  }
  const { id: keyId, installations, expiresAt } = key;
  const scopes = narrowed(SCOPES[key.role], key.scopes);
  return keyCaller({ id: `api-key:${key.prefix}`, keyId, scopes, installations, expiresAt });
}

/**
 * Middleware that lets only callers with `scope` through, leaves the caller in the context, and lets whatever follows see the
 * rows only in which the caller has that scope.
 */
export function requireScope(authenticate: Authenticator, scope: Scope): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    const caller = await authenticate.identify(credentialsOf(c, authenticate));
    if (!caller.scopes.has(scope)) throw scopeMissing(scope);
    c.set('caller', caller);
    await withReach(caller.reach(scope), next);
  };
}

/** Middleware that leaves the caller in the context, whoever it is. */
export function requireCaller(authenticate: Authenticator): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    c.set('caller', await authenticate.identify(credentialsOf(c, authenticate)));
    await next();
  };
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function credentialsOf(c: Context, { addressOf }: Authenticator): Credentials {
  return {
    authorization: c.req.header('authorization'),
    address: addressOf(c),
    cookie: {
      header: c.req.header('cookie'),
      origin: c.req.header('origin'),
      fetchSite: c.req.header('sec-fetch-site'),
      originNeeded: !SAFE_METHODS.has(c.req.method),
    },
  };
}

function scopeMissing(scope: Scope): PermissionError {
  return new PermissionError('SCOPE_MISSING', 'This caller may not do that.', {
    details: { wanted: scope },
    hint: `It needs the role ${ROLES.find((role) => SCOPES[role].has(scope))} or a higher one, and this scope.`,
  });
}

const HOW =
  'Send the header "Authorization: Bearer KEY". "regreen keys create" makes the first key; API_KEYS may hold some. People sign in at /api/v1/auth/github.';

function keyMissing(): AuthenticationError {
  return new AuthenticationError('API_KEY_MISSING', 'This needs an API key.', { hint: HOW });
}

function keyMalformed(): AuthenticationError {
  return new AuthenticationError('API_KEY_MALFORMED', 'The Authorization header does not hold a bearer key.', { hint: HOW });
}

function keyUnknown(): AuthenticationError {
  return new AuthenticationError('API_KEY_UNKNOWN', 'The API key is not one of those that Regreen knows.', { hint: HOW });
}
