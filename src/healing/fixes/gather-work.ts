import { currentDiagnoses } from '../../github/texts/report.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { Remedy } from '../../policy/types.ts';
import { latestRunsOfCommit } from '../../store/books/runs.ts';
import type { HealedIncident } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { findIncidents, type Incident } from '../../store/incidents/incidents.ts';
import type { Services } from '../services.ts';

/** An incident that may be fixed, with what is known of its red jobs on one commit. */
export interface Work {
  incident: Incident;
  diagnoses: StoredDiagnosis[];
  /** An agent may be asked where no fixer has an answer. */
  mayDelegate?: boolean;
}

/**
 * The open incidents of a branch that are red on a commit and whose decision about the remedy is the given one, in a stable
 * order; a fix may also be one that an agent proposes.
 */
export async function gatherWork(
  services: Services,
  head: { repositoryId: number; branch: string; headSha: string },
  verdict: 'allowed' | 'asked' = 'allowed',
  remedy: 'fix' | 'suggest' = 'fix',
): Promise<Work[]> {
  const [diagnoses, runs] = await Promise.all([
    diagnosesOfCommit(services.database, head.repositoryId, head.headSha),
    latestRunsOfCommit(services.database, head.repositoryId, head.headSha),
  ]);
  const says = (one: StoredDiagnosis, what: Remedy) => decisionFor(one.decision, what).verdict === verdict;
  // Where a fixer's change is one yes away, or needs none, nobody is asked about an agent's.
  const other = verdict === 'allowed' ? 'asked' : 'allowed';
  const mayDelegate = (one: StoredDiagnosis) =>
    remedy === 'fix' && says(one, 'delegate') && decisionFor(one.decision, 'fix').verdict !== other;
  const allowed = currentDiagnoses({ diagnoses, runs }).filter((one) => says(one, remedy) || mayDelegate(one));
  const incidents = await findIncidents(services.database, [...new Set(allowed.map((one) => one.incidentId))]);
  return incidents
    .filter((incident) => incident.status === 'open' && incident.branch === head.branch)
    .map((incident) => {
      const own = allowed.filter((one) => one.incidentId === incident.id);
      return { incident, diagnoses: own, mayDelegate: own.some(mayDelegate) };
    })
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ incident }: Work): string {
  return `${incident.workflowPath}\n${incident.openedAt.toISOString()}\n${incident.id}`;
}

/** What a fix of this work must make green. */
export function healedBy({ incident, diagnoses }: Work): HealedIncident {
  return {
    incidentId: incident.id,
    workflowPath: incident.workflowPath,
    fingerprint: incident.fingerprint,
    jobs: [...new Set(diagnoses.map((one) => one.jobName))].toSorted(),
  };
}
