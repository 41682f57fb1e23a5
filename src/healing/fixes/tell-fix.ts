import type { FixStory } from '../../github/texts/fix.ts';
import { type AgentCall, callsOfIncidents } from '../../store/agent-calls/agent-calls.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, latestDiagnosis, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { findIncidents } from '../../store/incidents/incidents.ts';
import type { Services } from '../services.ts';

/** All that the texts about a fix tell. */
export async function storyOf(services: Services, fix: Fix): Promise<FixStory> {
  const incidents = await findIncidents(
    services.database,
    fix.heals.map((one) => one.incidentId),
  );
  const onBase = await diagnosesOfCommit(services.database, fix.repositoryId, fix.baseSha);
  const diagnoses: StoredDiagnosis[] = [];
  for (const { incidentId } of fix.heals) {
    const found =
      onBase.findLast((one) => one.incidentId === incidentId) ?? (await latestDiagnosis(services.database, incidentId));
    if (found) diagnoses.push(found);
  }
  const agent = agentUse(
    await callsOfIncidents(
      services.database,
      fix.heals.map((one) => one.incidentId),
    ),
  );
  return { fix, diagnoses, incidents, ...(agent ? { agent } : {}) };
}

function agentUse(calls: readonly AgentCall[]): FixStory['agent'] {
  if (calls.length === 0) return undefined;
  return {
    questions: calls.length,
    tokens: calls.reduce((sum, { tokens }) => sum + tokens, 0),
    microDollars: calls.reduce((sum, { microDollars }) => sum + microDollars, 0),
    estimated: calls.some(({ estimated }) => estimated),
  };
}
