/** Where ruff sees what; rows and columns from 1, columns in UTF-16 units. */
interface Place {
  row: number;
  column: number;
}

/** What the engine says; its own types have it as `any`. */
export interface RuffDiagnostic {
  code: string | null;
  message: string;
  start_location: Place;
  fix: { edits: { content: string | null; location: Place; end_location: Place }[] } | null;
}

export type Check = (text: string) => RuffDiagnostic[];

/** Fixes may make room for others; no file needs more rounds. */
const MOST_ROUNDS = 10;

/**
 * Applies fixes until none of the rules has anything left to say.
 * @param check the rules at work on this file, and no others
 * @param named the findings that the log has, as `code:line`
 * @throws when the engine sees something else than the log says, or has no fix
 */
export function fixRules(text: string, check: Check, named: readonly string[]): string {
  let current = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = check(current);
    if (found.length === 0) return current;
    if (round === 0) expectSame(found, named);
    const unfixed = found.find((one) => !one.fix || one.fix.edits.length === 0);
    if (unfixed) throw new Error(`ruff has no fix for ${unfixed.code} at line ${unfixed.start_location.row}`);
    current = applied(current, found);
  }
  throw new Error('ruff does not come to an end with its fixes');
}

function expectSame(found: readonly RuffDiagnostic[], named: readonly string[]): void {
  const seen = found.map((one) => `${one.code}:${one.start_location.row}`);
  const missing = named.find((one) => !seen.includes(one)) ?? seen.find((one) => !named.includes(one));
  if (missing === undefined) return;
  const [code, line] = missing.split(':');
  const who = named.includes(missing) ? "the log names, and Regreen's ruff does not see," : 'the log does not name';
  throw new Error(`there is ${code} at line ${line}, which ${who.replace(/,$/, '')}`);
}

/** Applies the fixes that don't touch each other; the others come in the next round. */
function applied(text: string, found: readonly RuffDiagnostic[]): string {
  const starts = lineStarts(text);
  const at = ({ row, column }: Place) => (starts[row - 1] ?? text.length) + column - 1;
  const taken: { start: number; end: number; content: string }[] = [];
  for (const { fix } of found) {
    const edits = (fix?.edits ?? []).map(({ location, end_location, content }) => ({
      start: at(location),
      end: at(end_location),
      content: content ?? '',
    }));
    const isFree = edits.every((edit) => taken.every((other) => edit.end < other.start || edit.start > other.end));
    if (isFree) taken.push(...edits);
  }
  let result = text;
  for (const { start, end, content } of taken.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + content + result.slice(end);
  }
  return result;
}

/** A line ends as Python ends it: at `\n`, `\r\n` or a lone `\r`. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
}
