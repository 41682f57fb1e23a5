import type { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { record } from '../store/audit.ts';
import { saveRepository } from '../store/repositories/repositories.ts';
import { currentCorrelationId } from '../telemetry/log.ts';
import { envelopeSchema, readPayload, type repositorySchema } from './payloads.ts';

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
    await saveRepository(services.database, toKnown(repository, event.installationId), repository.updated_at ?? null);
    await handler(services, {
      ...event,
      repository: {
        id: repository.id,
        owner: repository.owner.login,
        name: repository.name,
        defaultBranch: repository.default_branch,
      },
    });
  };
}

/** For events that are about no repository, or about many. */
export function onApp(services: Services, handler: AppEventHandler) {
  return async (context: ProbotContext): Promise<void> => handler(services, readEvent(context).event);
}

function readEvent({ name, payload }: ProbotContext): {
  event: Event;
  repository: z.output<typeof repositorySchema> | undefined;
} {
  const { action, repository, installation, sender } = readPayload(envelopeSchema, payload);
  return {
    repository,
    event: { name, action: action ?? null, payload, installationId: installation?.id ?? null, sender: sender?.login ?? 'ghost' },
  };
}

function toKnown(repository: z.output<typeof repositorySchema>, installationId: number | null) {
  return {
    id: repository.id,
    installationId,
    owner: repository.owner.login,
    name: repository.name,
    defaultBranch: repository.default_branch,
    private: repository.private,
    archived: repository.archived,
  };
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
