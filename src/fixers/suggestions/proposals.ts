import type { Diagnostic, PrintedDiff } from '../../diagnosis/types.ts';
import { isForFormatters, voiceOf } from '../judges.ts';
import type { FixSource } from '../types.ts';
import { type Consequence, consequenceOf, includeProposal, semicolonAbove } from './gcc.ts';
import { type LineEdit, semicolonAt } from './line-edit.ts';
import { literalProposal } from './literal.ts';
import { rustProposal } from './rust.ts';

/** What a compiler proposes for one error. `edit` says where in the file's lines; `null` where the file is not as it says. */
export interface Proposal {
  path: string;
  /** Of the error, from 0. */
  row: number;
  /** The name that a module does not export, where it is about that: what uses its import goes by it too. */
  imported?: string;
  edit(lines: readonly string[]): LineEdit | null;
}

const NAME = '(?:[A-Za-z_$][\\w$]{0,199})';

/** tsc's TS2724. */
const NOT_EXPORTED = /^'.*' has no exported member named '(?<name>[^']{1,200})'\. Did you mean '(?<other>[^']{1,200})'\?$/;

/** Only the letter's case is wrong, and only one is there. */
const GO_CASE =
  /^[^\s]{1,300} undefined \(type .{1,300} has no field or method (?<name>\w{1,200}), but does have (?:field |method )?(?<other>\w{1,200})\)$/;

/** Messages that quote a name and propose another, by tool. */
const RENAMINGS: Readonly<Record<string, readonly RegExp[]>> = {
  tsc: [
    /^(?:Property|Cannot find name|Could not find name|Cannot find namespace) '(?<name>[^']{1,200})'(?: does not exist on type '.*')?\. Did you mean '(?<other>[^']{1,200})'\?$/,
    /^Object literal may only specify known properties, but '(?<name>[^']{1,200})' does not exist in type '.*'\. Did you mean to write '(?<other>[^']{1,200})'\?$/,
    NOT_EXPORTED,
  ],
  gcc: [
    /^‘(?<name>\w{1,200})’ (?:undeclared|was not declared in this scope)(?: \(.{1,80}\))?; did you mean ‘(?<other>\w{1,200})’\?$/,
    /^unknown type name ‘(?<name>\w{1,200})’; did you mean ‘(?<other>\w{1,200})’\?$/,
    /^‘.*’ has no member named ‘(?<name>\w{1,200})’; did you mean ‘(?<other>\w{1,200})’\?$/,
    /^implicit declaration of function ‘(?<name>\w{1,200})’; did you mean ‘(?<other>\w{1,200})’\?$/,
  ],
  clang: [
    /^(?:use of undeclared identifier|unknown type name|call to undeclared function) '(?<name>\w{1,200})'; did you mean '(?<other>\w{1,200})'\?$/,
    /^no (?:member|type|template|variable) named '(?<name>\w{1,200})' in '.*'; did you mean '(?<other>\w{1,200})'\?$/,
  ],
  'go build': [GO_CASE],
  'go vet': [GO_CASE],
  // Without a column: the name must stand once in the line.
  mypy: [/^".{1,200}" has no attribute "(?<name>\w{1,200})"; maybe "(?<other>\w{1,200})"\?(?: \[attr-defined\])?$/],
};

const TSC_CODES = /^TS(?:2551|2552|2561|2570|2724|2833)$/;

/** gcc tells of a name only once, however often it stands in the function. */
const TOLD_ONCE = /\(first use in this function\)|^implicit declaration of/;

const SEMICOLON: Readonly<Record<string, RegExp>> = {
  gcc: /^expected ‘;’ (?:before|after) /,
  clang: /^expected ';' (?:after|at end of) /,
  javac: /^';' expected$/,
};

export interface Proposals {
  proposals: Proposal[];
  /** Errors that may follow from those for which there is a proposal. */
  consequences: Consequence[];
  /** Errors for which nothing certain is proposed. */
  others: Diagnostic[];
}

/** What the compilers propose, and the errors for which they propose nothing that is certain. */
export function proposalsOf({ diagnosis, printedDiffs }: FixSource): Proposals {
  const found: Proposals = { proposals: [], consequences: [], others: [] };
  const mended: Diagnostic[] = [];
  const left: Diagnostic[] = [];
  for (const one of diagnosis.diagnostics) {
    if (one.severity !== 'error' || one.path === null || isForFormatters(one)) continue;
    const edit = one.line === null ? null : editFor(one, printedDiffs);
    const imported = voiceOf(one) === 'tsc' ? NOT_EXPORTED.exec(one.message)?.groups?.['name'] : undefined;
    if (!edit) {
      left.push(one);
      continue;
    }
    mended.push(one);
    const row = (one.line ?? 0) - 1;
    found.proposals.push({ path: one.path, row, edit, ...(imported === undefined ? {} : { imported }) });
  }
  for (const one of left) {
    const consequence = consequenceOf(one, mended);
    if (consequence) found.consequences.push(consequence);
    else found.others.push(one);
  }
  return found;
}

function editFor(one: Diagnostic, printed: readonly PrintedDiff[]): Proposal['edit'] | null {
  const help = printed.find(({ tool, startLine }) => tool === 'rustc' && startLine === one.logLine);
  return (
    renaming(one) ??
    literalProposal(one) ??
    semicolonAbove(one) ??
    semicolon(one) ??
    includeProposal(one, printed) ??
    rustProposal(one, help)
  );
}

function renaming(one: Diagnostic): Proposal['edit'] | null {
  const { code, message, line, column } = one;
  const tool = voiceOf(one);
  // `next build` leaves the codes out.
  if (tool === 'tsc' && !TSC_CODES.test(code ?? '') && one.tool !== 'next') return null;
  for (const form of RENAMINGS[tool] ?? []) {
    const { name = '', other = '' } = form.exec(message)?.groups ?? {};
    if (!isName(name) || !isName(other) || (column === null && tool !== 'mypy')) continue;
    return (lines) => {
      const row = (line ?? 0) - 1;
      if (TOLD_ONCE.test(message) && occurrences(lines, name) !== 1) return null;
      const at = placeOf(lines[row] ?? '', name, column);
      return at === null ? null : { line: row, from: at, to: at + name.length, text: other };
    };
  }
  return null;
}

function isName(text: string): boolean {
  return new RegExp(`^${NAME}$`).test(text);
}

function occurrences(lines: readonly string[], name: string): number {
  return lines.reduce((sum, line) => sum + placesOf(line, name).length, 0);
}

/** Where the compiler says; or, since compilers count tabs and bytes in their ways, the only place of the name in the line. */
function placeOf(line: string, name: string, column: number | null): number | null {
  const places = placesOf(line, name);
  if (column !== null && places.includes(column - 1)) return column - 1;
  const hasOddColumns = column === null || /[^\x20-\x7e\r]/.test(line);
  return hasOddColumns && places.length === 1 ? (places[0] ?? null) : null;
}

function placesOf(line: string, name: string): number[] {
  const isPart = (character: string | undefined) => character !== undefined && /[\w$]/.test(character);
  const places: number[] = [];
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + name.length)) {
    if (!isPart(line[at - 1]) && !isPart(line[at + name.length])) places.push(at);
  }
  return places;
}

/** Only at the end of a line: there nothing else can have been meant to follow. */
function semicolon({ tool, message, line, column }: Diagnostic): Proposal['edit'] | null {
  if (!SEMICOLON[tool]?.test(message)) return null;
  return (lines) => semicolonAt(lines, (line ?? 0) - 1, column);
}
