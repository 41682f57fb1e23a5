import { z } from 'zod';
import { BACKFILL_DAYS } from '../healing/backfill.ts';
import type { Services } from '../healing/services.ts';
import { requestBackfills } from '../store/books/backfills.ts';
import { removeInstallation, saveInstallation } from '../store/repositories/installations.ts';
import { forgetOrganizationDefault } from '../store/repositories/organization-defaults.ts';
import {
  removeInstallationRepositories,
  removeRepositories,
  saveInstalledRepositories,
} from '../store/repositories/repositories.ts';
import { audit, type Event } from './handler.ts';
import { readPayload } from './payloads.ts';

const listed = z
  .array(z.object({ id: z.number().int(), full_name: z.string(), private: z.boolean().default(false) }))
  .default([])
  .transform((repositories) =>
    repositories.map(({ id, full_name: fullName, private: isPrivate }) => {
      const [owner = '', name = ''] = fullName.split('/');
      return { id, owner, name, private: isPrivate };
    }),
  );

const installationSchema = z.object({
  id: z.number().int(),
  account: z.object({ login: z.string().optional(), slug: z.string().optional() }).nullish(),
  suspended_at: z.string().nullish(),
});

const schema = z.object({ installation: installationSchema, repositories: listed });
const repositoriesSchema = z.object({
  installation: installationSchema,
  repositories_added: listed,
  repositories_removed: listed,
});

/**
 * created, unsuspend, new_permissions_accepted: the installation and its repositories are recorded; at `created` the runs of the
 * last 30 days are asked for.
 * suspend: nothing is done for it until it is taken back. deleted: its repositories are left alone from now on.
 */
export async function onInstallation(services: Services, event: Event): Promise<void> {
  const { installation, repositories } = readPayload(schema, event.payload);
  const account = accountOf(installation);
  if (event.action === 'deleted') {
    await removeInstallation(services.database, { id: installation.id, account }, services.now());
    await removeInstallationRepositories(services.database, installation.id, services.now());
  } else {
    const suspended = event.action === 'suspend' || (event.action !== 'unsuspend' && Boolean(installation.suspended_at));
    await saveInstallation(services.database, { id: installation.id, account, suspended }, services.now());
    await saveInstalledRepositories(services.database, installation.id, repositories);
    if (event.action === 'created') await requestPast(services, repositories);
  }
  await audit(services, event, {
    action: `installation.${event.action ?? 'changed'}`,
    subject: `installation:${installation.id}`,
  });
}

/** added, removed: the repositories are recorded and their runs of the last 30 days asked for, or left alone from now on. */
export async function onInstallationRepositories(services: Services, event: Event): Promise<void> {
  const { installation, ...repositories } = readPayload(repositoriesSchema, event.payload);
  await saveInstallation(
    services.database,
    { id: installation.id, account: accountOf(installation), suspended: Boolean(installation.suspended_at) },
    services.now(),
  );
  await saveInstalledRepositories(services.database, installation.id, repositories.repositories_added);
  await requestPast(services, repositories.repositories_added);
  // The organisation's default may be readable from now on, or no longer.
  await forgetOrganizationDefault(services.database, accountOf(installation), services.now());
  await removeRepositories(services.database, {
    ids: repositories.repositories_removed.map(({ id }) => id),
    installationId: installation.id,
    at: services.now(),
  });
}

async function requestPast(services: Services, repositories: readonly { id: number }[]): Promise<void> {
  const at = services.now();
  const since = new Date(at.getTime() - BACKFILL_DAYS * 24 * 3_600_000);
  await requestBackfills(
    services.database,
    repositories.map(({ id }) => id),
    { since, at },
  );
}

function accountOf({ account }: z.output<typeof installationSchema>): string {
  return account?.login ?? account?.slug ?? 'unknown';
}
