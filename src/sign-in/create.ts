import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hashOfSecret } from '../config/secret-keys.ts';
import { AuthenticationError } from '../errors.ts';
import { AuthorisationRefused, type UserAuthorisation } from '../github/user-authorisation.ts';
import type { Sealer } from '../notify/sealing.ts';
import type { SessionStore, StoredSession } from '../store/access/sessions.ts';
import type { Logger } from '../telemetry/log.ts';
import { createCurrent, readRoles } from './current.ts';
import type { Person, SignIn } from './sign-in.ts';
import { openTokens, sealTokens } from './tokens.ts';

export interface SignInServices {
  sessions: SessionStore;
  github: UserAuthorisation;
  sealer: Sealer;
  /** How long a session lives unused, and at most. */
  idleMs: number;
  lifetimeMs: number;
  log: Logger;
  now(): Date;
}

/** 256 bits, as base64url. */
const secret = () => randomBytes(32).toString('base64url');

export function createSignIn(services: SignInServices): SignIn {
  const { sessions, github, now } = services;
  const current = createCurrent(services);

  async function endHereAndThere(sessionId: string, correlationId: string): Promise<void> {
    const ended = await sessions.end(sessionId, 'signed-out', correlationId);
    const tokens = ended && openTokens(services.sealer, ended);
    if (!tokens) return;
    // It ends by itself in a few hours where GitHub can't be reached.
    await github.revoke(tokens.accessToken).catch((error: unknown) => services.log.warn({ err: error }, 'token not given back'));
  }

  async function alive(session: StoredSession | null): Promise<StoredSession | null> {
    if (session === null) return null;
    const why = endOf(session);
    if (why === null) return session;
    await sessions.end(session.id, why, null);
    return null;
  }

  function endOf({ expiresAt, seenAt }: StoredSession): 'expired' | 'idle' | null {
    if (expiresAt <= now()) return 'expired';
    return now().getTime() - seenAt.getTime() >= services.idleMs ? 'idle' : null;
  }

  async function personOf(found: StoredSession | null): Promise<Person | null> {
    const session = await alive(found);
    const roles = session && (await current(session));
    if (!session || !roles) return null;
    const { id: sessionId, login, createdAt: signedInAt, expiresAt } = session;
    return { sessionId, login, roles, signedInAt, expiresAt };
  }

  return {
    begin: async (returnTo) => {
      const attempt = { state: secret(), verifier: secret(), returnTo };
      const challenge = createHash('sha256').update(attempt.verifier).digest('base64url');
      return { attempt, address: github.addressFor({ state: attempt.state, challenge }) };
    },
    complete: async ({ code, verifier, replaced }, correlationId) => {
      // 1 GitHub says who it is, and what they see
      const tokens = await github.exchange({ code, verifier }).catch(refuse);
      const [{ id: userId, login }, roles] = await Promise.all([
        github.whoIs(tokens.accessToken),
        readRoles(github, tokens.accessToken, now()),
      ]).catch(refuse);
      // 2 The session is kept; what the browser holds is not
      const id = randomUUID();
      const held = secret();
      const expiresAt = new Date(now().getTime() + services.lifetimeMs);
      const sealed = sealTokens(services.sealer, id, tokens);
      await sessions.create(
        { id, hash: hashOfSecret(held), userId, login, expiresAt, tokens: sealed, roles },
        now(),
        correlationId,
      );
      // 3 What it takes the place of is over; and those who come tidy away what ended by itself
      const before = replaced && (await sessions.byHash(hashOfSecret(replaced)));
      if (before) await endHereAndThere(before.id, correlationId);
      await sessions.forgetEnded(now(), new Date(now().getTime() - services.idleMs));
      return { secret: held, expiresAt };
    },
    bySecret: async (held) => {
      const session = await alive(await sessions.byHash(hashOfSecret(held)));
      if (session) await sessions.noteUse(session, now());
      return personOf(session);
    },
    byId: async (sessionId) => personOf(await sessions.byId(sessionId)),
    end: endHereAndThere,
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof AuthorisationRefused)) throw error;
  throw new AuthenticationError('SIGN_IN_REFUSED', 'GitHub does not take the code (any more) with which you came back.', {
    details: { reason: error.reason },
    hint: 'Begin again: GET /api/v1/auth/github.',
    cause: error,
  });
}
