import type { Agent } from '../../agents/agent.ts';
import { ENDS_LOOKED_AT, restsUntil } from '../../agents/breaker.ts';
import { newestEnds } from '../../store/agent-calls/agent-calls.ts';
import type { AgentCallOutcome } from '../../store/tables/agent-tables.ts';
import type { Services } from '../services.ts';

/** How the coding agent is, by the books: it is not asked for that, for each question costs. */
export interface AgentState {
  backend: Agent['backend'];
  model: string;
  /** Until then the breaker leaves it alone; `null` while it may be asked. */
  restsUntil: Date | null;
  /** How the newest question ended; `null` where none was asked. */
  last: { outcome: AgentCallOutcome; endedAt: Date } | null;
}

/** @returns `null` where no agent is configured */
export async function readAgentState({ agent, database, now }: Services): Promise<AgentState | null> {
  if (!agent) return null;
  const ends = await newestEnds(database, agent.backend, ENDS_LOOKED_AT);
  const { backend, model } = agent;
  return { backend, model, restsUntil: restsUntil(ends, now()), last: ends[0] ?? null };
}

/** Until when the agent is left alone; `null` while it may be asked. */
export async function agentRest({ database, now }: Services, { backend }: Agent): Promise<Date | null> {
  return restsUntil(await newestEnds(database, backend, ENDS_LOOKED_AT), now());
}

/** The same as a sentence, for whoever looks after the server. */
export function agentHealth(state: AgentState | null): { status: 'up' | 'degraded'; message: string } {
  if (!state) return { status: 'up', message: 'No coding agent is configured, so none is asked.' };
  const { backend, restsUntil: until, last } = state;
  if (until) {
    const why = `Three questions in a row have failed, the last one as ${last?.outcome}`;
    return { status: 'degraded', message: `${why}; ${backend} is left alone until ${until.toISOString()}.` };
  }
  return { status: 'up', message: last ? `${backend} answered last: ${last.outcome}.` : `${backend} was not asked yet.` };
}
