import { ConflictError, NotFoundError } from '../../errors.ts';
import { currentDiagnoses } from '../../github/texts/report.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { Remedy } from '../../policy/types.ts';
import { record } from '../../store/audit.ts';
import { latestDiagnosis, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { findIncident, type Incident } from '../../store/incidents/incidents.ts';
import { whenReachable } from '../../store/repositories/reachable.ts';
import { requestApproval } from '../approvals/ask-approval.ts';
import { readReportModel } from '../failures/report-commit.ts';
import { requestFix, requestSuggestions } from '../fixes/request-fix.ts';
import type { Services } from '../services.ts';
import { stoppedOn } from '../stopped.ts';
import type { Target } from '../target.ts';
import { installedTarget } from './known-places.ts';
import type { Requester } from './order-runs.ts';

interface Asked {
  incident: Incident;
  target: Target;
  newest: StoredDiagnosis;
}

/** What of an incident's head was asked for. */
export type AskedFor = 'fix' | 'approval' | 'suggestions';

/** Has the newest run of an open incident read again. @throws NotFoundError, ConflictError */
export async function diagnoseIncident(
  services: Services,
  { id, ...asked }: { id: string } & Requester,
): Promise<{ taskId: string; runId: number; attempt: number }> {
  const { target, newest } = await findAsked(services, id);
  const { runId, runAttempt: attempt } = newest;
  const key = `run:${runId}:${attempt}`;
  const taskId = await services.queue.send('analysis', {
    data: { installationId: target.repository.installationId ?? 0, repositoryId: target.repository.id, runId, attempt },
    key,
    repositoryId: target.repository.id,
    correlationId: asked.correlationId,
  });
  await note(services, { id, target, action: 'diagnosis.requested', details: { runId, attempt }, ...asked });
  // The same is waiting already: its key names it as well.
  return { taskId: taskId ?? key, runId, attempt };
}

/**
 * Asks for all that may be done on the head of an open incident, as `/regreen fix` does: what the policy allows is made, what it
 * asks about is made ready for approval.
 * @throws NotFoundError; ConflictError with the policy's reasons when nothing may be done
 */
export async function fixIncident(
  services: Services,
  { id, ...asked }: { id: string } & Requester,
): Promise<{ asked: AskedFor[] }> {
  const { incident, target, newest } = await findAsked(services, id);
  const { branch, headRepository, pullRequestNumber } = incident;
  const stop = await stoppedOn(services, target, { branch, headRepository });
  if (stop) {
    throw new ConflictError('STOPPED', `Regreen was stopped on #${stop.number}.`, {
      hint: 'A person with write permission goes on with the comment /regreen resume.',
    });
  }
  const current = currentDiagnoses(await readReportModel(services, target.repository.id, newest.headSha));
  const says = (verdict: 'allowed' | 'asked', ...remedies: Remedy[]) =>
    current.some((one) => remedies.some((remedy) => decisionFor(one.decision, remedy).verdict === verdict));
  const { id: repositoryId, installationId } = target.repository;
  const head = { installationId: installationId ?? 0, repositoryId, branch, headSha: newest.headSha };
  const done: AskedFor[] = [];
  if (says('allowed', 'fix', 'delegate')) {
    await requestFix(services, head);
    done.push('fix');
  }
  if (says('asked', 'fix', 'delegate')) {
    await requestApproval(services, { ...head, headRepository: headRepository || null, askedBy: asked.requestedBy });
    done.push('approval');
  }
  if (says('allowed', 'suggest') && pullRequestNumber !== null) {
    await requestSuggestions(services, { ...head, pullRequestNumber });
    done.push('suggestions');
  }
  if (done.length === 0) throw notAllowed(current);
  await note(services, { id, target, action: 'fix.requested', details: { headSha: newest.headSha, asked: done }, ...asked });
  return { asked: done };
}

async function findAsked(services: Services, id: string): Promise<Asked> {
  const incident = await whenReachable(findIncident(services.database, id));
  if (!incident) {
    throw new NotFoundError('INCIDENT_NOT_FOUND', 'There is no incident of this id.', {
      details: { id },
      hint: 'GET /api/v1/incidents lists them.',
    });
  }
  if (incident.status === 'closed') {
    throw new ConflictError('INCIDENT_CLOSED', 'The incident is over.', {
      details: { closedReason: incident.closedReason },
      hint: 'A run can be read again by POST /api/v1/triggers.',
    });
  }
  const newest = await latestDiagnosis(services.database, id);
  if (newest) return { incident, target: await installedTarget(services, incident.repositoryId), newest };
  throw new ConflictError('INCIDENT_WITHOUT_RUN', 'The books have no run of this incident (any more).', {
    hint: 'A run can be read again by POST /api/v1/triggers.',
  });
}

function notAllowed(current: readonly StoredDiagnosis[]): ConflictError {
  const reasons = [...new Set(current.map((one) => decisionFor(one.decision, 'fix').reason))];
  return new ConflictError('NOTHING_MAY_BE_DONE', 'Nothing may be done about it, or there is nothing red any more.', {
    details: { reasons },
    hint: 'regreen.yml says what may be done; GET /api/v1/repositories/{owner}/{name}/configuration shows what counts.',
  });
}

async function note(
  services: Services,
  one: Requester & { id: string; target: Target; action: string; details: Record<string, unknown> },
): Promise<void> {
  await record(services.database, {
    actor: one.requestedBy,
    action: one.action,
    subject: `incident:${one.id}`,
    repositoryId: one.target.repository.id,
    correlationId: one.correlationId,
    details: one.details,
  });
}
