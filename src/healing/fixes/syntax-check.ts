import { syntaxCheck } from '../../fixers/syntax/check.ts';
import { isDeclined } from '../../fixers/types.ts';
import { FixerFailedError } from '../../isolation/fixer-process.ts';
import type { Edit } from '../../policy/gate.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { Makers } from '../services.ts';

/** @returns why the edits may not be, as a sentence: one would bring a syntax error in; `null` when none would */
export async function checkSyntax(
  services: Makers,
  edits: readonly Edit[],
  { diagnosis }: Pick<StoredDiagnosis, 'diagnosis'>,
  signal: AbortSignal,
): Promise<string | null> {
  const targets = Object.fromEntries(edits.map(({ path, after }) => [path, after]));
  const context = Object.fromEntries(edits.filter(({ before }) => before !== '').map(({ path, before }) => [path, before]));
  try {
    const task = { fixer: syntaxCheck.id, source: { diagnosis, printedDiffs: [] }, targets, context };
    const result = await services.runFixer(task, signal);
    return isDeclined(result) ? result.declined : null;
  } catch (error) {
    if (error instanceof FixerFailedError && error.code !== 'FIXER_ABORTED')
      return `Its syntax could not be looked at: ${error.message}`;
    throw error;
  }
}
