import { type Selectable, sql } from 'kysely';
import type { Edit } from '../../policy/gate.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type { AgentCallOutcome, AgentCallState, AgentCallsTable } from '../tables/agent-tables.ts';

/** What a scope has taken, or may take. Money is in millionths of a dollar. */
export interface Spending {
  tokens: number;
  microDollars: number;
  milliseconds: number;
}

/** One question to an agent, and what came of it. */
export interface AgentCall extends Spending {
  id: string;
  repositoryId: number;
  incidentId: string;
  baseSha: string;
  parentSha: string;
  backend: string;
  model: string;
  state: AgentCallState;
  outcome: AgentCallOutcome | null;
  reason: string | null;
  edits: Edit[] | null;
  inputTokens: number | null;
  outputTokens: number | null;
  estimated: boolean;
  fixId: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

export interface Reservation
  extends Spending,
    Pick<AgentCall, 'repositoryId' | 'incidentId' | 'baseSha' | 'parentSha' | 'backend' | 'model'> {
  correlationId: string;
}

/** What a reservation must stay within. */
export interface Allowance {
  /** Answers for the incident on this commit, this one included. */
  attempts: number;
  /** Within 24 hours. */
  repository: Spending;
  server: Spending;
}

const DAY_MS = 24 * 3_600_000;
/** Any number that nothing else in this database locks. */
const LOCK = 7_236_415;

/** Outcomes after which the agent had its turn; an agent that could not be reached had none. */
const TURNS: AgentCallOutcome[] = ['edits', 'nothing', 'refused', 'malformed', 'too-large'];

/**
 * Writes down what a question may take at most, if every ceiling leaves room for it. Sum, comparison and insert are one
 * statement under one lock of the database, so processes that ask at once can't overstep together, and what was reserved
 * when a process died stays counted.
 * @returns the call's id, or `null` when there is no room
 */
export async function reserveCall(
  database: Database,
  reservation: Reservation,
  allowance: Allowance,
  at: Date,
): Promise<string | null> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    const since = new Date(at.getTime() - DAY_MS);
    const { rows } = await sql<{ id: string }>`
      insert into agent_calls (repository_id, incident_id, base_sha, parent_sha, backend, model, state, tokens,
        micro_dollars, milliseconds, correlation_id, started_at)
      select ${reservation.repositoryId}::bigint, ${reservation.incidentId}::uuid, ${reservation.baseSha}, ${reservation.parentSha},
        ${reservation.backend}, ${reservation.model}, 'asking', ${reservation.tokens}::bigint,
        ${reservation.microDollars}::bigint, ${reservation.milliseconds}::bigint, ${reservation.correlationId}, ${at}::timestamptz
      from (
        select coalesce(sum(tokens), 0) as tokens, coalesce(sum(micro_dollars), 0) as micro_dollars,
          coalesce(sum(milliseconds), 0) as milliseconds,
          coalesce(sum(tokens) filter (where repository_id = ${reservation.repositoryId}), 0) as own_tokens,
          coalesce(sum(micro_dollars) filter (where repository_id = ${reservation.repositoryId}), 0) as own_micro_dollars,
          coalesce(sum(milliseconds) filter (where repository_id = ${reservation.repositoryId}), 0) as own_milliseconds
        from agent_calls where started_at > ${since}
      ) as spent
      where spent.tokens + ${reservation.tokens}::bigint <= ${allowance.server.tokens}
        and spent.micro_dollars + ${reservation.microDollars}::bigint <= ${allowance.server.microDollars}
        and spent.milliseconds + ${reservation.milliseconds}::bigint <= ${allowance.server.milliseconds}
        and spent.own_tokens + ${reservation.tokens}::bigint <= ${allowance.repository.tokens}
        and spent.own_micro_dollars + ${reservation.microDollars}::bigint <= ${allowance.repository.microDollars}
        and spent.own_milliseconds + ${reservation.milliseconds}::bigint <= ${allowance.repository.milliseconds}
        and (select count(*) from agent_calls where incident_id = ${reservation.incidentId}::uuid
          and base_sha = ${reservation.baseSha} and (state = 'asking' or outcome = any(${TURNS}))) < ${allowance.attempts}
      returning id`.execute(transaction);
    return rows[0]?.id ?? null;
  });
}

export interface Settlement extends Spending {
  state: 'answered' | 'failed';
  outcome: AgentCallOutcome;
  reason: string;
  edits: readonly Edit[] | null;
  inputTokens: number | null;
  outputTokens: number | null;
  estimated: boolean;
}

/** Puts what a question did take in the place of what it might. Once. @returns false when it was settled already */
export async function settleCall(database: Database, id: string, settlement: Settlement, at: Date): Promise<boolean> {
  const result = await database
    .updateTable('agent_calls')
    .set({
      state: settlement.state,
      outcome: settlement.outcome,
      reason: storedText(settlement.reason),
      edits: settlement.edits === null ? null : storedJson(settlement.edits),
      tokens: settlement.tokens,
      micro_dollars: settlement.microDollars,
      milliseconds: settlement.milliseconds,
      input_tokens: settlement.inputTokens,
      output_tokens: settlement.outputTokens,
      estimated: settlement.estimated,
      ended_at: at,
    })
    .where('id', '=', id)
    .where('state', '=', 'asking')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The answer could not be taken over: it is no proposal any more, and the agent had its turn. */
export async function refuseAnswer(database: Database, id: string, reason: string): Promise<void> {
  await database
    .updateTable('agent_calls')
    .set({ outcome: 'refused', reason: storedText(reason) })
    .where('id', '=', id)
    .where('outcome', '=', 'edits')
    .where('fix_id', 'is', null)
    .execute();
}

/** The answer has become (a part of) a fix. */
export async function useAnswers(database: Database, ids: readonly string[], fixId: string): Promise<void> {
  if (ids.length === 0) return;
  await database.updateTable('agent_calls').set({ fix_id: fixId }).where('id', 'in', ids).where('fix_id', 'is', null).execute();
}

/** Questions of an incident on one commit whose process died: nobody waits for their answers any more. */
export async function giveUpCalls(database: Database, on: { incidentId: string; startedBefore: Date }, at: Date): Promise<void> {
  await database
    .updateTable('agent_calls')
    .set({ state: 'lost', estimated: true, ended_at: at, reason: 'Regreen ended while it was asked.' })
    .where('incident_id', '=', on.incidentId)
    .where('state', '=', 'asking')
    .where('started_at', '<', on.startedBefore)
    .execute();
}

/** The questions of incidents, oldest first. */
export async function callsOfIncidents(database: Database, incidentIds: readonly string[]): Promise<AgentCall[]> {
  if (incidentIds.length === 0) return [];
  const rows = await database
    .selectFrom('agent_calls')
    .selectAll()
    .where('incident_id', 'in', incidentIds)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map(toCall);
}

/** What has been taken since then, or may be by those that are asked now. */
export async function spentSince(database: Database, since: Date, repositoryId?: number): Promise<Spending> {
  const row = await database
    .selectFrom('agent_calls')
    .select([
      sql<number>`coalesce(sum(tokens), 0)::bigint`.as('tokens'),
      sql<number>`coalesce(sum(micro_dollars), 0)::bigint`.as('micro_dollars'),
      sql<number>`coalesce(sum(milliseconds), 0)::bigint`.as('milliseconds'),
    ])
    .where('started_at', '>', since)
    .$if(repositoryId !== undefined, (query) => query.where('repository_id', '=', repositoryId ?? 0))
    .executeTakeFirstOrThrow();
  return { tokens: row.tokens, microDollars: row.micro_dollars, milliseconds: row.milliseconds };
}

/** How the newest questions to a back end ended, newest first. */
export async function newestEnds(
  database: Database,
  backend: string,
  limit: number,
): Promise<{ outcome: AgentCallOutcome; endedAt: Date }[]> {
  const rows = await database
    .selectFrom('agent_calls')
    .select(['outcome', 'ended_at'])
    .where('backend', '=', backend)
    .where('outcome', 'is not', null)
    .where('ended_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(limit)
    .$narrowType<{ outcome: AgentCallOutcome; ended_at: Date }>()
    .execute();
  return rows.map((row) => ({ outcome: row.outcome, endedAt: row.ended_at }));
}

function toCall(row: Selectable<AgentCallsTable>): AgentCall {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    incidentId: row.incident_id,
    baseSha: row.base_sha,
    parentSha: row.parent_sha,
    backend: row.backend,
    model: row.model,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    edits: row.edits,
    tokens: row.tokens,
    microDollars: row.micro_dollars,
    milliseconds: row.milliseconds,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    estimated: row.estimated,
    fixId: row.fix_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
