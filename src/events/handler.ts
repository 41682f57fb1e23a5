import { isOwnHead } from '../healing/own-head.ts';
import type { Services } from '../healing/services.ts';
import { record } from '../store/audit.ts';
import { findRepository, saveRepositories, type ToldRepository } from '../store/repositories/repositories.ts';
import { currentCorrelationId } from '../telemetry/log.ts';
import { envelopeSchema, readPayload } from './payloads.ts';

/** What a handler is given: the event in our words. */
export interface Event {
  name: string;
  action: string | null;
  payload: unknown;
  /** `null` for events that no installation sent (ping), which allow no call to GitHub. */
  installationId: number | null;
  sender: string;
}

/** An event about a repository, which the books know by then. */
export interface RepositoryEvent extends Event {
  repository: { id: number; owner: string; name: string; defaultBranch: string };
}

export type EventHandler = (services: Services, event: RepositoryEvent) => Promise<void>;
export type AppEventHandler = (services: Services, event: Event) => Promise<void>;

interface ProbotContext {
  name: string;
  payload: unknown;
}

/** Turns a handler of ours into one of Probot's: reads the envelope and brings the repository in the books up to date. */
export function onRepository(services: Services, handler: EventHandler): (context: ProbotContext) => Promise<void> {
  return async (context) => {
    const { event, repository } = readEvent(context);
    if (!repository) return;
    await saveRepositories(services.database, [repository]);
    const { id, owner, name, defaultBranch } = repository.known;
    await handler(services, { ...event, repository: { id, owner, name, defaultBranch } });
  };
}

/** For events that are about no repository, or about many. */
export function onApp(services: Services, handler: AppEventHandler) {
  return async (context: ProbotContext): Promise<void> => handler(services, readEvent(context).event);
}

/** The event in our words, and what it says of the repository that it is about. @throws PermanentFailure for another form */
export function readEvent({ name, payload }: ProbotContext): { event: Event; repository: ToldRepository | null } {
  const { action, repository, installation, sender } = readPayload(envelopeSchema, payload);
  const installationId = installation?.id ?? null;
  return {
    event: { name, action: action ?? null, payload, installationId, sender: sender?.login ?? 'ghost' },
    repository: repository
      ? {
          known: {
            id: repository.id,
            installationId,
            owner: repository.owner.login,
            name: repository.name,
            defaultBranch: repository.default_branch,
            private: repository.private,
            archived: repository.archived,
          },
          describedAt: repository.updated_at ?? null,
        }
      : null,
  };
}

/**
 * The repository, and a head that an event tells of, by the names that the books have now. One that comes late may still tell of both by
 * the former name, by which nothing could be found any more.
 */
export async function asKnown<Head extends { headRepository: string | null }>(
  services: Services,
  repository: RepositoryEvent['repository'],
  head: Head,
): Promise<{ repository: RepositoryEvent['repository']; head: Head }> {
  const known = await findRepository(services.database, repository.id);
  if (!known) return { repository, head };
  const { owner, name } = known;
  const headRepository = isOwnHead(repository, head.headRepository) ? `${owner}/${name}` : head.headRepository;
  return { repository: { ...repository, owner, name }, head: { ...head, headRepository } };
}

/** Asks for the check run of a commit to be brought up to date. */
export async function requestReport(services: Services, event: RepositoryEvent, headSha: string): Promise<void> {
  if (event.installationId === null) return;
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: event.installationId, repositoryId: event.repository.id, headSha },
    key: `report:${event.repository.id}:${headSha}`,
    repositoryId: event.repository.id,
  });
}

/** Writes the event's effect into the audit log. */
export async function audit(
  services: Services,
  event: Event & { repository?: RepositoryEvent['repository'] },
  entry: { action: string; subject: string; details?: Record<string, unknown> },
): Promise<void> {
  await record(services.database, {
    actor: event.sender,
    repositoryId: event.repository?.id ?? null,
    correlationId: currentCorrelationId() ?? null,
    ...entry,
  });
}
