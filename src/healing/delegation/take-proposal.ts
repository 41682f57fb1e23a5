import { attemptsAllowed } from '../../policy/budgets.ts';
import type { Edit } from '../../policy/gate.ts';
import { type AgentCall, callsOfIncidents, refuseAnswer } from '../../store/agent-calls/agent-calls.ts';
import { type Bench, type ChangeRequest, contentOf, gateOf, wholePatch } from '../fixes/bench.ts';
import type { Work } from '../fixes/gather-work.ts';
import type { Services } from '../services.ts';
import { lastWords, turnsLeft } from './agent-turns.ts';

/** What an agent's part of a fix is called in the books. */
export const AGENT_FIXER = 'agent';

/**
 * Takes over what an agent has proposed for an incident on this very commit, when the whole passes the gate with it. Where
 * nothing is proposed and the agent may still be asked, the work is noted for that.
 * @returns whether the failure is answered
 */
export async function takeProposal(services: Services, bench: Bench, work: Work): Promise<boolean> {
  if (!services.agent || !work.mayDelegate || bench.asks.has(work.incident.id)) return false;
  const calls = await callsOfIncidents(services.database, [work.incident.id]);
  const proposal = findProposal(calls, bench.request);
  if (proposal) {
    const reasons = await tryEdits(services, bench, proposal);
    if (reasons.length === 0) return true;
    bench.declined.push(`${AGENT_FIXER}: ${reasons.join(' ')}`);
    await refuseAnswer(services.database, proposal.id, reasons.join(' '));
    proposal.outcome = 'refused';
  }
  const { headSha, policy } = bench.request;
  if (turnsLeft(calls, headSha, attemptsAllowed(policy.config)) > 0) bench.toAsk.push(work);
  else bench.declined.push(lastWords(calls));
  return false;
}

/** The same, for those who make a change and know no books. */
export function proposer(services: Services): NonNullable<ChangeRequest['propose']> {
  return (bench, work) => takeProposal(services, bench, work);
}

/** An answer with edits on the commit that the fix is to lie on, which no other fix has used. */
export function findProposal(
  calls: readonly AgentCall[],
  { headSha, attempt }: Pick<Bench['request'], 'headSha' | 'attempt'>,
): AgentCall | undefined {
  const resumed = attempt.kind === 'resume' ? (attempt.on?.id ?? null) : null;
  return calls.findLast(
    (call) =>
      call.outcome === 'edits' &&
      call.baseSha === headSha &&
      call.parentSha === attempt.parentSha &&
      (call.fixId === null || call.fixId === resumed),
  );
}

/** @returns why the edits can't be taken over; none when they are */
async function tryEdits(services: Services, bench: Bench, call: AgentCall): Promise<string[]> {
  const edits = call.edits ?? [];
  const before = new Map(bench.made);
  const named = new Set(bench.named);
  for (const edit of edits) {
    if ((await isOther(bench, edit)) || bench.made.has(edit.path)) {
      return [`${edit.path} is not any more as the agent was shown it.`];
    }
  }
  for (const { path, after } of edits) {
    bench.made.set(path, after);
    bench.named.add(path);
  }
  const gate = await gateOf(services, bench, wholePatch(bench));
  if (!gate.pass) {
    bench.made = before;
    bench.named = named;
    return gate.reasons;
  }
  bench.changes.push({
    fixer: AGENT_FIXER,
    tool: AGENT_FIXER,
    version: call.model,
    paths: edits.map(({ path }) => path),
    ...(call.reason ? { reason: call.reason } : {}),
  });
  bench.agentCalls.push(call.id);
  return [];
}

/** A new file is one that is not there. */
async function isOther(bench: Bench, { path, before }: Edit): Promise<boolean> {
  const content = bench.paths.has(path) ? await contentOf(bench, path) : '';
  return content !== before;
}
