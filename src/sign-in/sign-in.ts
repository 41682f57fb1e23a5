import type { Role } from '../config/api-keys.ts';

/** A person who has signed in, and what they are in which repository now. */
export interface Person {
  sessionId: string;
  /** GitHub's. */
  login: string;
  roles: ReadonlyMap<number, Role>;
  signedInAt: Date;
  /** When the session ends at the latest. */
  expiresAt: Date;
}

/** What a browser keeps between being sent to GitHub and coming back. */
export interface Attempt {
  /** Comes back with the person; by it we know that it was this browser that we sent. */
  state: string;
  /** PKCE's secret: a code that somebody else got hold of is of no use to them. */
  verifier: string;
  /** A path of this server. */
  returnTo: string;
}

/** Sign-in with GitHub. What reads or writes throws `UnavailableError` while the database is away. */
export interface SignIn {
  /** @param returnTo a path of this server (`isOwnPath`) */
  begin(returnTo: string): Promise<{ attempt: Attempt; address: string }>;
  /**
   * The person is back with a code.
   * @param answer with what the browser holds already: that session ends
   * @returns what the browser is to keep
   * @throws AuthenticationError when GitHub does not take the code, GitHubError when it is away
   */
  complete(
    answer: { code: string; verifier: string; replaced: string | null },
    correlationId: string,
  ): Promise<{ secret: string; expiresAt: Date }>;
  /**
   * Who holds a secret, and what they may now; this counts as use. Null where nobody does any more.
   * @throws GitHubError when GitHub is away and what it said last is too old
   */
  bySecret(secret: string): Promise<Person | null>;
  /** The same by the session's id, which is no use. */
  byId(sessionId: string): Promise<Person | null>;
  /** Ends a session, here and at GitHub. */
  end(sessionId: string, correlationId: string): Promise<void>;
}

/** Loads what sign-in is made of when somebody signs in, not before. */
export function whenUsed(load: () => Promise<SignIn>): SignIn {
  let loaded: Promise<SignIn> | undefined;
  const parts = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    begin: async (returnTo) => (await parts()).begin(returnTo),
    complete: async (answer, correlationId) => (await parts()).complete(answer, correlationId),
    bySecret: async (secret) => (await parts()).bySecret(secret),
    byId: async (sessionId) => (await parts()).byId(sessionId),
    end: async (sessionId, correlationId) => (await parts()).end(sessionId, correlationId),
  };
}
