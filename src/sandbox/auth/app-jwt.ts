import { type KeyObject, verify } from 'node:crypto';
import { badCredentials } from '../http/refusal.ts';
import type { App } from '../state/model.ts';

/** Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
const MAX_LIFETIME_SECONDS = 600;
const CLOCK_SKEW_SECONDS = 60;

interface Claims {
  iss: string;
  iat: number;
  exp: number;
}

/** Checks the app's JWT as GitHub does: RS256, the issuer, and times. Throws a 401 that says what is wrong. */
export function verifyAppJwt(token: string, app: App, publicKey: KeyObject, now: Date): void {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const algorithm = decode(header)?.['alg'];
  const claims = readClaims(decode(payload));
  if (algorithm !== 'RS256' || !claims) throw badCredentials('A JSON web token could not be decoded');
  const signed = verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
  if (!signed) throw badCredentials('A JSON web token could not be decoded');
  if (claims.iss !== String(app.id) && claims.iss !== app.clientId) throw badCredentials('Integration not found');
  checkTimes(claims, Math.floor(now.getTime() / 1000));
}

function checkTimes(claims: Claims, now: number): void {
  if (claims.iat > now + CLOCK_SKEW_SECONDS) {
    throw badCredentials("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  }
  if (claims.exp <= now) {
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (claims.exp > now + MAX_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS) {
    throw badCredentials("'Expiration time' claim ('exp') is too far in the future");
  }
}

function readClaims(payload: Record<string, unknown> | null): Claims | null {
  const { iss, iat, exp } = payload ?? {};
  if (typeof iat !== 'number' || typeof exp !== 'number') return null;
  return typeof iss === 'string' || typeof iss === 'number' ? { iss: String(iss), iat, exp } : null;
}

function decode(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
