import { decisionFor } from './decide.ts';
import type { Decision, Remedy } from './types.ts';

/** In the order in which they are worth more. */
const DONE: readonly Remedy[] = ['fix', 'suggest', 'rerun', 'delegate', 'annotate'];

/** What a decision comes to: the remedies that are used, and those that a person is asked about. Pure. */
export interface PolicyOutcome {
  done: Remedy[];
  asked: Remedy[];
}

export function outcomeOf(decision: Decision): PolicyOutcome {
  const of = (verdict: 'allowed' | 'asked') => DONE.filter((remedy) => decisionFor(decision, remedy).verdict === verdict);
  return { done: of('allowed'), asked: of('asked') };
}
