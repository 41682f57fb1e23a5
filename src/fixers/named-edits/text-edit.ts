/** A piece of a text that is replaced. */
export interface TextEdit {
  /** Characters from the text's beginning; equal where something is only inserted. */
  from: number;
  to: number;
  text: string;
}

/** A text with what the rules of edits need to know of it. */
export class EditedText {
  readonly text: string;
  readonly lineEnd: '\n' | '\r\n';
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    this.lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Where a line begins and ends, without its line end. @param line from 1. @returns `null` where the text is shorter */
  line(line: number): { from: number; to: number } | null {
    const from = this.#starts[line - 1];
    if (from === undefined) return null;
    const next = this.#starts[line];
    const to = next === undefined ? this.text.length : next - 1;
    return { from, to: to > from && this.text[to - 1] === '\r' ? to - 1 : to };
  }

  /** The place of a column, at the line's end or in its line end at most. @param column from 1 */
  at(line: number, column: number): number | null {
    const place = this.line(line);
    const at = (place?.from ?? 0) + column - 1;
    // A carriage return has a column of its own.
    return place && at <= place.to + 1 && at <= this.text.length ? at : null;
  }
}

/** Makes the edits; the same one counts once, and so does a cut within another. `null` where two of them touch each other. */
export function withEdits(text: string, edits: readonly TextEdit[]): string | null {
  const unique = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
  let result = '';
  let done = -1;
  for (const { from, to, text: written } of unique.sort((left, right) => left.from - right.from || left.to - right.to)) {
    if (to <= done && from < done && written === '') continue;
    if (from < done || (from === done && from === to)) return null;
    result += text.slice(Math.max(0, done), from) + written;
    done = to;
  }
  return result + text.slice(Math.max(0, done));
}
