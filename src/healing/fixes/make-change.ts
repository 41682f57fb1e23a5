import type { ConfigReading } from '../../config/effective-config.ts';
import { FORMATTERS } from '../../fixers/formatters.ts';
import { NOTHING_TO_CHANGE } from '../../fixers/formatting/format-files.ts';
import { leftRed } from '../../fixers/left-red.ts';
import { keepsWritten } from '../../fixers/printed-diff/kept.ts';
import { fixersFor } from '../../fixers/registry.ts';
import { type Declined, type Fixer, type FixPlan, type FixSource, isDeclined } from '../../fixers/types.ts';
import { readFile, readTree } from '../../github/reads.ts';
import type { TreeEntry } from '../../github/types.ts';
import { FixerFailedError, type FixerTask } from '../../isolation/fixer-process.ts';
import { fixerEnabled } from '../../policy/decide.ts';
import type { Edit, GateResult } from '../../policy/gate.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { FixChange } from '../../store/tables/healing-tables.ts';
import { takeProposal } from '../delegation/take-proposal.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { Work } from './gather-work.ts';
import type { Attempt } from './plan-attempt.ts';

const EXECUTABLE_MODE = '100755';
/** Neither symlinks nor submodules. */
const FILE_MODES = new Set(['100644', EXECUTABLE_MODE]);
/** Of a large matrix that fails as a whole, the first logs say what the rest would say. */
const MOST_LOGS = 20;

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
  asks: ReadonlyMap<string, string>;
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

export interface ChangeRequest {
  target: Target;
  headSha: string;
  attempt: Attempt;
  policy: ConfigReading;
  /** Whether a person has approved fixers whose changes need it. */
  approved: boolean;
  signal: AbortSignal;
}

/**
 * Lets the fixers work one after the other, each on what the ones before it have made. A change that the gate refuses is
 * taken back, so that one fixer's mistake does not cost the others' work; the whole passes the gate at the end.
 * What they have no answer to is answered by what an agent has proposed, where one has.
 */
export async function makeChange(services: Services, request: ChangeRequest): Promise<Change | NoChange> {
  const { attempt } = request;
  const tree = await readTree(request.target.at, attempt.parentSha);
  if (tree === null) return refuse('The repository has more files than GitHub lists in one answer.');
  const bench = await openBench(request, tree);
  const { toAsk, agentCalls } = bench;
  const answered: Work[] = [];
  const unanswered: Change['unanswered'] = [];
  for (const work of attempt.work) {
    const from = bench.declined.length;
    if ((await answer(services, bench, work)) || (await takeProposal(services, bench, work))) answered.push(work);
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

/** Where the fixers work: files as they are by now. */
export interface Bench {
  request: ChangeRequest;
  tree: ReadonlyMap<string, TreeEntry>;
  paths: ReadonlySet<string>;
  /** As read at the parent; `null` for what is no text file. */
  read: Map<string, string | null>;
  /** As the fixers have made them. */
  made: Map<string, string>;
  /** Files of an earlier part of the fix, as they are on the failed commit. */
  base: Map<string, string>;
  named: Set<string>;
  changes: FixChange[];
  /** Whose edits were taken over, in their order. */
  taken: Taken[];
  declined: string[];
  asks: Map<string, string>;
  toAsk: Work[];
  agentCalls: string[];
}

interface Taken {
  fixer: Fixer;
  /** The one that did the work. */
  version: string;
  diagnosis: StoredDiagnosis;
  plan: FixPlan;
  paths: string[];
  edits: readonly Edit[];
}

async function openBench(request: ChangeRequest, tree: ReadonlyMap<string, TreeEntry>): Promise<Bench> {
  const { attempt, target, headSha } = request;
  const bench: Bench = {
    request,
    tree,
    paths: new Set(tree.keys()),
    read: new Map(),
    made: new Map(),
    base: new Map(),
    named: new Set(),
    changes: [],
    taken: [],
    declined: [],
    asks: new Map(),
    toAsk: [],
    agentCalls: [],
  };
  for (const path of attempt.keeps ? (attempt.on?.paths ?? []) : []) {
    // What is not there yet was made by the earlier part.
    bench.base.set(path, (await readFile(target.at, path, headSha)) ?? '');
    bench.named.add(path);
    await contentOf(bench, path);
  }
  return bench;
}

async function answer(services: Services, bench: Bench, work: Work): Promise<boolean> {
  const before = stateOf(bench);
  let answered = false;
  for (const diagnosis of distinct(work.diagnoses)) {
    const source = sourceOf(diagnosis);
    const takers: string[] = [];
    for (const fixer of fixersFor(source)) {
      if (!mayWork(bench, work, fixer)) continue;
      if (await tryFixer(services, bench, { fixer, diagnosis })) takers.push(fixer.id);
    }
    const left = leftRed(source, takers);
    if (left !== null) {
      Object.assign(bench, before);
      bench.declined.push(left);
      return false;
    }
    if (takers.length > 0) answered = true;
  }
  return answered;
}

/** What the fixers have made so far, to go back to. */
function stateOf({ made, named, changes, taken }: Bench): Pick<Bench, 'made' | 'named' | 'changes' | 'taken'> {
  return { made: new Map(made), named: new Set(named), changes: structuredClone(changes), taken: [...taken] };
}

/** Jobs of a matrix fail alike; what they say is looked at once. */
function distinct(diagnoses: readonly StoredDiagnosis[]): StoredDiagnosis[] {
  const seen = new Map(
    diagnoses.map((one) => [
      JSON.stringify([
        one.diagnosis.diagnostics.map(({ tool, path, line, code }) => [tool, path, line, code]),
        one.printedDiffs.map(({ text }) => text),
      ]),
      one,
    ]),
  );
  return [...seen.values()].slice(0, MOST_LOGS);
}

function mayWork({ request }: Bench, { incident }: Work, fixer: Fixer): boolean {
  const { policy, approved, attempt } = request;
  if (!fixerEnabled(policy.config, fixer.id)) return false;
  if (fixer.needsApproval && !approved) return false;
  return !attempt.refutedFixers.get(incident.id)?.has(fixer.id);
}

/** @returns whether the failure is answered: by this fixer's change, or by what an earlier one did to the same files */
async function tryFixer(
  services: Services,
  bench: Bench,
  { fixer, diagnosis }: { fixer: Fixer; diagnosis: StoredDiagnosis },
): Promise<boolean> {
  const plan = fixer.plan(sourceOf(diagnosis), bench.paths);
  if (isDeclined(plan)) return decline(bench, fixer, plan.declined);
  if (plan.targets.some((path) => !FILE_MODES.has(bench.tree.get(path)?.mode ?? ''))) {
    return decline(bench, fixer, 'A file to change is a symlink or a submodule.');
  }
  const task = await taskOf(bench, fixer, diagnosis, plan);
  const result = await services.runFixer(task, bench.request.signal).catch(failureOf);
  if (isDeclined(result)) {
    decline(bench, fixer, result.declined);
    const isMade = plan.targets.length > 0 && plan.targets.every((path) => bench.made.has(path));
    return isMade && isAnswered(services, bench, { fixer, task, declined: result.declined });
  }
  const { edits, version = fixer.version } = result;
  return take(services, bench, { fixer, diagnosis, plan, version, paths: edits.map((edit) => edit.path), edits });
}

interface Refusal {
  fixer: Fixer;
  task: FixerTask;
  declined: string;
}

/** Whether a fixer refuses since others have done to its files what it wants: another job of a matrix says the same. */
async function isAnswered(
  services: Services,
  { read, made, request }: Bench,
  { fixer, task, declined }: Refusal,
): Promise<boolean> {
  if (FORMATTERS.includes(fixer)) return declined.split('; ').every((reason) => reason.includes(NOTHING_TO_CHANGE));
  if (fixer.id !== 'printed-diff') return true;
  const targets = Object.fromEntries(Object.keys(task.targets).map((path) => [path, read.get(path) ?? '']));
  const alone = await services.runFixer({ ...task, targets }, request.signal).catch(failureOf);
  return !isDeclined(alone) && alone.edits.every((one) => keepsWritten(one.before, one.after, made.get(one.path) ?? ''));
}

/** Each costs a process; two tools that disagree do so about most files. */
const MOST_LOOKED_AT = 5;

/**
 * Two tools that each undo what the other wants: the build stays red whoever comes last. Found by asking the earlier one again
 * about what the later one has made.
 */
async function findFight(services: Services, bench: Bench): Promise<string | null> {
  for (const [index, { fixer, diagnosis, plan, paths, edits }] of bench.taken.entries()) {
    const later = bench.taken.slice(index + 1).filter((one) => one.fixer.id !== fixer.id);
    const shared = paths.filter((path) => later.some((one) => one.paths.includes(path)));
    for (const path of shared.slice(0, MOST_LOOKED_AT)) {
      if (fixer.id === 'printed-diff') {
        const edit = edits.find((one) => one.path === path);
        if (!edit || keepsWritten(edit.before, edit.after, bench.made.get(path) ?? '')) continue;
      } else {
        const task = await taskOf(bench, fixer, diagnosis, { ...plan, targets: [path] });
        const again = await services.runFixer(task, bench.request.signal).catch(failureOf);
        if (isDeclined(again) || again.edits.length === 0) continue;
      }
      const other = later.find((one) => one.paths.includes(path))?.fixer.id;
      return `${fixer.id} and ${other} want ${path} differently: whatever the one does, the other undoes.`;
    }
  }
  return null;
}

/** A fixer that fails costs its own change, not the others'; only what stops the whole job goes on. */
function failureOf(error: unknown): Declined {
  if (error instanceof FixerFailedError && error.code !== 'FIXER_ABORTED') return { declined: error.message };
  throw error;
}

async function taskOf(bench: Bench, fixer: Fixer, diagnosis: StoredDiagnosis, plan: FixPlan) {
  const [targets, context] = await Promise.all([contentsOf(bench, plan.targets), contentsOf(bench, plan.context)]);
  return { fixer: fixer.id, source: sourceOf(diagnosis), targets, context, present: plan.present ?? [] };
}

/** A process of its own gets only what it needs. */
function sourceOf({ diagnosis, printedDiffs, workflowPath, jobName }: StoredDiagnosis): FixSource {
  return { diagnosis, printedDiffs, workflow: { path: workflowPath, jobName } };
}

/** Takes a fixer's edits over when the whole passes the gate with them. */
async function take(services: Services, bench: Bench, taken: Taken): Promise<boolean> {
  const { fixer, diagnosis, plan, version, paths, edits } = taken;
  const before = new Map(bench.made);
  for (const edit of edits) bench.made.set(edit.path, edit.after);
  const named = new Set(bench.named);
  for (const path of plan.targets) bench.named.add(path);
  const gate = await gateOf(services, bench, wholePatch(bench));
  if (!gate.pass) {
    bench.made = before;
    bench.named = named;
    if (gate.askable) bench.asks.set(diagnosis.incidentId, gate.reasons.join(' '));
    return decline(bench, fixer, gate.reasons.join(' '));
  }
  const { id, tool } = fixer;
  bench.taken.push(taken);
  const known = bench.changes.find((one) => one.fixer === id && one.version === version);
  if (known) known.paths = [...new Set([...known.paths, ...paths])];
  else bench.changes.push({ fixer: id, tool, version, paths });
  return true;
}

function decline(bench: Bench, fixer: Fixer, reason: string): false {
  bench.declined.push(`${fixer.id}: ${reason}`);
  return false;
}

/** Holds the whole against the gate, with what is named so far. */
export function gateOf(services: Services, bench: Bench, edits: readonly Edit[]): Promise<GateResult> {
  const input = {
    edits,
    namedPaths: [...bench.named],
    allowedPaths: bench.request.policy.config.paths.allowed,
    protectedPaths: bench.request.policy.config.paths.protected,
    approved: bench.request.approved,
  };
  return services.judgePatch(input, bench.request.signal);
}

/** From the failed commit to what the files are by now. */
export function wholePatch(bench: Bench): Edit[] {
  const paths = new Set([...bench.base.keys(), ...bench.made.keys()]);
  return [...paths].flatMap((path) => {
    const parent = bench.read.get(path) ?? '';
    const before = bench.base.get(path) ?? parent;
    const after = bench.made.get(path) ?? parent;
    return after === before ? [] : [{ path, before, after }];
  });
}

function addedEdits(bench: Bench): Edit[] {
  return [...bench.made].flatMap(([path, after]) => {
    const before = bench.read.get(path) ?? '';
    return after === before ? [] : [{ path, before, after }];
  });
}

async function contentsOf(bench: Bench, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(paths.map(async (path) => [path, await contentOf(bench, path)] as const));
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

/** A file as it is by now; `null` when it is no text. */
export async function contentOf(bench: Bench, path: string): Promise<string | null> {
  const made = bench.made.get(path);
  if (made !== undefined) return made;
  const known = bench.read.get(path);
  if (known !== undefined) return known;
  const { target, attempt } = bench.request;
  const content = await readFile(target.at, path, attempt.parentSha);
  bench.read.set(path, content);
  return content;
}
