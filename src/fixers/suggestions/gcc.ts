import { GCC_NOTE } from '../../diagnosis/printed-diffs/printed-forms.ts';
import type { Diagnostic, PrintedDiff } from '../../diagnosis/types.ts';
import type { LineEdit } from './line-edit.ts';
import { semicolonAt } from './line-edit.ts';

type EditOf = (lines: readonly string[]) => LineEdit | null;

/** Lines of the log between an error and its note: the line that it is about, and the marks below. */
const MOST_LINES_TO_NOTE = 4;

/** What is missing where a header is: a function of C, or a member of `std`. */
const LACKS_HEADER =
  /^(?:implicit declaration of function ‘(?<function>\w{1,100})’|‘(?<member>\w{1,100})’ (?:is not a member of|in namespace) ‘std’.*|‘(?<name>\w{1,100})’ (?:was not declared in this scope|undeclared)(?: \(.{1,60}\))?|unknown type name ‘(?<type>\w{1,100})’)$/;

/** A header that GCC says is missing; the standard library's, at the place where GCC would insert it. */
export function includeProposal({ tool, message, logLine }: Diagnostic, printed: readonly PrintedDiff[]): EditOf | null {
  if (tool !== 'gcc' || !LACKS_HEADER.test(message)) return null;
  const help = printed.find(
    ({ tool: by, startLine }) => by === 'gcc' && startLine > logLine && startLine - logLine <= MOST_LINES_TO_NOTE,
  );
  const note = help?.text.split('\n')[0] ?? '';
  const header = GCC_NOTE.exec(note)?.groups?.['header'];
  const row = Number(/:(?<line>\d{1,7}):\d{1,7}: note: /.exec(note)?.groups?.['line'] ?? 0) - 1;
  if (!help?.isComplete || header === undefined || row < 0) return null;
  return (lines) => {
    const end = (lines[0] ?? '').endsWith('\r') ? '\r\n' : '\n';
    const isThere = lines.some((line) => line.replaceAll(/\s/g, '').startsWith(`#include${header}`));
    return isThere || lines[row] === undefined ? null : { line: row, from: 0, to: 0, text: `#include ${header}${end}` };
  };
}

/** An error that may follow from one that is mended. */
export interface Consequence {
  path: string;
  /** @param rows of the file's lines that are changed, and of those that the mended errors name */
  holds(lines: readonly string[], rows: { edited: ReadonlySet<number>; named: ReadonlySet<number> }): boolean;
}

const OF_SAME_LINE = /^(?:expected primary-expression before |expected ‘;’ before |template argument \d{1,3} is invalid)/;
const OF_NAME = /^incompatible implicit declaration of built-in function ‘(?<name>\w{1,100})’/;
const UNDECLARED = /^‘(?<name>\w{1,100})’ (?:was not declared in this scope|undeclared)/;
const UNUSED = /^unused variable ‘\w{1,100}’/;
const NO_RETURN = /^(?:no return statement in function returning non-void|control reaches end of non-void function)/;

/**
 * What GCC also says where a type is not known for want of its header, or a statement for want of its semicolon.
 * @param mended errors for which there is a proposal
 */
export function consequenceOf(one: Diagnostic, mended: readonly Diagnostic[]): Consequence | null {
  const near = mended.filter(({ tool, path }) => tool === 'gcc' && path === one.path);
  const { path, line, message } = one;
  if (one.tool !== 'gcc' || path === null || line === null || near.length === 0) return null;
  const always = { path, holds: () => true };
  if (OF_SAME_LINE.test(message) && near.some((error) => error.line === line)) return always;
  const named = OF_NAME.exec(message)?.groups?.['name'];
  if (named !== undefined) return near.some((error) => error.message.includes(`‘${named}’`)) ? always : null;
  if (NO_RETURN.test(message)) return near.some((error) => isReturnMissed(error, line)) ? always : null;
  if (UNUSED.test(message)) return { path, holds: (_, { edited }) => edited.has(line - 1) };
  const undeclared = UNDECLARED.exec(message)?.groups?.['name'];
  if (undeclared === undefined || !near.some((error) => LACKS_HEADER.test(error.message))) return null;
  const declared = new RegExp(`[\\w>&*] ?\\b${undeclared}\\b`);
  return { path, holds: (lines, rows) => [...rows.named].some((row) => declared.test(lines[row] ?? '')) };
}

/** A statement that GCC has not understood may have been the return. */
function isReturnMissed({ line, message }: Diagnostic, at: number): boolean {
  return /^expected ‘,’ or ‘;’ before ‘return’/.test(message) && line !== null && at >= line && at <= line + 2;
}

const BEFORE_NEXT = /^expected (?:‘,’ or )?‘;’ before ‘(?<next>[\w}]{1,100})’$/;

/** The compiler names the token that comes next; where that begins a line, the semicolon belongs to the end of the one above. */
export function semicolonAbove({ tool, message, line, column }: Diagnostic): EditOf | null {
  const next = tool === 'gcc' ? BEFORE_NEXT.exec(message)?.groups?.['next'] : undefined;
  if (next === undefined || line === null || column === null) return null;
  return (lines) => {
    const text = lines[line - 1] ?? '';
    // GCC says so at the next token, or at the end of the one before.
    const isAtNext = text.trimStart().startsWith(next) && text.slice(0, column - 1).trim() === '';
    if (!isAtNext) return message.startsWith('expected ‘;’') ? semicolonAt(lines, line - 1, column) : null;
    let row = line - 2;
    while (row >= 0 && (lines[row] ?? '').trim() === '') row--;
    return semicolonAt(lines, row, null);
  };
}
