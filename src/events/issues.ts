import { z } from 'zod';
import { endIncident } from '../healing/branches/follow-branch.ts';
import type { Services } from '../healing/services.ts';
import { findIncident } from '../store/incidents/incidents.ts';
import { audit, type RepositoryEvent } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({ issue: z.object({ number: z.number().int(), body: z.string().nullish() }) });

/** What Regreen's own issues carry, so that it finds them again. */
const MARKER = /<!-- regreen:incident=([0-9a-f-]{36}) -->/;

/** closed, reopened: an issue that Regreen keeps for an incident was closed or opened again by a person. */
export async function onIssues(services: Services, event: RepositoryEvent): Promise<void> {
  const { issue } = readPayload(schema, event.payload);
  const incidentId = MARKER.exec((issue.body ?? '').slice(0, 65_536))?.[1];
  if (incidentId === undefined) return;
  const incident = await findIncident(services.database, incidentId);
  if (incident?.repositoryId !== event.repository.id) return;
  await audit(services, event, {
    action: `issue.${event.action ?? 'changed'}`,
    subject: `incident:${incidentId}`,
    details: { issue: issue.number },
  });
  if (event.action === 'closed') await endIncident(services, incident, `${event.sender} closed #${issue.number}`);
}
