import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Refusal } from '../http/refusal.ts';
import type { Account, App, Installation } from '../state/model.ts';
import type { TokenRegistry } from './tokens.ts';

/** "The temporary code will expire after 10 minutes." Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
const CODE_LIFETIME_MS = 10 * 60 * 1000;
/** Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens: "expires after eight hours … six months" */
const TOKEN_LIFETIME_SECONDS = 8 * 3_600;
const REFRESH_TOKEN_LIFETIME_SECONDS = 15_897_600;
/** Base64url of a SHA-256. Source: …/generating-a-user-access-token-for-a-github-app: "must be a 43 character SHA-256 hash" */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

interface Code {
  account: Account;
  redirectUri: string;
  challenge: string | null;
  expiresAt: Date;
}

interface Grant {
  account: Account;
  accessToken: string;
  expiresAt: Date;
}

export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  refresh_token_expires_in: number;
  scope: string;
  token_type: string;
}

/** What is answered, with status 200, in place of a token. */
export interface TokenRefusal {
  error: string;
  error_description: string;
  error_uri: string;
}

const ERRORS = 'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#';

/**
 * Source of the first three: https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors;
 * of the fourth: https://github.com/interlink-hq/interLink/pull/262, which shows GitHub's answer;
 * of the last: RFC 6749, section 5.2
 */
const REFUSALS = {
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  redirect_uri_mismatch: 'The redirect_uri MUST match the registered callback URL for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
  unsupported_grant_type: 'The grant_type is not supported.',
} as const;

function refusal(error: keyof typeof REFUSALS): TokenRefusal {
  return { error, error_description: REFUSALS[error], error_uri: `${ERRORS}${error.replaceAll('_', '-')}` };
}

/** The web flow in which people let the app act for them. */
export class UserAuthorisation {
  /** The app's settings have them; the first is where people go when the request names none. */
  callbackUrls: readonly string[] = [];
  clientSecret: string;
  private readonly codes = new Map<string, Code>();
  /** By refresh token. */
  private readonly grants = new Map<string, Grant>();
  private readonly app: App;
  private readonly clock: Clock;
  private readonly tokens: TokenRegistry;
  private readonly installations: () => Installation[];

  constructor(parts: {
    app: App;
    clock: Clock;
    tokens: TokenRegistry;
    installations: () => Installation[];
    clientSecret: string;
  }) {
    this.clientSecret = parts.clientSecret;
    this.app = parts.app;
    this.clock = parts.clock;
    this.tokens = parts.tokens;
    this.installations = parts.installations;
  }

  /**
   * A person presses "Authorize", or "Cancel". Answers with the address that GitHub sends the browser to.
   * @param address that the app sent the person to: `…/login/oauth/authorize?…`
   * @throws Refusal 404 for an unknown client, as GitHub's page does
   */
  decide(account: Account, address: string, agrees: boolean): string {
    const asked = new URL(address).searchParams;
    if (asked.get('client_id') !== this.app.clientId) throw new Refusal(404, 'Not Found');
    const [registered = ''] = this.callbackUrls;
    const redirectUri = asked.get('redirect_uri') ?? registered;
    const state = asked.get('state');
    // Source: …/maintaining-oauth-apps/troubleshooting-authorization-request-errors: the person goes to the registered address
    if (!this.callbackUrls.includes(redirectUri)) {
      return back(registered, { ...refusal('redirect_uri_mismatch'), state });
    }
    if (!agrees) return back(redirectUri, { error: 'access_denied', error_description: DENIED, state });
    const code = randomBytes(10).toString('hex');
    const expiresAt = new Date(this.clock.now().getTime() + CODE_LIFETIME_MS);
    this.codes.set(code, { account, redirectUri, challenge: challengeOf(asked), expiresAt });
    return back(redirectUri, { code, state });
  }

  /** `POST /login/oauth/access_token`: a code or a refresh token for an access token. Either is good once. */
  exchange(given: URLSearchParams): TokenAnswer | TokenRefusal {
    if (!this.isClient(given.get('client_id') ?? '', given.get('client_secret') ?? '')) {
      return refusal('incorrect_client_credentials');
    }
    const grantType = given.get('grant_type') ?? 'authorization_code';
    if (grantType === 'refresh_token') return this.refresh(given.get('refresh_token') ?? '');
    if (grantType !== 'authorization_code') return refusal('unsupported_grant_type');
    return this.redeem(given);
  }

  /** Another app is in the place of this one: nobody has let it act for them yet. */
  startAnew(settings: { clientSecret: string; callbackUrls: readonly string[] }): void {
    for (const { accessToken } of this.grants.values()) this.tokens.revoke(accessToken);
    this.grants.clear();
    this.codes.clear();
    Object.assign(this, settings);
  }

  /** Whether these are the app's own. */
  isClient(clientId: string, secret: string): boolean {
    return clientId === this.app.clientId && isSame(secret, this.clientSecret);
  }

  /** The app gives a token back. Answers whether it was one. */
  revokeToken(accessToken: string): boolean {
    for (const [refreshToken, grant] of this.grants) {
      if (grant.accessToken !== accessToken) continue;
      this.grants.delete(refreshToken);
      this.tokens.revoke(accessToken);
      return true;
    }
    return false;
  }

  /** The person takes back what they let the app do: all of its tokens for them are over. */
  revokeAll(account: Account): void {
    for (const { account: owner, accessToken } of this.grants.values()) if (owner === account) this.revokeToken(accessToken);
    for (const [code, { account: owner }] of this.codes) if (owner === account) this.codes.delete(code);
  }

  private redeem(given: URLSearchParams): TokenAnswer | TokenRefusal {
    const name = given.get('code') ?? '';
    const code = this.codes.get(name);
    this.codes.delete(name);
    if (!code || code.expiresAt <= this.clock.now()) return refusal('bad_verification_code');
    const redirectUri = given.get('redirect_uri');
    if (redirectUri !== null && redirectUri !== code.redirectUri) return refusal('redirect_uri_mismatch');
    // GitHub says that it checks this (…/generating-a-user-access-token-for-a-github-app, code_verifier), not with which error.
    if (code.challenge !== null && challengeFor(given.get('code_verifier') ?? '') !== code.challenge) {
      return refusal('bad_verification_code');
    }
    return this.issue(code.account);
  }

  /** Source: …/refreshing-user-access-tokens: "Once you use a refresh token, that refresh token and the old user access token will no longer work." */
  private refresh(refreshToken: string): TokenAnswer | TokenRefusal {
    const grant = this.grants.get(refreshToken);
    this.grants.delete(refreshToken);
    if (!grant || grant.expiresAt <= this.clock.now()) return refusal('bad_refresh_token');
    this.tokens.revoke(grant.accessToken);
    return this.issue(grant.account);
  }

  private issue(account: Account): TokenAnswer {
    const accessToken = this.tokens.forAuthorisation(account, this.app, this.installations, TOKEN_LIFETIME_SECONDS);
    const refreshToken = `ghr_${randomBytes(38).toString('hex')}`;
    const expiresAt = new Date(this.clock.now().getTime() + REFRESH_TOKEN_LIFETIME_SECONDS * 1000);
    this.grants.set(refreshToken, { account, accessToken, expiresAt });
    return {
      access_token: accessToken,
      expires_in: TOKEN_LIFETIME_SECONDS,
      refresh_token: refreshToken,
      refresh_token_expires_in: REFRESH_TOKEN_LIFETIME_SECONDS,
      scope: '',
      token_type: 'bearer',
    };
  }
}

const DENIED = 'The user has denied your application access.';

/** Only S256 is taken, with a challenge of its form. Source: …/generating-a-user-access-token-for-a-github-app */
function challengeOf(asked: URLSearchParams): string | null {
  const challenge = asked.get('code_challenge');
  const method = asked.get('code_challenge_method');
  if (challenge === null && method === null) return null;
  if (method !== 'S256' || challenge === null || !CHALLENGE.test(challenge)) {
    throw new Refusal(400, 'code_challenge must be a SHA-256 and code_challenge_method S256');
  }
  return challenge;
}

function challengeFor(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function back(address: string, parameters: Record<string, string | null>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}
