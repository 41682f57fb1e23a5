import type { RepositoryConfig } from '../config/repository-config.ts';
import type { At } from '../github/index.ts';
import { Obsolete } from '../queue/run-job.ts';
import { readPolicy } from './repository-policy.ts';
import type { Services } from './services.ts';
import { findTarget, type Target } from './target.ts';

/** What telling others asks of a repository; null where Regreen is not installed (any more). */
export function createRepositoryReads(services: Services): {
  repositoryConfig(repositoryId: number): Promise<RepositoryConfig['notifications'] | null>;
  repositoryAt(repositoryId: number): Promise<At | null>;
} {
  const targetOf = (repositoryId: number): Promise<Target | null> =>
    findTarget(services, { repositoryId, installationId: 0 }).then(
      (target) => (target.repository.installationId === null ? null : target),
      (error: unknown) => {
        if (error instanceof Obsolete) return null;
        throw error;
      },
    );
  return {
    repositoryConfig: async (repositoryId) => {
      const target = await targetOf(repositoryId);
      return target && (await readPolicy(target)).config.notifications;
    },
    repositoryAt: async (repositoryId) => (await targetOf(repositoryId))?.at ?? null,
  };
}
