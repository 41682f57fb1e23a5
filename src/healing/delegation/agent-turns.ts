import type { AgentCall } from '../../store/agent-calls/agent-calls.ts';
import type { AgentCallOutcome } from '../../store/tables/agent-tables.ts';

/** After these the agent had its turn. One that could not be reached had none: the queue tries again. */
const TURNS = new Set<AgentCallOutcome>(['edits', 'nothing', 'refused', 'malformed', 'too-large']);

/** Nobody asks again on the same commit: an agent that finds nothing would find nothing, one that is too slow would be again. */
const LAST_WORDS = new Set<AgentCallOutcome>(['nothing', 'timeout', 'misconfigured']);

/** How often an agent may still be asked about an incident on a commit, of the attempts that are allowed. Pure. */
export function turnsLeft(calls: readonly AgentCall[], baseSha: string, attempts: number): number {
  const own = calls.filter((call) => call.baseSha === baseSha);
  if (own.some(({ outcome }) => outcome !== null && LAST_WORDS.has(outcome))) return 0;
  const taken = own.filter(({ state, outcome }) => state === 'asking' || (outcome !== null && TURNS.has(outcome))).length;
  return Math.max(0, attempts - taken);
}

/** What is told when the agent is not asked any more: how the last question ended. */
export function lastWords(calls: readonly AgentCall[]): string {
  const { outcome = null, reason = null } = calls.at(-1) ?? {};
  if (outcome === 'nothing') return 'The coding agent proposes nothing.';
  if (outcome === 'edits') return 'CI has refuted what the coding agent proposed.';
  return `The coding agent's answer could not be used: ${reason ?? 'there was none'}`;
}
