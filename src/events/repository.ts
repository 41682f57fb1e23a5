import type { Services } from '../healing/services.ts';
import { forgetOrganizationDefault } from '../store/repositories/organization-defaults.ts';
import { removeRepositories } from '../store/repositories/repositories.ts';
import { audit, type RepositoryEvent } from './handler.ts';

/**
 * created, renamed, transferred, edited, archived, unarchived, publicized, privatized: the books follow (every event brings the
 * repository up to date). deleted: it is left alone from now on.
 */
export async function onRepositoryChange(services: Services, event: RepositoryEvent): Promise<void> {
  if (event.action === 'deleted') await removeRepositories(services.database, [event.repository.id], services.now());
  // It may have been, or have become, the one with the organisation's default.
  await forgetOrganizationDefault(services.database, event.repository.owner, services.now());
  await audit(services, event, {
    action: `repository.${event.action ?? 'changed'}`,
    subject: `${event.repository.owner}/${event.repository.name}`,
  });
}
