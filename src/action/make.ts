import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, pathsNamed, placed } from '../fixers/places/places.ts';
import { isDeclined } from '../fixers/types.ts';
import { readTree } from '../github/files.ts';
import type { Work } from '../healing/fixes/gather-work.ts';
import { type Change, makeChange } from '../healing/fixes/make-change.ts';
import { sourceOf } from '../healing/fixes/placed-source.ts';
import type { Edit } from '../policy/gate.ts';
import { type Action, type CheckoutOrReason, makers } from './action.ts';
import { OWN_COMMAND, ownCommandFor } from './own-command.ts';
import { runScript } from './programs.ts';

/** A change with what it answers. */
export type Made = Pick<Change, 'edits' | 'executables' | 'changes' | 'work'>;

/** What came of making it; `reasons` say what is left, for people. */
export interface Making {
  made: Made | null;
  reasons: string[];
}

/** Together with the fixers' half minute each a job's time is not used up. */
const FIXERS_TIMEOUT_MS = 5 * 60_000;
const COMMAND_TIMEOUT_MS = 10 * 60_000;

/** Lets the fixers make a change, and the repository's own command what they have no answer to. */
export async function make(action: Action, work: readonly Work[], checkout: CheckoutOrReason): Promise<Making> {
  const { at, occasion, policy } = action;
  const { headSha } = occasion.run;
  const change = await makeChange(makers, {
    target: { at },
    headSha,
    attempt: {
      kind: 'fresh',
      work: [...work],
      parentSha: headSha,
      on: null,
      keeps: false,
      refutedFixers: new Map<string, ReadonlySet<string>>(),
    },
    policy,
    approved: false,
    signal: AbortSignal.timeout(FIXERS_TIMEOUT_MS),
  });
  const made: Made | null = 'refusal' in change ? null : change;
  const answered = new Set(made?.work);
  const left = work.filter((one) => !answered.has(one) && !change.asks.has(one.incident.id));
  const reasons = [
    ...('refusal' in change ? [change.refusal] : change.unanswered.map(({ reason }) => reason)),
    ...[...change.asks.values()].map(({ reason }) => `${reason} A person must agree, and a workflow can ask nobody.`),
  ];
  const forCommand = left.filter(({ incident }) => ownCommandFor(policy.config, incident.cause) !== null);
  if (forCommand.length === 0) return { made, reasons };
  const own = await makeByCommand(action, { made, work: forCommand }, checkout);
  return typeof own === 'string' ? { made, reasons: [...reasons, own] } : { made: own, reasons: [] };
}

/** @returns a sentence where the command brings nothing */
async function makeByCommand(
  { environment, at, occasion, policy, output }: Action,
  { made, work }: { made: Made | null; work: readonly Work[] },
  checkout: CheckoutOrReason,
): Promise<Made | string> {
  const script = policy.config.fix ?? '';
  if (typeof checkout === 'string') return `The own command was not run, for ${checkout}.`;
  const blocked = await checkout.apply(made?.edits ?? []);
  if (blocked !== null) return `The own command was not run, for ${blocked}.`;
  const options = { cwd: checkout.folder, env: environment.forPrograms, timeoutMs: COMMAND_TIMEOUT_MS };
  const end = await runScript({ title: script, script }, options, output);
  const changed = await checkout.changes();
  const executables = await executablesOf(checkout.folder, changed);
  await checkout.restore();
  if (end.kind === 'timed-out') return `The own command took more than ${COMMAND_TIMEOUT_MS / 60_000} minutes.`;
  const tree = await readTree(at, occasion.run.headSha);
  if (tree === null) return 'The repository has more files than GitHub lists in one answer.';
  const namedPaths = [...new Set([...(made?.edits.map(({ path }) => path) ?? []), ...namedBy(work, new Set(tree.keys()))])];
  const edits = changed.filter(({ path }) => namedPaths.includes(path));
  if (edits.every(({ path }) => made?.edits.some((one) => one.path === path) ?? false))
    return 'The own command changed none of the files that the log names.';
  const { allowed: allowedPaths, protected: protectedPaths } = policy.config.paths;
  const gate = await makers.judgePatch(
    { edits, namedPaths, allowedPaths, protectedPaths },
    AbortSignal.timeout(FIXERS_TIMEOUT_MS),
  );
  if (!gate.pass) return gate.reasons.join(' ');
  const change = {
    fixer: OWN_COMMAND,
    tool: "the repository's own command",
    version: script,
    paths: edits.map(({ path }) => path),
    ownCommand: true as const,
  };
  return { edits, executables, changes: [...(made?.changes ?? []), change], work: [...(made?.work ?? []), ...work] };
}

/** The files of the repository that the logs name; a fix may touch no others. */
function namedBy(work: readonly Work[], paths: ReadonlySet<string>): string[] {
  return work.flatMap(({ diagnoses }) =>
    diagnoses.flatMap((one) => {
      const source = sourceOf(one);
      return placed(pathsNamed(source), source, paths).flatMap((place) => {
        const files = filesOf([place]);
        return isDeclined(files) ? [] : files;
      });
    }),
  );
}

async function executablesOf(folder: string, edits: readonly Edit[]): Promise<string[]> {
  const found = await Promise.all(
    edits.map(async ({ path }) => (((await stat(join(folder, path))).mode & 0o111) === 0 ? [] : [path])),
  );
  return found.flat();
}
