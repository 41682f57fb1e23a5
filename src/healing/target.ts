import type { ConfigLayer } from '../config/effective-config.ts';
import type { At } from '../github/index.ts';
import { Obsolete } from '../queue/run-job.ts';
import { findRepository, type StoredRepository } from '../store/repositories/repositories.ts';
import { readLowerLayers } from './repository-policy.ts';
import type { Services } from './services.ts';

/** The repository that a job is about, and the way to it. */
export interface Target {
  at: At;
  repository: StoredRepository;
  /** What lies under the repository's own configuration. */
  lowerLayers(): Promise<ConfigLayer[]>;
}

/**
 * Finds the repository of a job.
 * @throws Obsolete when Regreen is no longer installed on it
 */
export async function findTarget(services: Services, job: { installationId: number; repositoryId: number }): Promise<Target> {
  const repository = await findRepository(services.database, job.repositoryId);
  if (!repository || repository.removedAt !== null) {
    throw new Obsolete('REPOSITORY_GONE', 'Regreen is not installed on this repository (any more).', {
      details: { ...job },
    });
  }
  const { owner, name } = repository;
  const installationId = repository.installationId ?? job.installationId;
  const at = await services.github.at(installationId, { owner, name });
  return { at, repository, lowerLayers: () => readLowerLayers(services, { owner, name, installationId }) };
}
