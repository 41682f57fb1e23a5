import type { Repository } from '../state/model.ts';
import type { Trigger } from './service.ts';

/**
 * Whether a person must let the run start: pull requests from forks, by somebody who has never had one merged here, and what
 * GITHUB_TOKEN does to a pull request.
 * Source: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/approve-runs-from-forks,
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
 */
export function needsApproval(repository: Repository, trigger: Trigger): boolean {
  if (trigger.byWorkflow) return true;
  if (trigger.headRepository === repository || repository.forkApproval === 'none') return false;
  const { actor } = trigger;
  if (actor.id === repository.owner.id || repository.collaborators.has(actor.login)) return false;
  return ![...repository.pulls.values()].some((pull) => pull.mergedAt !== null && pull.issue.user.id === actor.id);
}
