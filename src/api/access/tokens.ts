import { createHash, createSecretKey, hkdfSync, type KeyObject, randomUUID } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { AuthenticationError } from '../../errors.ts';

/** One algorithm for all tokens: whatever another header asks for is refused. */
const ALGORITHM = 'HS256';
const ISSUER = 'regreen';
const AUDIENCE = 'regreen-api';
/** RFC 9068's type, so that no other JWT signed with the same secret could be taken for one of these. */
const TYPE = 'at+jwt';
/** Long enough for a script, short enough that a token which leaks is worth little. */
export const LONGEST_TOKEN_SECONDS = 900;

/** What a token says. It can only take away from what its key may do. */
export interface TokenClaims {
  /** Null where the key itself was sent. */
  id: string | null;
  /** Of the key that asked for it. */
  keyId: string;
  scopes: readonly string[] | null;
  installations: readonly number[] | null;
  expiresAt: Date;
}

export interface TokenSigner {
  issue(claims: Omit<TokenClaims, 'id'>): Promise<{ token: string; id: string }>;
  /** @throws AuthenticationError for a token that is not ours, was changed, is over, or signed with a secret that is no longer known */
  verify(token: string): Promise<TokenClaims & { id: string }>;
}

/**
 * Signs with the first secret and accepts all, each by the `kid` that is made of it: to rotate, a new one is put in front, and
 * the old one is dropped once its last token is over.
 * @param fallback a secret of the server's, from which one is derived where there are no others
 */
export function createTokenSigner(options: { secrets: readonly string[]; fallback: string; now(): Date }): TokenSigner {
  const texts = options.secrets.length > 0 ? options.secrets : [options.fallback];
  const keys = texts.map(toSigningKey);
  const [newest] = keys;
  if (!newest) throw new Error('there is always one secret');
  return {
    issue: async ({ keyId, scopes, installations, expiresAt }) => {
      const id = randomUUID();
      const token = await new SignJWT({ scopes, installations })
        .setProtectedHeader({ alg: ALGORITHM, kid: newest.kid, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(keyId)
        .setJti(id)
        .setIssuedAt(options.now())
        .setExpirationTime(expiresAt)
        .sign(newest.key);
      return { token, id };
    },
    verify: async (token) => {
      const { payload } = await jwtVerify(token, (header) => keyOf(keys, header.kid), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'jti', 'sub'],
        maxTokenAge: LONGEST_TOKEN_SECONDS,
        currentDate: options.now(),
      }).catch((error: unknown) => {
        throw error instanceof errors.JOSEError ? refused(error) : error;
      });
      return toClaims(payload);
    },
  };
}

interface SigningKey {
  kid: string;
  key: KeyObject;
}

function toSigningKey(secret: string): SigningKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'regreen access tokens', 32));
  return { kid: createHash('sha256').update(bytes).digest('hex').slice(0, 16), key: createSecretKey(bytes) };
}

function keyOf(keys: readonly SigningKey[], kid: string | undefined): KeyObject {
  const found = keys.find((one) => one.kid === kid);
  if (found) return found.key;
  throw new errors.JWKSNoMatchingKey();
}

function toClaims({ jti = '', sub = '', exp = 0, scopes, installations }: JWTPayload): TokenClaims & { id: string } {
  return {
    id: jti,
    keyId: sub,
    // What has our signature has our form.
    scopes: scopes as TokenClaims['scopes'],
    installations: installations as TokenClaims['installations'],
    expiresAt: new Date(exp * 1000),
  };
}

function refused(error: errors.JOSEError): AuthenticationError {
  if (error instanceof errors.JWTExpired) {
    return new AuthenticationError('TOKEN_EXPIRED', 'The token is over.', {
      hint: 'Ask for another one: POST /api/v1/auth/token with your key.',
    });
  }
  return new AuthenticationError('TOKEN_INVALID', 'The token is not one that this Regreen has signed.', {
    hint: 'Ask for one: POST /api/v1/auth/token with your key.',
    cause: error,
  });
}
