import { NotFoundError } from '../../errors.ts';
import { Obsolete } from '../../queue/run-job.ts';
import { findNewestAttempt, type StoredRun } from '../../store/books/runs.ts';
import { whenReachable } from '../../store/repositories/reachable.ts';
import { findRepositoryByName } from '../../store/repositories/repositories.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';

/** A run of the books, with the way to it on GitHub. @throws NotFoundError */
export async function runTarget(services: Services, runId: number): Promise<{ target: Target; run: StoredRun }> {
  const found = await whenReachable(findNewestAttempt(services.database, runId));
  if (!found) {
    throw new NotFoundError('BUILD_NOT_FOUND', 'There is no run of this id in the books.', {
      details: { id: runId },
      hint: 'The id is the number in the address of the run on GitHub: …/actions/runs/ID.',
    });
  }
  return { target: await installedTarget(services, found.repositoryId), run: found.run };
}

/** A repository by its name, with the way to it on GitHub. @throws NotFoundError */
export async function repositoryTarget(services: Services, { owner, name }: { owner: string; name: string }): Promise<Target> {
  const repository = await whenReachable(findRepositoryByName(services.database, owner, name));
  if (!repository) {
    throw new NotFoundError('REPOSITORY_NOT_FOUND', 'Regreen knows no repository of this name.', {
      details: { repository: `${owner}/${name}` },
      hint: 'Look at the spelling; the app must be installed on it.',
    });
  }
  return installedTarget(services, repository.id);
}

/** @throws NotFoundError when the app is not installed on the repository (any more) */
export async function installedTarget(services: Services, repositoryId: number): Promise<Target> {
  const target = await findTarget(services, { installationId: 0, repositoryId }).catch(whenGone);
  if (target?.repository.installationId != null) return target;
  throw new NotFoundError('APP_NOT_INSTALLED', 'Regreen is not installed in this repository (any more).', {
    hint: "Install the GitHub App for this repository on the App's page, then ask again.",
  });
}

function whenGone(error: unknown): null {
  if (error instanceof Obsolete) return null;
  throw error;
}
