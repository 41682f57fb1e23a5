import type { Role } from '../../config/api-keys.ts';
import type { Person } from '../../sign-in/sign-in.ts';
import type { Reach } from '../../store/access/reach.ts';
import { narrowed, PERSON_SCOPES, type Scope } from './rights.ts';
import type { TokenClaims } from './tokens.ts';

/** Who is calling. `id` is fit for logs, the audit and limits: it never holds a secret. */
export interface Caller {
  id: string;
  kind: 'key' | 'token' | 'session';
  /** What the caller may do anywhere at all. */
  scopes: ReadonlySet<Scope>;
  /** In whose rows the caller may do that. */
  reach(scope: Scope): Reach;
  /** GitHub's login, of a person who has signed in. */
  login: string | null;
  /** What such a person is in which repository; null for keys and tokens. */
  roles: ReadonlyMap<number, Role> | null;
  /** Of the key that the caller is, or whose token; `session:` and its id for a person. */
  keyId: string;
  /** Of the token, where there is one. */
  tokenId: string | null;
  /** When the caller's right ends by itself. */
  expiresAt: Date | null;
  /** By which the caller can be told again later. */
  claims: TokenClaims;
}

/** Later than any key is used. */
const NEVER = new Date('9999-12-31T23:59:59Z');

/** A caller who may do the same in all the rows that are reached. */
export function keyCaller(key: {
  id: string;
  keyId: string;
  scopes: ReadonlySet<Scope>;
  installations: readonly number[] | null;
  expiresAt: Date | null;
}): Caller {
  const reach: Reach = key.installations === null ? 'everything' : { installations: key.installations };
  return {
    id: key.id,
    kind: 'key',
    login: null,
    roles: null,
    keyId: key.keyId,
    tokenId: null,
    scopes: key.scopes,
    reach: () => reach,
    expiresAt: key.expiresAt,
    claims: { id: null, keyId: key.keyId, scopes: null, installations: null, expiresAt: key.expiresAt ?? NEVER },
  };
}

/** What a token of a key may do: never more than the key may now, whatever it could when the token was signed. */
export function tokenCaller(key: Caller, token: TokenClaims): Caller {
  return {
    ...key,
    kind: token.id === null ? 'key' : 'token',
    tokenId: token.id,
    scopes: narrowed(key.scopes, token.scopes),
    reach: (scope) => narrowedReach(key.reach(scope), token.installations),
    expiresAt: key.expiresAt !== null && key.expiresAt < token.expiresAt ? key.expiresAt : token.expiresAt,
    claims: token,
  };
}

const SESSION = 'session:';

/** Which session some claims are of; null for those of keys. */
export function sessionIdOf({ keyId }: Pick<TokenClaims, 'keyId'>): string | null {
  return keyId.startsWith(SESSION) ? keyId.slice(SESSION.length) : null;
}

/** A person, who may in each repository what GitHub lets them do there, and nothing that is of no repository. */
export function personCaller({ sessionId, login, roles, expiresAt }: Person): Caller {
  const keyId = `${SESSION}${sessionId}`;
  const entries = [...roles];
  return {
    id: login,
    kind: 'session',
    login,
    roles,
    keyId,
    tokenId: null,
    scopes: new Set(entries.flatMap(([, role]) => [...PERSON_SCOPES[role]])),
    reach: (scope) => ({ repositories: entries.filter(([, role]) => PERSON_SCOPES[role].has(scope)).map(([id]) => id) }),
    expiresAt,
    claims: { id: null, keyId, scopes: null, installations: null, expiresAt },
  };
}

function narrowedReach(reach: Reach, installations: readonly number[] | null): Reach {
  if (installations === null) return reach;
  if (reach === 'everything') return { installations };
  if ('repositories' in reach) return { repositories: [] };
  return { installations: reach.installations.filter((id) => installations.includes(id)) };
}

/** The installations that a key of a caller may be given: null for any. */
export function installationsOf(caller: Caller, scope: Scope): readonly number[] | null {
  const reach = caller.reach(scope);
  if (reach === 'everything') return null;
  return 'installations' in reach ? reach.installations : [];
}
