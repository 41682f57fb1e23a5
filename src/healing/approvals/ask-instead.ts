import type { ConfigReading } from '../../config/effective-config.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { Decision, RemedyDecision } from '../../policy/types.ts';
import { saveDecision } from '../../store/incidents/diagnoses.ts';
import type { WhyAsked } from '../fixes/bench.ts';
import type { Attempt } from '../fixes/plan-attempt.ts';
import type { FixJob } from '../fixes/request-fix.ts';
import type { Services } from '../services.ts';
import { requestApproval } from './ask-approval.ts';

/**
 * What was allowed turns out to touch what only a person may let be touched, which nobody can know before the patch is made:
 * the decision says so from now on, and that person is asked.
 * @param asks the reason, by incident
 */
export async function askInstead(
  services: Services,
  { job, plan, policy }: { job: FixJob; plan: Attempt; policy: ConfigReading },
  asks: ReadonlyMap<string, WhyAsked>,
): Promise<void> {
  const diagnoses = plan.work.flatMap((work) => work.diagnoses).filter((one) => asks.has(one.incidentId));
  for (const one of diagnoses) {
    const why = asks.get(one.incidentId);
    if (why) await saveDecision(services.database, one.id, withFixAsked(one.decision, why, policy));
  }
  if (diagnoses.length === 0) return;
  await requestApproval(services, job);
}

/** The same decision, but that a person must agree to the fix. */
function withFixAsked(decision: Decision, { rule, reason }: WhyAsked, { places }: ConfigReading): Decision {
  const place = rule === 'protected-paths' ? places.get('paths.protected') : undefined;
  const asked: RemedyDecision = {
    ...decisionFor(decision, 'fix'),
    verdict: 'asked',
    rule,
    reason: `${reason} A person with write permission must agree.`,
    source: place?.key ?? 'built-in',
    place,
  };
  return { ...decision, remedies: decision.remedies.map((one) => (one.remedy === 'fix' ? asked : one)) };
}
