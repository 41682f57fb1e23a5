import type { Services } from '../healing/services.ts';
import { forgetOrganizationDefault } from '../store/repositories/organization-defaults.ts';
import { removeRepositories, takeOverRepository } from '../store/repositories/repositories.ts';
import { audit, type RepositoryEvent } from './handler.ts';

/**
 * created, renamed, transferred, edited, archived, unarchived, publicized, privatized: the books follow (every event brings the
 * repository up to date). deleted: it is left alone from now on. created, transferred: whoever hears of it has it now, also where it
 * was deleted, or removed from the former owner's installation, before.
 */
export async function onRepositoryChange(services: Services, event: RepositoryEvent): Promise<void> {
  const { repository, installationId } = event;
  if (event.action === 'deleted') {
    await removeRepositories(services.database, { ids: [repository.id], installationId: null, at: services.now() });
  }
  if (installationId !== null && (event.action === 'created' || event.action === 'transferred')) {
    await takeOverRepository(services.database, { id: repository.id, installationId, at: services.now() });
  }
  // It may have been, or have become, the one with the organisation's default.
  await forgetOrganizationDefault(services.database, repository.owner, services.now());
  await audit(services, event, {
    action: `repository.${event.action ?? 'changed'}`,
    subject: `${repository.owner}/${repository.name}`,
  });
}
