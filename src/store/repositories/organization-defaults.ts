import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/** A file of configuration as it was found: no file, one that is no text or too large, or its text. */
export type FoundFile = { text: string | null; readable: boolean };

/** What an organisation's file said when it was read last; `null` when nothing is known that still counts. */
export async function findOrganizationDefault(database: Database, owner: string, since: Date): Promise<FoundFile | null> {
  const row = await database
    .selectFrom('organization_defaults')
    .select(['text', 'readable'])
    .where('owner', '=', owner.toLowerCase())
    .where('read_at', '>', since)
    .whereRef('read_at', '>', 'changed_at')
    .executeTakeFirst();
  return row ?? null;
}

/** Keeps what was read. @param readAt when the reading began, so that a push in between still counts as newer */
export async function saveOrganizationDefault(
  database: Database,
  owner: string,
  { text, readable }: FoundFile,
  readAt: Date,
): Promise<void> {
  const values = { text: text === null ? null : storedText(text), readable, read_at: readAt };
  await database
    .insertInto('organization_defaults')
    .values({ owner: owner.toLowerCase(), ...values })
    .onConflict((conflict) => conflict.column('owner').doUpdateSet(values).where('organization_defaults.read_at', '<=', readAt))
    .execute();
}

/** The organisation's file may be another one from now on. */
export async function forgetOrganizationDefault(database: Database, owner: string, at: Date): Promise<void> {
  await database
    .insertInto('organization_defaults')
    .values({ owner: owner.toLowerCase(), changed_at: at })
    .onConflict((conflict) => conflict.column('owner').doUpdateSet({ changed_at: at }))
    .execute();
}
