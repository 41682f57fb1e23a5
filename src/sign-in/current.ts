import type { Role } from '../config/api-keys.ts';
import { AuthorisationRefused, type UserAuthorisation, type UserTokens } from '../github/user-authorisation.ts';
import type { RolesRead, SessionEnd, StoredSession } from '../store/access/sessions.ts';
import type { SignInServices } from './create.ts';
import { ROLE_OF } from './roles.ts';
import { openTokens, sealTokens } from './tokens.ts';

type Roles = ReadonlyMap<number, Role>;

/** What GitHub said is taken for so long; whoever lost a right there has lost it here by then. */
const FRESH_MS = 120_000;
/** While GitHub is away, what it said last is taken for so long. */
const LONGEST_MS = 30 * 60_000;
/** A GitHub that is away is not asked at each request. */
const PAUSE_MS = 15_000;
/** A token is renewed before it ends on the way. */
const EARLY_MS = 60_000;

/**
 * Says what the holder of a session may now, asking GitHub where what it said last is old.
 * @returns null where GitHub says no: then the session is over
 */
export function createCurrent(services: SignInServices): (session: StoredSession) => Promise<Roles | null> {
  const { now } = services;
  /** By session: those who come meanwhile wait for the same answer. */
  const asking = new Map<string, Promise<Roles | null>>();
  const failedAt = new Map<string, number>();

  return async (session) => {
    if (isFresh(session)) return session.roles.byRepository;
    const age = ageOf(session);
    const rests = now().getTime() - (failedAt.get(session.id) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS;
    if (rests && age < LONGEST_MS) return session.roles.byRepository;
    const answer = asking.get(session.id) ?? ask(session).finally(() => asking.delete(session.id));
    asking.set(session.id, answer);
    try {
      const roles = await answer;
      failedAt.delete(session.id);
      return roles;
    } catch (error) {
      failedAt.set(session.id, now().getTime());
      if (age >= LONGEST_MS) throw error;
      services.log.warn({ err: error }, 'what a person may see could not be asked');
      return session.roles.byRepository;
    }
  };

  async function ask({ id }: StoredSession): Promise<Roles | null> {
    // What the caller holds may have been read before somebody else was answered, here or in another process.
    const session = await services.sessions.byId(id);
    if (session === null) return null;
    if (isFresh(session)) return session.roles.byRepository;
    try {
      const tokens = await usableTokens(session);
      if (typeof tokens === 'string') return over(session, tokens);
      const roles = await readRoles(services.github, tokens.accessToken, now());
      await services.sessions.noteRoles(session.id, roles);
      return roles.byRepository;
    } catch (error) {
      if (error instanceof AuthorisationRefused) return over(session, 'refused-by-github');
      throw error;
    }
  }

  async function over({ id }: StoredSession, why: SessionEnd): Promise<null> {
    failedAt.delete(id);
    await services.sessions.end(id, why, null);
    return null;
  }

  /** Tokens that are good for a while, or why there are none. */
  async function usableTokens(session: StoredSession): Promise<UserTokens | SessionEnd> {
    if (isGood(session)) return openTokens(services.sealer, session) ?? 'secret-unreadable';
    let end: SessionEnd | null = null;
    const renewed = await services.sessions.renewTokens(session.id, async (latest) => {
      // Another process was faster.
      if (isGood(latest)) return null;
      const tokens = openTokens(services.sealer, latest);
      end = tokens === null ? 'secret-unreadable' : 'refused-by-github';
      if (!tokens?.refreshToken) return null;
      end = null;
      return sealTokens(services.sealer, latest.id, await services.github.refresh(tokens.refreshToken));
    });
    return end ?? (renewed && openTokens(services.sealer, renewed)) ?? 'refused-by-github';
  }

  function isFresh(session: StoredSession): boolean {
    return ageOf(session) < FRESH_MS;
  }

  /** How old what GitHub said is. @returns milliseconds */
  function ageOf({ roles }: StoredSession): number {
    return now().getTime() - roles.readAt.getTime();
  }

  function isGood({ tokens: { expiresAt } }: StoredSession): boolean {
    return expiresAt === null || expiresAt.getTime() - now().getTime() > EARLY_MS;
  }
}

/** @throws AuthorisationRefused when GitHub does not take the token */
export async function readRoles(github: UserAuthorisation, accessToken: string, readAt: Date): Promise<RolesRead> {
  const permissions = await github.permissionsOf(accessToken);
  return { byRepository: new Map([...permissions].map(([repository, one]) => [repository, ROLE_OF[one]])), readAt };
}
