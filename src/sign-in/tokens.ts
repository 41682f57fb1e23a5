import { z } from 'zod';
import type { UserTokens } from '../github/user-authorisation.ts';
import { type Sealer, SealingError } from '../notify/sealing.ts';
import type { SealedTokens, StoredSession } from '../store/access/sessions.ts';

const kept = z.object({ accessToken: z.string(), refreshToken: z.string().nullable() });

/** Nothing that was sealed for one session opens in another. */
const placeOf = (sessionId: string) => `session:${sessionId}`;

export function sealTokens(sealer: Sealer, sessionId: string, tokens: UserTokens): SealedTokens {
  const { accessToken, refreshToken, expiresAt } = tokens;
  return { ...sealer.seal(JSON.stringify({ accessToken, refreshToken }), placeOf(sessionId)), expiresAt };
}

/** Null for what can't be opened: its key is gone, or it is not what was stored. */
export function openTokens(sealer: Sealer, { id, tokens }: Pick<StoredSession, 'id' | 'tokens'>): UserTokens | null {
  try {
    return { ...kept.parse(JSON.parse(sealer.open(tokens, placeOf(id)))), expiresAt: tokens.expiresAt };
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
}
