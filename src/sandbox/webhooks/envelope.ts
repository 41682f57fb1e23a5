import { repositoryPayload } from '../payloads/repository.ts';
import { organizationPayload, userPayload } from '../payloads/user.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Account, Installation, Repository } from '../state/model.ts';

/** What every repository event carries beside its own fields. */
export function envelope({ urls }: Platform, repository: Repository, installation: Installation, sender: Account) {
  const organization = organizationPayload(urls, repository.owner);
  return {
    repository: repositoryPayload(urls, repository),
    ...(organization ? { organization } : {}),
    sender: userPayload(urls, sender),
    installation: { id: installation.id, node_id: nodeId('MDIzOk', installation.id) },
  };
}

export type Envelope = ReturnType<typeof envelope>;

/**
 * Tells the app of something in a repository; nothing happens where the app is not installed. `build` makes the
 * event's own fields and is awaited, so that the payload shows the moment of the event.
 */
export async function tell<T extends object>(
  platform: Platform,
  about: {
    event: string;
    repository: Repository;
    sender: Account;
    addressed?: Parameters<Platform['webhooks']['emit']>[0]['addressed'];
  },
  build: (common: Envelope) => T | Promise<T>,
): Promise<void> {
  const installation = platform.state.installationOf(about.repository);
  if (!installation || platform.webhooks.url === null) return;
  const payload = await build(envelope(platform, about.repository, installation, about.sender));
  platform.webhooks.emit({
    name: about.event,
    payload,
    installation,
    repository: about.repository,
    ...(about.addressed ? { addressed: about.addressed } : {}),
  });
}
