import type { Incident } from '../../store/incidents/incidents.ts';
import { BRANCH_PREFIX } from '../services.ts';
import { hashOf } from './patch.ts';

/** Digits that tell apart what is called alike otherwise. */
const OWN_DIGITS = 8;

/**
 * `regreen/<workflow>-<fingerprint>-<digits>`, the same for one incident; later attempts and pull requests are told apart. The digits
 * are of the branch and the workflow's whole path too: the action's incidents know none but the fingerprint, which is the same
 * on each branch that is red for one reason.
 */
export function branchName(incident: Incident | undefined, attempt: number): string {
  const workflow = (incident?.workflowPath.split('/').at(-1) ?? 'ci')
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
  const where = incident?.pullRequestNumber ? `-pr${incident.pullRequestNumber}` : '';
  const own = hashOf(JSON.stringify([incident?.id, incident?.branch, incident?.workflowPath])).slice(0, OWN_DIGITS);
  const again = attempt === 1 ? '' : `-${attempt}`;
  return `${BRANCH_PREFIX}${workflow}-${incident?.fingerprint.slice(0, 12)}${where}-${own}${again}`;
}
