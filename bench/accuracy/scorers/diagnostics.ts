import type { Diagnosis, Diagnostic } from '../../../src/diagnosis/types.ts';
import type { CaseOf } from '../case.ts';
import type { Scores } from '../sums.ts';

type Issue = CaseOf<'diagnostics'>['truth']['issues'][number];

/** Characters of a message that must agree: enough to tell two findings of one line apart, and to be the same message. */
const CHARACTERS_TO_TELL_APART = 20;
const CHARACTERS_TO_AGREE = 40;

/** A count may be off by a tenth. */
const COUNT_TOLERANCE = 0.1;

interface Found extends Diagnostic {
  folded: string;
  isTaken: boolean;
}

/** How many of the asserted issues were found, at path and line, and how exactly. */
export function scoreDiagnostics({ truth }: CaseOf<'diagnostics'>, { diagnostics }: Diagnosis): Scores {
  const found = diagnostics.map((one): Found => ({ ...one, folded: foldedPath(one.path), isTaken: false }));
  const asserted = truth.issues.filter(({ path }) => path && path !== '-' && path !== '<unknown source file>');
  const pairs = asserted.flatMap((issue) => {
    const match = matchOf(issue, found);
    if (match) match.isTaken = true;
    return match ? [{ issue, match }] : [];
  });
  const withColumn = pairs.filter(({ issue }) => issue.column);
  const count = truth.count ?? null;
  const recall = shareOf(pairs.length, asserted.length);
  return {
    recall,
    precision: precisionOf(truth.complete ? asserted.length : count, truth.complete ? pairs.length : count, found.length),
    message: shareOf(pairs.filter(({ issue, match }) => sayTheSame(issue, match)).length, asserted.length),
    column: shareOf(withColumn.filter(({ issue, match }) => match.column === issue.column).length, withColumn.length),
    count: count === null ? null : Number(Math.abs(found.length - count) <= count * COUNT_TOLERANCE),
    excess: count === null ? null : Math.max(0, found.length - count) / Math.max(1, count),
    worth: recall ?? Number(count === found.length),
  };
}

/** Against how many a perfect reader would find; `right` of these were found, or all as far as anybody can say. */
function precisionOf(expected: number | null, right: number | null, found: number): number | null {
  if (expected === null || right === null) return null;
  if (found === 0) return expected === 0 ? 1 : 0;
  return Math.min(1, right / found);
}

function matchOf(issue: Issue, found: readonly Found[]): Found | undefined {
  const path = foldedPath(issue.path ?? null);
  const there = found.filter(
    (one) =>
      !one.isTaken &&
      (one.line ?? 0) === (issue.line ?? 0) &&
      (one.folded === path || one.folded.endsWith(`/${path}`) || path.endsWith(`/${one.folded}`)),
  );
  const start = words(issue.message).slice(0, CHARACTERS_TO_TELL_APART);
  return there.find(({ message }) => start !== '' && words(message).includes(start)) ?? there[0];
}

function sayTheSame(issue: Issue, { message }: Found): boolean {
  const wanted = withoutEntities(words(issue.message));
  const said = words(message);
  return (
    wanted === '' || said.includes(wanted.slice(0, CHARACTERS_TO_AGREE)) || wanted.includes(said.slice(0, CHARACTERS_TO_AGREE))
  );
}

/** Some expectations escape HTML. */
function withoutEntities(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => entities[name] ?? '');
}

function foldedPath(path: string | null): string {
  return (path ?? '').replaceAll('\\', '/').replace(/^\.\//, '');
}

function words(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
