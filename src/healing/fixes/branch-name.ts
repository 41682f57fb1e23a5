import type { Incident } from '../../store/incidents/incidents.ts';
import { BRANCH_PREFIX } from '../services.ts';

/** `regreen/<workflow>-<fingerprint>`, the same for one incident; later attempts and pull requests are told apart. */
export function branchName(incident: Incident | undefined, attempt: number): string {
  const workflow = (incident?.workflowPath.split('/').at(-1) ?? 'ci')
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
  const where = incident?.pullRequestNumber ? `-pr${incident.pullRequestNumber}` : '';
  const again = attempt === 1 ? '' : `-${attempt}`;
  return `${BRANCH_PREFIX}${workflow}-${incident?.fingerprint.slice(0, 12)}${where}-${incident?.id.slice(0, 4)}${again}`;
}
