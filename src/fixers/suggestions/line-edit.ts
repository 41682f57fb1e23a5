/** A change within one line of a file. */
export interface LineEdit {
  /** From 0. */
  line: number;
  /** Columns from 0; equal where something is only inserted. */
  from: number;
  to: number;
  text: string;
}

/** The smallest change that makes one line another; `null` where they are the same. */
export function changeOfLine(line: number, before: string, after: string): LineEdit | null {
  if (before === after) return null;
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let end = 0;
  while (end < before.length - from && end < after.length - from && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { line, from, to: before.length - end, text: after.slice(from, after.length - end) };
}

/** Makes the changes; the same one counts once. `null` where two of them touch each other, but for new lines at one place. */
export function applyLineEdits(text: string, edits: readonly LineEdit[]): string | null {
  const lines = text.split('\n');
  const unique = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
  const ordered = unique.reverse().sort((left, right) => right.line - left.line || right.from - left.from);
  for (const [index, edit] of ordered.entries()) {
    const after = ordered[index - 1];
    const isTouching = after !== undefined && after.line === edit.line && edit.to >= after.from;
    if (isTouching && !(isNewLine(edit) && isNewLine(after))) return null;
    const line = lines[edit.line];
    if (line === undefined || edit.to > line.length) return null;
    lines[edit.line] = line.slice(0, edit.from) + edit.text + line.slice(edit.to);
  }
  return lines.join('\n');
}

function isNewLine({ from, to, text }: LineEdit): boolean {
  return from === 0 && to === 0 && text.endsWith('\n');
}

/** A semicolon at the end of a line that has no comment. `column` from 1, or `null` where the compiler does not tell it. */
export function semicolonAt(lines: readonly string[], row: number, column: number | null): LineEdit | null {
  const line = (lines[row] ?? '').trimEnd();
  if (line === '' || /[;{,\\]$/.test(line) || /\/\/|\*\/$/.test(line)) return null;
  if (column !== null && column - 1 !== line.length && !line.includes('\t')) return null;
  return { line: row, from: line.length, to: line.length, text: ';' };
}
