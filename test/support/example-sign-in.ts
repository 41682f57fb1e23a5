import type { Role } from '../../src/config/api-keys.ts';
import type { SignIn } from '../../src/sign-in/sign-in.ts';

const SOON = new Date('2026-11-27T09:30:00.000Z');

/** People who are signed in by what their browsers hold, with what each is in which repository. */
export function signInOf(people: Record<string, Record<number, Role>>, expiresAt = SOON): SignIn {
  const person = (secret: string) => {
    const roles = people[secret];
    if (roles === undefined) return null;
    const byRepository = new Map(Object.entries(roles).map(([id, role]) => [Number(id), role]));
    return { sessionId: secret, login: `login-${secret.slice(0, 8)}`, roles: byRepository, signedInAt: expiresAt, expiresAt };
  };
  return {
    begin: async (returnTo) => ({
      attempt: { state: 'S'.repeat(43), verifier: 'V'.repeat(43), returnTo },
      address: 'https://github.example/login/oauth/authorize',
    }),
    complete: async () => ({ secret: 'N'.repeat(43), expiresAt }),
    bySecret: async (secret) => person(secret),
    byId: async (sessionId) => person(sessionId),
    end: async () => undefined,
  };
}

/** Lets everybody in who comes back from GitHub, and knows nobody. */
export const EXAMPLE_SIGN_IN = signInOf({});
