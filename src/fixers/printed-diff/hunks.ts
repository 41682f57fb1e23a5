/** A line of a change: it stays, goes or comes. */
export interface Row {
  mark: ' ' | '-' | '+';
  text: string;
}

/**
 * A block of lines to be replaced. A file's text is cut at its line feeds, so a line end at the end of the file is an empty
 * last piece, and a change of that line end is a row that comes or goes like others.
 */
export interface Hunk {
  /** Where the block may begin, from 0, as the tool numbers lines; the first that fits counts. */
  at: readonly number[];
  rows: readonly Row[];
  /**
   * `closed`: a line end follows the block. `end`: the block reaches the file's end. `last`: the same, but for a last line
   * end. `free`: any.
   */
  ends: 'closed' | 'end' | 'last' | 'free';
}

/** Blocks with fewer lines fit in too many places to be looked for elsewhere than where the tool says. */
const LEAST_LINES_TO_MOVE = 3;

interface Block {
  at: readonly number[];
  ends: Hunk['ends'];
  old: readonly string[];
  new: readonly string[];
}

/**
 * Replaces the blocks, which come in their order in the file. Each must be found exactly: where the tool says, or else in
 * the only place that has these very lines.
 * @returns the new text, or why it can't be
 */
export function applyHunks(text: string, hunks: readonly Hunk[]): { text: string } | { reason: string } {
  const ending = lineEndOf(text);
  if (ending === null) return { reason: 'it mixes line ends, and a log does not show them' };
  if (hunks.some(isHidden)) {
    return { reason: 'the change is in characters that the log does not show' };
  }
  const lines = text.split(ending);
  if (ending === '\r\n' && !keepsLineEnds(hunks, lines)) return { reason: 'the log does not show which line ends are wanted' };
  const result: string[] = [];
  let done = 0;
  for (const block of hunks.map(blockOf)) {
    const at = placeOf(lines, block, done);
    if (at === null) return { reason: 'the lines that the change starts from are not in it' };
    result.push(...lines.slice(done, at), ...block.new);
    done = at + block.old.length;
  }
  const changed = [...result, ...lines.slice(done)].join(ending);
  return changed === text ? { reason: 'the change shows no difference' } : { text: changed };
}

function blockOf({ at, ends, rows }: Hunk): Block {
  const texts = (mark: Row['mark']) => rows.filter((row) => row.mark !== mark).map((row) => row.text);
  return { at, ends, old: texts('+'), new: texts('-') };
}

/** The one line end that a text has; `null` when it has several. */
function lineEndOf(text: string): '\n' | '\r\n' | null {
  if (!text.includes('\r')) return '\n';
  return /[\r\n]/.test(text.replaceAll('\r\n', '')) ? null : '\r\n';
}

/** A log shows no carriage returns; a line with one that stays as it is proves that the tool keeps them. */
function keepsLineEnds(hunks: readonly Hunk[], lines: readonly string[]): boolean {
  const deleted = hunks.flatMap(({ rows }) => rows).filter((row) => row.mark === '-').length;
  return deleted < lines.length - 1;
}

/**
 * No tool prints a line as changed that is the same before and after, at the beginning or the end of what it changes, but for
 * the file's last line, whose line end comes or goes.
 */
function isHidden({ rows, ends }: Hunk): boolean {
  const changes = changesOf(rows);
  const isSame = (left?: string, right?: string) => left !== undefined && left === right && left.trim() !== '';
  return (ends === 'end' ? changes.slice(0, -1) : changes).some(
    ({ old, new: wanted }) => isSame(old[0], wanted[0]) || isSame(old.at(-1), wanted.at(-1)),
  );
}

/** The runs of rows that go or come. */
function changesOf(rows: readonly Row[]): { old: string[]; new: string[] }[] {
  const changes: { old: string[]; new: string[] }[] = [];
  let before: Row['mark'] = ' ';
  for (const { mark, text } of rows) {
    if (mark !== ' ' && before === ' ') changes.push({ old: [], new: [] });
    if (mark === '-') changes.at(-1)?.old.push(text);
    if (mark === '+') changes.at(-1)?.new.push(text);
    before = mark;
  }
  return changes;
}

function placeOf(lines: readonly string[], block: Block, from: number): number | null {
  const told = block.at.find((at) => at >= from && fits(lines, block, at));
  if (told !== undefined) return told;
  if (block.old.length < LEAST_LINES_TO_MOVE) return null;
  let found: number | null = null;
  for (let at = from; at + block.old.length <= lines.length; at++) {
    if (!fits(lines, block, at)) continue;
    if (found !== null) return null;
    found = at;
  }
  return found;
}

function fits(lines: readonly string[], { old, ends }: Block, at: number): boolean {
  const after = at + old.length;
  if (after > lines.length) return false;
  const left = lines.length - after;
  if (ends === 'closed' && left === 0) return false;
  if (ends === 'end' && left > 0) return false;
  if (ends === 'last' && left > 0 && !(left === 1 && lines.at(-1) === '')) return false;
  return old.every((line, index) => lines[at + index] === line);
}
