import { Obsolete } from '../../queue/run-job.ts';
import { findApproval } from '../../store/approvals/approvals.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';
import { type DecisionAnswer, decideApproval } from './decide-approval.ts';

/** A yes or no that came over the API. */
export interface KeyDecision {
  /** Of the approval. */
  id: string;
  to: 'approved' | 'rejected';
  /** The key's name, or a person's login, for the books. */
  requestedBy: string;
  /** Of a person, GitHub is asked for their permission at this moment; a key carries its right in its role. */
  isPerson: boolean;
  reason: string | null;
}

/** Hears a word that came over the API, whose role was checked there. */
export async function decideByKey(
  services: Services,
  request: KeyDecision,
): Promise<DecisionAnswer | { kind: 'unknown' } | { kind: 'not-installed' }> {
  const approval = await findApproval(services.database, request.id);
  if (!approval) return { kind: 'unknown' };
  const target = await findTarget(services, { installationId: 0, repositoryId: approval.repositoryId }).catch(whenGone);
  if (target?.repository.installationId == null) return { kind: 'not-installed' };
  const by = { name: request.requestedBy, kind: request.isPerson ? ('person' as const) : ('api-key' as const), from: 'api' };
  return decideApproval(services, target, approval, { to: request.to, by, reason: request.reason });
}

function whenGone(error: unknown): null {
  if (error instanceof Obsolete) return null;
  throw error;
}
