import type { RepositoryConfig } from '../../config/repository-config.ts';
import type { CauseCategory } from '../../diagnosis/types.ts';
import { currentDiagnoses } from '../../github/texts/report.ts';
import { decisionFor } from '../../policy/decide.ts';
import { asksForPatch } from '../../policy/rules.ts';
import { verdictNow } from '../../policy/verdict-now.ts';
import { latestRunsOfCommit } from '../../store/books/runs.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { findIncidents, type Incident } from '../../store/incidents/incidents.ts';
import type { Services } from '../services.ts';

/** An incident that may be fixed, with what is known of its red jobs on one commit. */
export interface Work {
  incident: Incident;
  diagnoses: StoredDiagnosis[];
  /** An agent may be asked where no fixer has an answer. */
  mayDelegate?: boolean;
  /** A person must agree before it is, for that costs something and sends something away. */
  asksBeforeAgent?: boolean;
}

/**
 * The open incidents of a branch that are red on a commit and whose decision about the remedy is the given one, in a stable
 * order; a fix may also be one that an agent proposes. What the configuration has withdrawn since the decision is left out.
 */
export async function gatherWork(
  services: Services,
  head: { repositoryId: number; branch: string; headSha: string },
  wanted: Wanted,
): Promise<Work[]> {
  const [diagnoses, runs] = await Promise.all([
    diagnosesOfCommit(services.database, head.repositoryId, head.headSha),
    latestRunsOfCommit(services.database, head.repositoryId, head.headSha),
  ]);
  return workOf(services, currentDiagnoses({ diagnoses, runs }), { ...wanted, branch: head.branch });
}

/** The same of diagnoses that are known, by the rules for each of them. */
export async function workOf(
  services: Services,
  diagnoses: readonly StoredDiagnosis[],
  { config, branch, verdict = 'allowed', remedy = 'fix', askedAbout }: Wanted & { branch: string },
): Promise<Work[]> {
  const now = (one: StoredDiagnosis, what: 'fix' | 'suggest' | 'delegate') =>
    verdictNow({ remedy: what, verdict: decisionFor(one.decision, what).verdict }, config, {
      ...one,
      branch,
      askedAbout: askedAbout?.(one),
    });
  // The change of an agent waits for a person where the change of a fixer would.
  const lane = (one: StoredDiagnosis) => (now(one, 'fix') === 'asked' || asksForPatch(config, one.cause) ? 'asked' : 'allowed');
  const mayDelegate = (one: StoredDiagnosis) => remedy === 'fix' && now(one, 'delegate') !== 'refused' && lane(one) === verdict;
  const wanted = diagnoses.filter((one) => now(one, remedy) === verdict || mayDelegate(one));
  const incidents = await findIncidents(services.database, [...new Set(wanted.map((one) => one.incidentId))]);
  return incidents
    .filter((incident) => incident.status === 'open' && incident.branch === branch)
    .map((incident) => {
      const own = wanted.filter((one) => one.incidentId === incident.id);
      const asksBeforeAgent = own.some((one) => now(one, 'delegate') === 'asked');
      return { incident, diagnoses: own, mayDelegate: own.some(mayDelegate), asksBeforeAgent };
    })
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Which work is gathered, under the configuration of now. */
interface Wanted {
  config: RepositoryConfig;
  verdict?: 'allowed' | 'asked';
  remedy?: 'fix' | 'suggest';
  /** The cause that an agent was asked about, where it is looked at what CI says of its answer. */
  askedAbout?: (said: StoredDiagnosis) => CauseCategory | undefined;
}

function orderOf({ incident }: Work): string {
  return `${incident.workflowPath}\n${incident.openedAt.toISOString()}\n${incident.id}`;
}
