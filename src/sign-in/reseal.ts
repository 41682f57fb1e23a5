import type { Sealer } from '../notify/sealing.ts';
import { resealSession, sessionsSealedOtherwise } from '../store/access/sessions.ts';
import type { Database } from '../store/database.ts';
import { openTokens, sealTokens } from './tokens.ts';

const AT_ONCE = 100;

/**
 * Puts people's tokens under the current key, so that older ones can be dropped. What can't be opened is over at its next use.
 * May be broken off, and run beside a server. @returns how many
 */
export async function resealSessions(database: Database, sealer: Sealer): Promise<number> {
  if (sealer.currentKeyId === null) return 0;
  let resealed = 0;
  for (let after: string | null = null; ; ) {
    const sessions = await sessionsSealedOtherwise(database, sealer.currentKeyId, after, AT_ONCE);
    for (const session of sessions) {
      const tokens = openTokens(sealer, session);
      if (tokens && (await resealSession(database, session, sealTokens(sealer, session.id, tokens)))) resealed += 1;
    }
    after = sessions.at(-1)?.id ?? null;
    if (after === null) return resealed;
  }
}
