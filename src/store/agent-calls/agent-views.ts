import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { whenReachable } from '../repositories/reachable.ts';
import type { AgentCallOutcome, AgentCallState } from '../tables/agent-tables.ts';
import { type AgentCall, callsOfIncidents, type Spending, spentSince } from './agent-calls.ts';

/** A question as people read about it; without the edits, which the fix has. */
export interface AgentCallView extends Spending {
  id: string;
  repository: string;
  incidentId: string;
  backend: string;
  model: string;
  state: AgentCallState;
  outcome: AgentCallOutcome | null;
  estimated: boolean;
  fixId: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

export interface AgentUsageView {
  /** Of all repositories, questions that are asked now at the most that they may take. */
  total: Spending & { questions: number };
  /** The dearest first. */
  repositories: (Spending & { repository: string; questions: number })[];
  /** Newest first. */
  newest: AgentCallView[];
}

/** What coding agents take, as people read it. Throws `UnavailableError` when the database is away. */
export interface AgentViews {
  usage(since: Date): Promise<AgentUsageView>;
  /** The questions of an incident, oldest first. */
  ofIncident(incidentId: string): Promise<AgentCall[]>;
}

const MOST_REPOSITORIES = 100;
const MOST_CALLS = 50;

export function createAgentViews(database: Database): AgentViews {
  return {
    usage: (since) => whenReachable(readUsage(database, since)),
    ofIncident: (incidentId) => whenReachable(callsOfIncidents(database, [incidentId])),
  };
}

async function readUsage(database: Database, since: Date): Promise<AgentUsageView> {
  const name = sql<string>`repositories.owner || '/' || repositories.name`;
  const calls = database
    .selectFrom('agent_calls')
    .innerJoin('repositories', 'repositories.id', 'agent_calls.repository_id')
    .where('agent_calls.started_at', '>', since);
  const [spent, count, repositories, newest] = await Promise.all([
    spentSince(database, since),
    calls.select((eb) => eb.fn.countAll<number>().as('questions')).executeTakeFirstOrThrow(),
    calls
      .select([
        name.as('repository'),
        sql<number>`count(*)::bigint`.as('questions'),
        sql<number>`sum(tokens)::bigint`.as('tokens'),
        sql<number>`sum(micro_dollars)::bigint`.as('microDollars'),
        sql<number>`sum(milliseconds)::bigint`.as('milliseconds'),
      ])
      .groupBy(name)
      .orderBy('microDollars', 'desc')
      .orderBy('tokens', 'desc')
      .limit(MOST_REPOSITORIES)
      .execute(),
    calls
      .select([
        'agent_calls.id',
        name.as('repository'),
        'incident_id as incidentId',
        'backend',
        'model',
        'state',
        'outcome',
        'tokens',
        'micro_dollars as microDollars',
        'milliseconds',
        'estimated',
        'fix_id as fixId',
        'started_at as startedAt',
        'ended_at as endedAt',
      ])
      .orderBy('started_at', 'desc')
      .orderBy('agent_calls.id')
      .limit(MOST_CALLS)
      .execute(),
  ]);
  return { total: { ...spent, questions: count.questions }, repositories, newest };
}
