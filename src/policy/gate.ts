import { keepAssertions, keepExamples } from './gate/assertions.ts';
import { addNothingHidden, keepCode } from './gate/content.ts';
import type { Check, Edit } from './gate/edit.ts';
import { PATCH_LIMITS } from './gate/limits.ts';
import { pathReasons } from './gate/paths.ts';
import { keepRules } from './gate/rules-of-the-build.ts';
import { keepCommands } from './gate/scripts.ts';
import { keepChecks } from './gate/suppressions.ts';
import { keepFailures } from './gate/swallowing.ts';
import { keepTests } from './gate/test-files.ts';
import { keepWorkflows } from './gate/workflow-files.ts';

export type { Edit } from './gate/edit.ts';
export { PATCH_LIMITS } from './gate/limits.ts';
export { isPlainPath, isWorkflowFile } from './gate/paths.ts';

export interface GateInput {
  edits: readonly Edit[];
  /** Files that the diagnosis names: a fix may touch no others. */
  namedPaths: readonly string[];
  /** Patterns of regreen.yml's `paths.allowed`; all when they are not given. */
  allowedPaths?: readonly string[];
  /** Patterns of regreen.yml's `paths.protected`. */
  protectedPaths: readonly string[];
  /** A person approves the very patch before it is pushed: then it may touch workflow files and protected paths. */
  approved?: boolean;
}

/** `askable`: nothing stands against the patch but that a person has not approved it. */
export type GateResult = { pass: true } | { pass: false; reasons: string[]; askable: boolean };

/** What each file of a patch is held against. */
const CHECKS: readonly Check[] = [
  keepCode,
  keepRules,
  keepTests,
  keepAssertions,
  keepExamples,
  keepChecks,
  keepFailures,
  keepCommands,
  keepWorkflows,
  addNothingHidden,
];

/**
 * Holds a patch against the rules that keep a build from being cheated green, wherever the patch comes from. Pure; says every
 * reason. No configuration switches it off.
 */
export function passGate(input: GateInput): GateResult {
  const reasons = reasonsAgainst(input);
  if (reasons.length === 0) return { pass: true };
  const askable = !input.approved && reasonsAgainst({ ...input, approved: true }).length === 0;
  return { pass: false, reasons: [...new Set(reasons)], askable };
}

function reasonsAgainst({ edits, namedPaths, allowedPaths = ['**'], protectedPaths, approved = false }: GateInput): string[] {
  const named = new Set(namedPaths);
  const reasons = [
    ...sizeReasons(edits),
    ...edits.flatMap(({ path }) => pathReasons(path, { named, allowedPaths, protectedPaths, approved })),
  ];
  // What is too large is not read.
  if (reasons.length === 0) reasons.push(...edits.flatMap((edit) => CHECKS.flatMap((check) => check(edit))));
  return reasons;
}

function sizeReasons(edits: readonly Edit[]): string[] {
  const bytes = edits.reduce((sum, edit) => sum + new TextEncoder().encode(edit.after).length, 0);
  return [
    ...(edits.length === 0 ? ['The patch changes nothing.'] : []),
    ...(edits.length > PATCH_LIMITS.files ? [`The patch changes ${edits.length} files; ${PATCH_LIMITS.files} are allowed.`] : []),
    ...(bytes > PATCH_LIMITS.bytes ? [`The patch has ${bytes} bytes; ${PATCH_LIMITS.bytes} are allowed.`] : []),
  ];
}
