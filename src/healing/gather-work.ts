import { currentDiagnoses } from '../github/texts/report.ts';
import { decisionFor } from '../policy/decide.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../store/diagnoses.ts';
import type { HealedIncident } from '../store/fixes.ts';
import { findIncidents, type Incident } from '../store/incidents.ts';
import { latestRunsOfCommit } from '../store/runs.ts';
import type { Services } from './services.ts';

/** An incident that may be fixed, with what is known of its red jobs on one commit. */
export interface Work {
  incident: Incident;
  diagnoses: StoredDiagnosis[];
}

/**
 * The open incidents of a branch that are red on a commit and whose decision about the remedy is the given one, in a stable
 * order.
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
  const allowed = currentDiagnoses({ diagnoses, runs }).filter((one) => decisionFor(one.decision, remedy).verdict === verdict);
  const incidents = await findIncidents(services.database, [...new Set(allowed.map((one) => one.incidentId))]);
  return incidents
    .filter((incident) => incident.status === 'open' && incident.branch === head.branch)
    .map((incident) => ({ incident, diagnoses: allowed.filter((one) => one.incidentId === incident.id) }))
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
