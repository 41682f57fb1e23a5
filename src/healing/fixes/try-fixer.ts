import { FORMATTERS } from '../../fixers/formatters.ts';
import { NOTHING_TO_CHANGE } from '../../fixers/formatting/format-files.ts';
import { saysGenerated } from '../../fixers/generated.ts';
import { keepsWritten } from '../../fixers/printed-diff/kept.ts';
import { fixersFor } from '../../fixers/registry.ts';
import { type Declined, type Fixer, type FixPlan, isDeclined } from '../../fixers/types.ts';
import { FixerFailedError, type FixerTask } from '../../isolation/fixer-process.ts';
import { fixerEnabled } from '../../policy/decide.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { Makers } from '../services.ts';
import { type Bench, contentsOf, gateOf, type Taken, wholePatch } from './bench.ts';
import type { Work } from './gather-work.ts';
import { placedSource, sourceOf } from './placed-source.ts';

export const EXECUTABLE_MODE = '100755';
/** Neither symlinks nor submodules. */
const FILE_MODES = new Set(['100644', EXECUTABLE_MODE]);
/** Of a large matrix that fails as a whole, the first logs say what the rest would say. */
const MOST_LOGS = 20;

/** The diagnoses of a failure that are looked at. Jobs of a matrix fail alike; what they say is looked at once. */
export function distinct({ diagnoses }: Work): StoredDiagnosis[] {
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

/** The fixers that have something to say to a diagnosis and may work on it, in their order. */
export function workersFor({ request }: Bench, { incident }: Work, diagnosis: StoredDiagnosis): Fixer[] {
  const { policy, approved, attempt } = request;
  const refuted = attempt.refutedFixers.get(incident.id);
  return fixersFor(sourceOf(diagnosis)).filter(
    (fixer) => fixerEnabled(policy.config, fixer.id) && (approved || !fixer.needsApproval) && !refuted?.has(fixer.id),
  );
}

/** Reads together what the fixers will want to see, and the workflows that failed, from which the fix's way is told. */
export async function readAhead(bench: Bench): Promise<void> {
  const wanted = new Set<string>();
  for (const work of bench.request.attempt.work) {
    wanted.add(work.incident.workflowPath);
    for (const diagnosis of distinct(work)) {
      for (const fixer of workersFor(bench, work, diagnosis)) {
        const plan = await planOf(bench, fixer, diagnosis);
        if (isDeclined(plan) || hasLinks(bench, plan)) continue;
        for (const path of [...plan.targets, ...plan.context]) wanted.add(path);
      }
    }
  }
  await contentsOf(bench, [...wanted]);
}

async function planOf(bench: Bench, fixer: Fixer, diagnosis: StoredDiagnosis): Promise<FixPlan | Declined> {
  const key = `${fixer.id} ${diagnosis.id}`;
  const plan = bench.plans.get(key) ?? fixer.plan(await placedSource(bench, diagnosis), bench.paths);
  bench.plans.set(key, plan);
  return plan;
}

function hasLinks(bench: Bench, { targets }: FixPlan): boolean {
  return targets.some((path) => !FILE_MODES.has(bench.tree.get(path)?.mode ?? ''));
}

/** @returns whether the failure is answered: by this fixer's change, or by what an earlier one did to the same files */
export async function tryFixer(
  services: Makers,
  bench: Bench,
  { fixer, diagnosis }: { fixer: Fixer; diagnosis: StoredDiagnosis },
): Promise<boolean> {
  const plan = await planOf(bench, fixer, diagnosis);
  if (isDeclined(plan)) return decline(bench, fixer, plan.declined);
  if (hasLinks(bench, plan)) return decline(bench, fixer, 'A file to change is a symlink or a submodule.');
  const task = await taskOf(bench, fixer, diagnosis, plan);
  const result = await services.runFixer(task, bench.request.signal).catch(failureOf);
  if (isDeclined(result)) {
    decline(bench, fixer, result.declined);
    const isMade = plan.targets.length > 0 && plan.targets.every((path) => bench.made.has(path));
    return isMade && isAnswered(services, bench, { fixer, task, declined: result.declined });
  }
  const { edits, version = fixer.version } = result;
  const generated = fixer.id === 'printed-diff' ? undefined : edits.find(({ before }) => saysGenerated(before ?? ''));
  if (generated) return decline(bench, fixer, `${generated.path} says that a program writes it.`);
  return take(services, bench, { fixer, diagnosis, plan, version, paths: edits.map((edit) => edit.path), edits });
}

interface Refusal {
  fixer: Fixer;
  task: FixerTask;
  declined: string;
}

/** Whether a fixer refuses since others have done to its files what it wants: another job of a matrix says the same. */
async function isAnswered(
  services: Makers,
  { read, made, request }: Bench,
  { fixer, task, declined }: Refusal,
): Promise<boolean> {
  if (FORMATTERS.includes(fixer)) return declined.split('; ').every((reason) => reason.includes(NOTHING_TO_CHANGE));
  if (fixer.id !== 'printed-diff') return true;
  const targets = Object.fromEntries(Object.keys(task.targets).map((path) => [path, read.get(path) ?? '']));
  const alone = await services.runFixer({ ...task, targets }, request.signal).catch(failureOf);
  return !isDeclined(alone) && alone.edits.every((one) => keepsWritten(one.before, one.after, made.get(one.path) ?? ''));
}

/** A fixer that fails costs its own change, not the others'; only what stops the whole job goes on. */
export function failureOf(error: unknown): Declined {
  if (error instanceof FixerFailedError && error.code !== 'FIXER_ABORTED') return { declined: error.message };
  throw error;
}

/** What a fixer's own process is handed. */
export async function taskOf(bench: Bench, fixer: Fixer, diagnosis: StoredDiagnosis, plan: FixPlan): Promise<FixerTask> {
  const targets = await contentsOf(bench, plan.targets);
  const related =
    fixer.related?.(targets, bench.paths).filter((path) => !hasLinks(bench, { targets: [path], context: [] })) ?? [];
  const context = await contentsOf(bench, [...plan.context, ...related]);
  return { fixer: fixer.id, source: await placedSource(bench, diagnosis), targets, context, present: plan.present ?? [] };
}

/** Takes a fixer's edits over when the whole passes the gate with them. */
async function take(services: Makers, bench: Bench, taken: Taken): Promise<boolean> {
  const { fixer, diagnosis, plan, version, paths, edits } = taken;
  const before = new Map(bench.made);
  for (const edit of edits) bench.made.set(edit.path, edit.after);
  const named = new Set(bench.named);
  for (const path of plan.targets) bench.named.add(path);
  const gate = await gateOf(services, bench, wholePatch(bench));
  if (!gate.pass) {
    bench.made = before;
    bench.named = named;
    if (gate.askable) {
      bench.asks.set(diagnosis.incidentId, { rule: 'protected-paths', reason: gate.reasons.join(' ') });
    }
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
