import type { Migration, MigrationProvider } from 'kysely';
import * as mainJob from './0001-main-job.ts';

/** In order; a migration that has been released is never edited, only followed by another. */
const migrations: Record<string, Migration> = {
  '0001-main-job': mainJob,
};

export const migrationProvider: MigrationProvider = {
  getMigrations: async () => migrations,
};
