import type { JobContext } from '../../queue/run-job.ts';
import { record } from '../../store/audit.ts';
import { saveDeclines } from '../../store/incidents/declines.ts';
import { requestReport } from '../failures/request-report.ts';
import type { Services } from '../services.ts';
import type { Work } from './gather-work.ts';

interface Head {
  installationId: number;
  repositoryId: number;
  headSha: string;
}

/** Nothing is done about this work on a commit: the books and the commit say why. */
export async function declineFix(
  services: Services,
  head: Head,
  { work, reason }: { work: readonly Work[]; reason: string },
  context: JobContext,
): Promise<void> {
  if (work.length === 0) return;
  const { repositoryId, headSha } = head;
  const incidentIds = work.map(({ incident }) => incident.id);
  context.log.info({ headSha, incidents: incidentIds, reason }, 'no fix: declined');
  await saveDeclines(services.database, { incidentIds, headSha, reason, at: services.now() });
  for (const id of incidentIds) {
    await record(services.database, {
      actor: 'regreen',
      action: 'fix.declined',
      subject: `incident:${id}`,
      repositoryId,
      correlationId: context.correlationId,
      details: { reason },
    });
  }
  await requestReport(services, head);
}
