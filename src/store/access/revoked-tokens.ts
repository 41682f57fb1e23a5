import { record } from '../audit.ts';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';

/** Tokens that were taken back. Every method throws `UnavailableError` when the database is away. */
export interface TokenStore {
  isRevoked(id: string): Promise<boolean>;
  /** Forgets the token at `expiresAt`, when nobody takes it any more. */
  revoke(token: { id: string; by: string; expiresAt: Date }, at: Date, correlationId: string | null): Promise<void>;
  noteIssue(token: { id: string; by: string; expiresAt: Date }, correlationId: string | null): Promise<void>;
}

export function createTokenStore(database: Database): TokenStore {
  return {
    isRevoked: async (id) => {
      const row = await whenReachable(database.selectFrom('revoked_tokens').select('id').where('id', '=', id).executeTakeFirst());
      return row !== undefined;
    },
    revoke: (token, at, correlationId) => whenReachable(revoke(database, token, at, correlationId)),
    noteIssue: ({ id, by, expiresAt }, correlationId) =>
      whenReachable(
        record(database, {
          actor: by,
          action: 'token.issued',
          subject: `token:${id}`,
          repositoryId: null,
          correlationId,
          details: { expiresAt: expiresAt.toISOString() },
        }),
      ),
  };
}

async function revoke(
  database: Database,
  { id, by, expiresAt }: { id: string; by: string; expiresAt: Date },
  at: Date,
  correlationId: string | null,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('revoked_tokens').where('expires_at', '<', at).execute();
    await transaction
      .insertInto('revoked_tokens')
      .values({ id, expires_at: expiresAt, revoked_at: at, revoked_by: by })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await record(transaction, {
      actor: by,
      action: 'token.revoked',
      subject: `token:${id}`,
      repositoryId: null,
      correlationId,
    });
  });
}
