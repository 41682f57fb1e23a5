import { installationPayload } from '../payloads/app.ts';
import type { Hook } from '../payloads/schemas.ts';
import { userPayload } from '../payloads/user.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Account, Installation, Repository } from '../state/model.ts';
import { covers, fullName } from '../state/state.ts';

type Fields = {
  installation: ReturnType<typeof installationPayload>;
  repositories: NonNullable<Hook['webhook-installation-created']['repositories']>;
  requester: undefined;
  sender: ReturnType<typeof userPayload>;
};

const INSTALLATION_EVENTS = {
  created: (fields: Fields): Hook['webhook-installation-created'] => ({ ...fields, action: 'created' }),
  deleted: (fields: Fields): Hook['webhook-installation-deleted'] => ({ ...fields, action: 'deleted' }),
};

export function tellInstallation(
  platform: Platform,
  installation: Installation,
  action: keyof typeof INSTALLATION_EVENTS,
  sender: Account,
) {
  const repositories = [...platform.state.repositories.values()].filter((one) => covers(installation, one));
  const payload = INSTALLATION_EVENTS[action]({
    installation: installationPayload(platform, installation),
    repositories: repositories.map(shortRepository),
    requester: undefined,
    sender: userPayload(platform.urls, sender),
  });
  platform.webhooks.emit({ name: 'installation', payload, installation, repository: null });
}

export function tellRepositoriesAdded(
  platform: Platform,
  installation: Installation,
  added: readonly Repository[],
  sender: Account,
): void {
  const payload: Hook['webhook-installation-repositories-added'] = {
    action: 'added',
    installation: installationPayload(platform, installation),
    repository_selection: installation.selection,
    repositories_added: added.map(shortRepository),
    repositories_removed: [],
    requester: null,
    sender: userPayload(platform.urls, sender),
  };
  platform.webhooks.emit({ name: 'installation_repositories', payload, installation, repository: null });
}

/** A person has taken back what they let the app do. Told to every app, and of no installation. */
export function tellAuthorisationRevoked(platform: Platform, sender: Account): void {
  const payload: Hook['webhook-github-app-authorization-revoked'] = {
    action: 'revoked',
    sender: userPayload(platform.urls, sender),
  };
  platform.webhooks.emit({ name: 'github_app_authorization', payload, installation: null, repository: null });
}

function shortRepository(repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}
