import { leftRed } from '../../fixers/left-red.ts';
import { readTree } from '../../github/files.ts';
import type { Edit } from '../../policy/gate.ts';
import type { FixChange } from '../../store/tables/healing-tables.ts';
import type { Makers } from '../services.ts';
import { addedEdits, type Bench, type ChangeRequest, gateOf, openBench, stateOf, type WhyAsked, wholePatch } from './bench.ts';
import { findFight } from './find-fight.ts';
import type { Work } from './gather-work.ts';
import { sourceOf } from './placed-source.ts';
import { distinct, EXECUTABLE_MODE, readAhead, tryFixer, workersFor } from './try-fixer.ts';

/** What the fixers made of a head, together. */
export interface Change {
  /** The whole patch: from the failed commit to what it shall be. */
  edits: Edit[];
  /** What this attempt adds to its parent. */
  added: Edit[];
  /** Paths of `added` that have the executable bit. */
  executables: string[];
  changes: FixChange[];
  /** The work that the change answers; the rest was declined. */
  work: Work[];
  /** The work that it does not answer, with the first reasons, for people. */
  unanswered: { work: Work; reason: string }[];
  /** The work that a person's approval would let be answered, with the reason, by incident. */
  asks: ReadonlyMap<string, WhyAsked>;
  /** The work that an agent may be asked about. */
  toAsk: readonly Work[];
  /** Answers of an agent that are a part of it. */
  agentCalls: readonly string[];
}

/** No change could be made. */
export interface NoChange {
  refusal: string;
  asks: Change['asks'];
  toAsk: Change['toAsk'];
}

/**
 * Lets the fixers work one after the other, each on what the ones before it have made. A change that the gate refuses is
 * taken back, so that one fixer's mistake does not cost the others' work; the whole passes the gate at the end.
 * What they have no answer to is answered by what an agent has proposed, where one has.
 */
export async function makeChange(services: Makers, request: ChangeRequest): Promise<Change | NoChange> {
  const { attempt } = request;
  const tree = await readTree(request.target.at, attempt.parentSha);
  if (tree === null) return refuse('The repository has more files than GitHub lists in one answer.');
  const bench = await openBench(request, tree);
  await readAhead(bench);
  const { toAsk, agentCalls } = bench;
  const answered: Work[] = [];
  const unanswered: Change['unanswered'] = [];
  for (const work of attempt.work) {
    const from = bench.declined.length;
    if (await answer(services, bench, work)) answered.push(work);
    else if (await wouldBeApproved(services, bench, work)) continue;
    else if (await request.propose?.(bench, work)) answered.push(work);
    else if (!bench.asks.has(work.incident.id)) unanswered.push({ work, reason: firstReasons(bench.declined.slice(from)) });
  }
  const fight = await findFight(services, bench);
  if (fight) return refuse(fight, { toAsk });
  const asks = new Map([...bench.asks].filter(([id]) => !answered.some(({ incident }) => incident.id === id)));
  const edits = wholePatch(bench);
  if (bench.changes.length === 0 || answered.length === 0) {
    return refuse(firstReasons(bench.declined), { asks, toAsk });
  }
  const gate = await gateOf(services, bench, edits);
  if (!gate.pass) return refuse(gate.reasons.join(' '), { toAsk });
  const kept = attempt.keeps ? (attempt.on?.changes ?? []) : [];
  const added = addedEdits(bench);
  const executables = added.map(({ path }) => path).filter((path) => bench.tree.get(path)?.mode === EXECUTABLE_MODE);
  const changes = [...kept, ...bench.changes];
  return { edits, added, executables, changes, work: answered, unanswered, asks, toAsk, agentCalls };
}

function refuse(refusal: string, { asks = new Map(), toAsk = [] }: Partial<Omit<NoChange, 'refusal'>> = {}): NoChange {
  return { refusal, asks, toAsk };
}

/** A person reads three. */
const MOST_REASONS = 3;

function firstReasons(declined: readonly string[]): string {
  const reasons = [...new Set(declined)];
  const more = reasons.length - MOST_REASONS;
  const shown = [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`And ${more} more reasons.`] : [])];
  return shown.join(' ') || 'No fixer is switched on for this.';
}

async function answer(services: Makers, bench: Bench, work: Work): Promise<boolean> {
  const before = stateOf(bench);
  let answered = false;
  for (const diagnosis of distinct(work)) {
    const takers: string[] = [];
    for (const fixer of workersFor(bench, work, diagnosis)) {
      if (await tryFixer(services, bench, { fixer, diagnosis })) takers.push(fixer.id);
    }
    const left = leftRed(sourceOf(diagnosis), takers);
    if (left !== null) {
      Object.assign(bench, before);
      bench.declined.push(left);
      return false;
    }
    if (takers.length > 0) answered = true;
  }
  return answered;
}

/**
 * Whether fixers whose changes a person must approve have an answer where the others have none; tried on a bench of its own, and
 * then that person is asked. Before an agent: what a fixer knows is surer.
 */
async function wouldBeApproved(services: Makers, bench: Bench, work: Work): Promise<boolean> {
  if (bench.request.approved || bench.asks.has(work.incident.id)) return false;
  const trial = approvedBench(bench);
  const waiting = distinct(work).flatMap((diagnosis) => workersFor(trial, work, diagnosis).filter((one) => one.needsApproval));
  if (waiting.length === 0 || !(await answer(services, trial, work))) return false;
  const takers = waiting.map(({ id }) => id).filter((id) => trial.changes.some(({ fixer }) => fixer === id));
  if (takers.length === 0) return false;
  bench.asks.set(work.incident.id, { rule: 'approval', reason: `${[...new Set(takers)].join(', ')} can fix this.` });
  return true;
}

/** The same bench, as if a person had agreed; what is made there stays there. */
function approvedBench(bench: Bench): Bench {
  const request = { ...bench.request, approved: true };
  return { ...bench, ...stateOf(bench), request, declined: [], asks: new Map(), toAsk: [], agentCalls: [] };
}
