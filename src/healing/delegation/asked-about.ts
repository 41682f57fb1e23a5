import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { AGENT_FIXER } from './take-proposal.ts';

/** The cause about which an agent was asked for a fix of an incident; nothing where the fix has nothing of an agent's. Pure. */
export function askedAbout(
  { changes }: Pick<Fix, 'changes'>,
  onBase: readonly StoredDiagnosis[],
  incidentId: string,
): CauseCategory | undefined {
  if (!changes.some(({ fixer }) => fixer === AGENT_FIXER)) return undefined;
  return onBase.findLast((one) => one.incidentId === incidentId)?.cause;
}
