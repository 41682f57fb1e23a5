import type { ConfigReading } from '../../config/effective-config.ts';
import type { Declined, Fixer, FixPlan } from '../../fixers/types.ts';
import { readFile, readFiles, readTree } from '../../github/files.ts';
import type { TreeEntry } from '../../github/types.ts';
import type { Edit, GateResult } from '../../policy/gate.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { FixChange } from '../../store/tables/healing-tables.ts';
import type { Makers } from '../services.ts';
import type { Target } from '../target.ts';
import type { Work } from './gather-work.ts';
import type { Attempt } from './plan-attempt.ts';

export interface ChangeRequest {
  target: Pick<Target, 'at'>;
  headSha: string;
  attempt: Attempt;
  policy: ConfigReading;
  /** Whether a person has approved fixers whose changes need it. */
  approved: boolean;
  /**
   * Takes over what an agent has proposed for the work; left out where none is ever asked.
   * @returns whether that answers it
   */
  propose?: (bench: Bench, work: Work) => Promise<boolean>;
  signal: AbortSignal;
}

/** Why a person is asked about what was allowed: only the change itself could tell. */
export interface WhyAsked {
  /** As a decision names it. */
  rule: 'protected-paths' | 'approval';
  reason: string;
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
  asks: Map<string, WhyAsked>;
  toAsk: Work[];
  agentCalls: string[];
  /** What each fixer would do about each diagnosis, by their ids. */
  plans: Map<string, FixPlan | Declined>;
}

export interface Taken {
  fixer: Fixer;
  /** The one that did the work. */
  version: string;
  diagnosis: StoredDiagnosis;
  plan: FixPlan;
  paths: string[];
  edits: readonly Edit[];
}

export async function openBench(request: ChangeRequest, tree: ReadonlyMap<string, TreeEntry>): Promise<Bench> {
  const { attempt } = request;
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
    plans: new Map(),
  };
  const kept = attempt.keeps ? (attempt.on?.paths ?? []) : [];
  const before = await readOnHead(request, kept);
  for (const path of kept) {
    // What is not there yet was made by the earlier part.
    bench.base.set(path, before.get(path) ?? '');
    bench.named.add(path);
  }
  await contentsOf(bench, kept);
  return bench;
}

/** Files as they are on the failed commit. */
async function readOnHead(
  { target, headSha }: ChangeRequest,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const tree = paths.length === 0 ? new Map<string, TreeEntry>() : await readTree(target.at, headSha);
  if (tree) return readFiles(target.at, headSha, entriesOf(tree, paths));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(target.at, path, headSha)] as const)));
}

function entriesOf(tree: ReadonlyMap<string, TreeEntry>, paths: readonly string[]): TreeEntry[] {
  return [...new Set(paths)].flatMap((path) => tree.get(path) ?? []);
}

/** What the fixers have made so far, to go back to. */
export function stateOf({ made, named, changes, taken }: Bench): Pick<Bench, 'made' | 'named' | 'changes' | 'taken'> {
  return { made: new Map(made), named: new Set(named), changes: structuredClone(changes), taken: [...taken] };
}

/** Holds the whole against the gate, with what is named so far. */
export function gateOf(services: Makers, bench: Bench, edits: readonly Edit[]): Promise<GateResult> {
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

/** From the parent to what the files are by now. */
export function addedEdits(bench: Bench): Edit[] {
  return [...bench.made].flatMap(([path, after]) => {
    const before = bench.read.get(path) ?? '';
    return after === before ? [] : [{ path, before, after }];
  });
}

/** Files as they are by now, those that are text; what was not read before is read together. */
export async function contentsOf(bench: Bench, paths: readonly string[]): Promise<Record<string, string>> {
  const { target, attempt } = bench.request;
  const left = paths.filter((path) => !bench.made.has(path) && !bench.read.has(path));
  const texts = await readFiles(target.at, attempt.parentSha, entriesOf(bench.tree, left));
  for (const path of left) bench.read.set(path, texts.get(path) ?? null);
  const entries = paths.map((path) => [path, bench.made.get(path) ?? bench.read.get(path) ?? null] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

/** A file as it is by now; `null` when it is no text. */
export async function contentOf(bench: Bench, path: string): Promise<string | null> {
  return (await contentsOf(bench, [path]))[path] ?? null;
}
