import {
  deleteToken,
  exchangeWebFlowCode,
  type GitHubAppAuthenticationWithRefreshToken,
  getWebFlowAuthorizationUrl,
  refreshToken,
} from '@octokit/oauth-methods';
import { request } from '@octokit/request';
import { RegreenError } from '../errors.ts';
import { GitHubError, isLimit, orNullWhenMissing, statusOf } from './errors.ts';

/** A person waits for the answer. */
const TIMEOUT_MS = 10_000;
const PER_PAGE = 100;
/** Of repositories of one installation that are looked at; beyond, a person has to be given a key. */
const MOST_PAGES = 50;
const MOST_INSTALLATIONS = 100;
const INSTALLATIONS_AT_ONCE = 5;

export interface UserAuthorisationOptions {
  clientId: string;
  clientSecret: string;
  /** The REST API, e.g. `https://api.github.com`; where people sign in is derived from it. */
  apiUrl: string;
  /** Where GitHub sends people back to: one of the app's callback URLs, to the letter. */
  callbackUrl: string;
}

/** What a person has given the app, to look for them. */
export interface UserTokens {
  accessToken: string;
  /** Null where the app's tokens have no end (an option of the app); then there is no refresh token either. */
  expiresAt: Date | null;
  refreshToken: string | null;
}

/** What a person may do in a repository, as GitHub says it. */
export type UserPermission = 'admin' | 'push' | 'pull';

/** GitHub says no, and asking again would not help; `reason` is its own word for it, or `bad_credentials`. */
export class AuthorisationRefused extends RegreenError {
  readonly reason: string;
  constructor(reason: string) {
    super('GitHub does not let this person in.', { code: 'GITHUB_REFUSED', type: 'authentication', status: 401 });
    this.reason = reason;
  }
}

/** How people let the app act for them, and what it may see then. Every method throws `GitHubError` when GitHub is away. */
export interface UserAuthorisation {
  /** @param challenge base64url of the SHA-256 of the verifier (PKCE) */
  addressFor(attempt: { state: string; challenge: string }): string;
  /** @throws AuthorisationRefused for a code that is wrong, over, used, or another verifier's */
  exchange(answer: { code: string; verifier: string }): Promise<UserTokens>;
  /** @throws AuthorisationRefused for a refresh token that was used, is over or was taken back */
  refresh(token: string): Promise<UserTokens>;
  /** Gives a token back. */
  revoke(accessToken: string): Promise<void>;
  /** @throws AuthorisationRefused for a token that is over or was taken back; so do the ones below */
  whoIs(accessToken: string): Promise<{ id: number; login: string }>;
  /** In all repositories where the app is installed and the person has a right of their own; by the repository's id. */
  permissionsOf(accessToken: string): Promise<Map<number, UserPermission>>;
}

/** @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app */
export function createUserAuthorisation(options: UserAuthorisationOptions): UserAuthorisation {
  const { clientId, clientSecret, callbackUrl } = options;
  const github = request.defaults({
    baseUrl: options.apiUrl,
    headers: { 'user-agent': 'regreen' },
    request: { fetch: withTimeout },
  });
  const client = { clientType: 'github-app' as const, clientId, clientSecret, request: github };
  const as = (accessToken: string) => github.defaults({ headers: { authorization: `bearer ${accessToken}` } });
  return {
    addressFor: ({ state, challenge }) => {
      const { url } = getWebFlowAuthorizationUrl({ ...client, redirectUrl: callbackUrl, state, allowSignup: false });
      // The library knows no PKCE, at neither end.
      return `${url}&code_challenge=${challenge}&code_challenge_method=S256`;
    },
    exchange: async ({ code, verifier }) => {
      const withVerifier = github.defaults({ code_verifier: verifier });
      const answer = exchangeWebFlowCode({ ...client, request: withVerifier, code, redirectUrl: callbackUrl });
      return toTokens((await told(answer)).authentication);
    },
    refresh: async (token) => toTokens((await told(refreshToken({ ...client, refreshToken: token }))).authentication),
    revoke: async (accessToken) => {
      await orNullWhenMissing(told(deleteToken({ ...client, token: accessToken })));
    },
    whoIs: async (accessToken) => {
      const { id, login } = (await told(as(accessToken)('GET /user'))).data;
      return { id: Number(id), login };
    },
    permissionsOf: (accessToken) => permissionsOf(as(accessToken)),
  };
}

type Request = typeof request;

async function permissionsOf(user: Request): Promise<Map<number, UserPermission>> {
  const { data } = await told(user('GET /user/installations', { per_page: MOST_INSTALLATIONS }));
  const found = new Map<number, UserPermission>();
  for (let from = 0; from < data.installations.length; from += INSTALLATIONS_AT_ONCE) {
    const some = data.installations.slice(from, from + INSTALLATIONS_AT_ONCE).filter((one) => one.suspended_at === null);
    for (const permissions of await Promise.all(some.map(({ id }) => permissionsIn(user, id)))) {
      for (const [repository, permission] of permissions) found.set(repository, permission);
    }
  }
  return found;
}

/** Of an installation that is no longer, or not this person's (any more), or wants single sign-on first, there is nothing. */
async function permissionsIn(user: Request, installationId: number): Promise<[number, UserPermission][]> {
  const found: [number, UserPermission][] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const wanted = { installation_id: installationId, per_page: PER_PAGE, page };
    const asked = told(user('GET /user/installations/{installation_id}/repositories', wanted));
    const answer = await orNullWhenMissing(asked).catch(nullWhenForbidden);
    const repositories = answer?.data.repositories ?? [];
    for (const { id, permissions } of repositories) {
      const permission = permissionOf(permissions);
      if (permission !== null) found.push([Number(id), permission]);
    }
    if (repositories.length < PER_PAGE) break;
  }
  return found;
}

function permissionOf(permissions: { admin: boolean; push: boolean; pull: boolean } | undefined): UserPermission | null {
  if (permissions?.admin) return 'admin';
  if (permissions?.push) return 'push';
  return permissions?.pull ? 'pull' : null;
}

/** A 403 is also how rate limits are told; these say nothing against the person. */
function nullWhenForbidden(error: unknown): null {
  const { cause } = error as { cause?: unknown };
  if (statusOf(cause) === 403 && !isLimit(cause)) return null;
  throw error;
}

function toTokens(given: { token: string } & Partial<GitHubAppAuthenticationWithRefreshToken>): UserTokens {
  return {
    accessToken: given.token,
    expiresAt: given.expiresAt === undefined ? null : new Date(given.expiresAt),
    refreshToken: given.refreshToken ?? null,
  };
}

/** Tells GitHub's no from its being away. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const status = statusOf(error);
    const word = wordOf(error);
    // Wrong client credentials are a fault of the configuration, and no fault of the person.
    if (word === 'incorrect_client_credentials') throw clientUnknown(error);
    if (word !== null) throw new AuthorisationRefused(word);
    if (status === 401) throw new AuthorisationRefused('bad_credentials');
    throw new GitHubError('GITHUB_UNAVAILABLE', 'GitHub does not answer who this person is and what they may see.', {
      githubStatus: status ?? 0,
      cause: error,
      hint: 'Try again in a minute; githubstatus.com says whether GitHub has trouble.',
    });
  }
}

/** The endpoint for tokens says no with a word, in an answer of status 200 of which the library makes an error. */
function wordOf(error: unknown): string | null {
  const word = (error as { response?: { data?: { error?: unknown } } }).response?.data?.error;
  return typeof word === 'string' ? word : null;
}

function clientUnknown(cause: unknown): GitHubError {
  return new GitHubError('GITHUB_CLIENT_REFUSED', 'GitHub does not know this server as the app.', {
    githubStatus: 200,
    cause,
    hint: "GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET must be those of the app's settings page.",
  });
}

const withTimeout: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
