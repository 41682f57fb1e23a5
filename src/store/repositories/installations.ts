import type { Database } from '../database.ts';

export async function saveInstallation(
  database: Database,
  installation: { id: number; account: string; suspended: boolean },
  at: Date,
): Promise<void> {
  const values = { account: installation.account, suspended: installation.suspended, removed_at: null, updated_at: at };
  await database
    .insertInto('installations')
    .values({ id: installation.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** The app was uninstalled; also remembered when the installation was never heard of before. */
export async function removeInstallation(
  database: Database,
  installation: { id: number; account: string },
  at: Date,
): Promise<void> {
  const values = { account: installation.account, removed_at: at, updated_at: at };
  await database
    .insertInto('installations')
    .values({ id: installation.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}
