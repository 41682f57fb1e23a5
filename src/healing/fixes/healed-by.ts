import type { HealedIncident } from '../../store/fixes/fixes.ts';
import type { Work } from './gather-work.ts';

/** What a fix of this work must make green. */
export function healedBy({ incident, diagnoses }: Work): HealedIncident {
  return {
    incidentId: incident.id,
    workflowPath: incident.workflowPath,
    fingerprint: incident.fingerprint,
    jobs: [...new Set(diagnoses.map((one) => one.jobName))].toSorted(),
  };
}
