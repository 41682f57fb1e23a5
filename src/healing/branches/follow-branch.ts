import type { Run } from '../../github/types.ts';
import { record } from '../../store/audit.ts';
import { latestDiagnosis } from '../../store/incidents/diagnoses.ts';
import { closeIncident, openIncidents } from '../../store/incidents/incidents.ts';
import { judgeDefaultBranch } from '../../store/repositories/default-branch.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { isOwnHead } from '../own-head.ts';
import type { Services } from '../services.ts';

/** What must be known of a repository to tell its default branch from a fork's branch of the same name. */
type FollowedRepository = { id: number; owner: string; name: string; defaultBranch: string };

/** Between an incident and its diagnosis lie two statements, and a retry where the process died in between. */
const OPENING_MS = 3_600_000;

/** A workflow passed on a branch: its incidents there are over, and the default branch may be green. */
export async function branchIsGreen(
  services: Services,
  { repository, run, afterRerun }: { repository: FollowedRepository; run: Run; afterRerun: boolean },
): Promise<void> {
  if (run.headBranch === null) return;
  const open = await openIncidents(services.database, {
    repositoryId: repository.id,
    headRepository: run.headRepository ?? '',
    branch: run.headBranch,
    workflowPath: run.workflowPath,
  });
  for (const incident of open) {
    const latest = await latestDiagnosis(services.database, incident.id);
    // Without a diagnosis it is being opened: who opens it looks for a newer run that is green.
    if (latest ? isOlder(run, latest) : isBeingOpened(incident, services.now())) continue;
    const passed = afterRerun && latest?.runId === run.id;
    await endIncident(services, incident, passed ? 'Regreen ran it again, and it passed' : `${run.workflowName} is green again`);
  }
  await branchHasSpoken(services, { repository, run });
}

/** Later its runs, and with them its diagnoses, may have been forgotten. */
function isBeingOpened({ openedAt }: { openedAt: Date }, now: Date): boolean {
  return now.getTime() - openedAt.getTime() < OPENING_MS;
}

/** Events are late at times: a run that GitHub started before the last failure says nothing about it, green or not. */
function isOlder(run: Run, failure: { runId: number; runAttempt: number }): boolean {
  return run.id < failure.runId || (run.id === failure.runId && run.attempt < failure.runAttempt);
}

/** A workflow passed or failed: when it was on the default branch, that is everybody's base. */
export async function branchHasSpoken(
  services: Services,
  { repository, run }: { repository: FollowedRepository; run: Run },
): Promise<void> {
  if (isDefaultBranch(repository, run)) await judgeDefaultBranch(services.database, repository.id, run.headSha);
}

function isDefaultBranch(repository: FollowedRepository, run: Run): boolean {
  return run.headBranch === repository.defaultBranch && isOwnHead(repository, run.headRepository);
}

/** Closes an incident and writes it down, once. */
export async function endIncident(
  services: Services,
  incident: { id: string; repositoryId: number },
  reason: string,
): Promise<void> {
  if (!(await closeIncident(services.database, incident.id, { reason, at: services.now() }))) return;
  await record(services.database, {
    actor: 'regreen',
    action: 'incident.closed',
    subject: `incident:${incident.id}`,
    repositoryId: incident.repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { reason },
  });
}
