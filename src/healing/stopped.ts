import type { Fix } from '../store/fixes/fixes.ts';
import { findStop, findStopOfHead, type Stop } from '../store/fixes/stops.ts';
import type { Services } from './services.ts';
import type { Target } from './target.ts';

/** Who has stopped Regreen on the pull request of a branch; null where nobody did. The branch is this repository's unless said. */
export async function stoppedOn(
  services: Services,
  { repository }: Target,
  head: { branch: string; headRepository?: string | null },
): Promise<Stop | null> {
  const headRepository = head.headRepository ?? `${repository.owner}/${repository.name}`;
  return findStopOfHead(services.database, repository.id, { branch: head.branch, headRepository });
}

/** The same for a fix: of its own pull request, or of the one that it is for. */
export async function stoppedFor(
  services: Services,
  target: Target,
  fix: Pick<Fix, 'pullRequestNumber' | 'baseBranch'>,
): Promise<Stop | null> {
  const own =
    fix.pullRequestNumber === null ? null : await findStop(services.database, target.repository.id, fix.pullRequestNumber);
  return own ?? (await stoppedOn(services, target, { branch: fix.baseBranch }));
}
