import type { Diagnostic, PrintedDiff } from '../../diagnosis/types.ts';
import { changeOfLine, type LineEdit, semicolonAt } from './line-edit.ts';
import type { Proposal } from './proposals.ts';

/** Proposals that are one thing and complete; others need a person to choose or to fill in. */
const CERTAIN =
  /help: (?:an? [\w ]{1,60} with a similar name exists|there is an? [\w ]{1,60} `[^`]{1,200}` with a similar name|there is an? [\w ]{1,60} with a similar name|consider importing this [\w ]{1,40}|remove this `mut`|remove these (?:parentheses|braces)|add `;` here|consider making this binding mutable)(?:$|: `(?<text>[^`]{1,200})`$)/;

/** `12 | code`, `12 - code`, `12 + code`. */
const ROW = /^ {0,12}(?<line>\d{1,7}) (?<mark>[-+|~]) ?/;

/** What rustc proposes for an error, from its `help:`. */
export function rustProposal({ tool, line, column }: Diagnostic, help: PrintedDiff | undefined): Proposal['edit'] | null {
  if (tool !== 'rustc' || !help?.isComplete) return null;
  const rows = help.text.split('\n');
  const helps = rows.filter((row) => /(?:^| )help: /.test(row));
  const at = rows.findIndex((row) => CERTAIN.test(row));
  const [only] = helps;
  if (only === undefined || helps.length !== 1 || at < 0 || line === null || column === null) return null;
  if (only.startsWith('help: ')) return proposedRows(rows.slice(at + 1));
  const text = CERTAIN.exec(only)?.groups?.['text'];
  if (only.includes('help: add `;` here')) return (lines) => semicolonAt(lines, line - 1, column);
  if (only.includes('help: remove this `mut`')) return (lines) => replaced(lines, { line, column }, 'mut ', '');
  const quoted = /`(?<name>\w{1,200})`/.exec(rows[0] ?? '')?.groups?.['name'];
  if (text === undefined || quoted === undefined || !only.includes('similar name')) return null;
  return (lines) => replaced(lines, { line, column }, quoted, text);
}

function replaced(
  lines: readonly string[],
  at: { line: number; column: number },
  before: string,
  after: string,
): LineEdit | null {
  const from = at.column - 1;
  const line = lines[at.line - 1] ?? '';
  const isWhole = line.startsWith(before, from) && (after === '' || !/\w/.test(line.charAt(from + before.length)));
  return isWhole ? { line: at.line - 1, from, to: from + before.length, text: after } : null;
}

/** The lines below `help:`: a line that goes and one that comes, a line that is inserted, or one with marks below what is new. */
function proposedRows(rows: readonly string[]): Proposal['edit'] | null {
  const coded = rows.flatMap((row, index) => {
    const groups = ROW.exec(row)?.groups;
    const start = ROW.exec(row)?.[0].length ?? 0;
    return groups
      ? [{ line: Number(groups['line']), mark: groups['mark'] ?? '', text: row.slice(start), start, next: rows[index + 1] ?? '' }]
      : [];
  });
  const [first, second] = coded;
  if (!first || coded.length > 2) return null;
  const row = first.line - 1;
  if (second) {
    const isPair = first.mark === '-' && second.mark === '+' && first.line === second.line;
    return isPair ? (lines) => (content(lines[row]) === first.text ? changeOfLine(row, first.text, second.text) : null) : null;
  }
  if (first.mark === '+') {
    if (!/^use [\w:]{1,300};$/.test(first.text)) return null;
    return (lines) => (lines[row] === undefined ? null : { line: row, from: 0, to: 0, text: `${first.text}\n` });
  }
  // Before 1.66 a new line has no mark of its own, and nothing below it.
  if (first.mark === '|' && /^use [\w:]{1,300};$/.test(first.text) && /^\s*\|\s*$/.test(first.next)) {
    return (lines) =>
      lines[row] === undefined || lines.includes(first.text) ? null : { line: row, from: 0, to: 0, text: `${first.text}\n` };
  }
  const marks = first.next.slice(first.start);
  return first.mark === '|' && /^\s*\|/.test(first.next) ? (lines) => marked(lines, row, first.text, marks) : null;
}

/** `+` stands below what is inserted, `~` below what replaces something else. */
function marked(lines: readonly string[], row: number, wanted: string, marks: string): LineEdit | null {
  const before = content(lines[row]);
  if (before === null) return null;
  if (/^ *\++[ +]*$/.test(marks)) {
    const kept = [...wanted].filter((_, index) => marks[index] !== '+').join('');
    return kept === before ? changeOfLine(row, before, wanted) : null;
  }
  const groups = /^(?<left> *)(?<middle>~+) *$/.exec(marks)?.groups;
  if (!groups) return null;
  const start = groups['left']?.length ?? 0;
  const tail = wanted.slice(start + (groups['middle']?.length ?? 0));
  const fits = before.startsWith(wanted.slice(0, start)) && before.endsWith(tail) && before.length >= start + tail.length;
  return fits && /^\w+$/.test(before.slice(start, before.length - tail.length)) ? changeOfLine(row, before, wanted) : null;
}

/** The line without a carriage return; `null` for one with tabs, which rustc shows as blanks. */
function content(line: string | undefined): string | null {
  const text = line?.replace(/\r$/, '');
  return text === undefined || text.includes('\t') ? null : text;
}
