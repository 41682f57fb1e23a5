import type { Marker } from '../log/text.ts';
import type { CauseCategory, Diagnostic, Severity, TestReport } from '../types.ts';

/** A line of the log as matchers see it: cleaned, and at most `MAX_LINE_CHARACTERS` long. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly marker: Marker | null;
}

/** What a matcher says of a finding; what is left out is `null`, and the severity `error`. */
export type Finding = Pick<Diagnostic, 'message' | 'logLine'> &
  Partial<Omit<Diagnostic, 'message' | 'logLine'>> & {
    /** Tells findings of one place and message apart that the tool counts as several. Else they are one that is told again. */
    readonly part?: string;
  };

/** How a matcher tells what it found, and looks back. */
export interface Report {
  /** The line so many lines before the present one; `null` past `MAX_LOOK_BACK_LINES`. */
  previous(distance: number): Line | null;
  /** Adds a diagnostic. `cause` is what it means when it is not what the tool's errors mean as a rule. */
  diagnostic(finding: Finding, cause?: CauseCategory): void;
  /** Marks lines that explain the failure, with a weight of 0 to 1. They must be recent (look-back) or the present one. */
  highlight(startLine: number, endLine: number, weight: number): void;
  /** Adds what a test framework said; counts of several reports of one framework are summed. */
  tests(report: TestReport): void;
  /** Says that a line is understood although its diagnostic is told only when the lines below it have been read. */
  claim(line: number): void;
  /** Whether a matcher has made a diagnostic of this line, or claimed it. */
  isClaimed(line: number): boolean;
}

/**
 * What a reader says after a line.
 * - `true` asks for the next line too, hint or not, up to `MAX_FOLLOW_LINES` in a row.
 * - `null`: it makes nothing of a line that reads so, and never will unless it has asked for it.
 * - `'told'`: the line stands for itself; it has given the diagnostic of such a line, and keeps nothing in mind.
 *
 * The last two spare work where a line comes again: it is not shown any more for its hints, or not once its diagnostic
 * is known. They must follow from the text alone, not from lines above or an answer of `isClaimed`.
 */
export type Answer = boolean | null | 'told';

/** Reads the lines that hold one of the matcher's hints, and those that it asks for. Made anew for each log. */
export interface LineReader {
  read(line: Line, report: Report): Answer;
  /** The log has ended. */
  finish?(report: Report): void;
}

/**
 * A form in which a tool writes one finding on one line. Named groups: `path`, `line`, `column`, `endLine`,
 * `endColumn`, `severity`, `code`, `message` (required).
 */
export interface LinePattern {
  readonly expression: RegExp;
  /** Used where the expression has no `severity` group. Default `error`. */
  readonly severity?: Severity;
}

/** One tool, or one form of its output. Registered in `registry.ts`; its fixtures lie under `test/fixtures/diagnosis/<id>/`. */
export interface Matcher {
  /** Unique, kebab-case; also the name of the folder with the fixtures. */
  readonly id: string;
  /** The tool as diagnostics name it. */
  readonly tool: string;
  /** What an error of this tool means. `null`: its diagnostics explain, but do not say the cause. */
  readonly cause: CauseCategory | null;
  /** Literals of which each line of interest has one; ASCII letters match in either case. Rare ones make analysis fast. */
  readonly hints: readonly string[];
  /** For output with one finding a line. */
  readonly patterns?: readonly LinePattern[];
  /** For output whose findings reach over lines. */
  readonly createReader?: () => LineReader;
}

/** Makes the reader of a matcher: its own, or one that tries the patterns in order. */
export function readerOf(matcher: Matcher): LineReader {
  if (matcher.createReader) return matcher.createReader();
  const patterns = matcher.patterns ?? [];
  return {
    read(line, report) {
      const finding = firstFindingOf(patterns, line);
      if (!finding) return null;
      report.diagnostic(finding);
      return 'told';
    },
  };
}

/** Applies patterns to a line in order: the first that fits decides. */
export function firstFindingOf(patterns: readonly LinePattern[], line: Line): Finding | null {
  for (const pattern of patterns) {
    const finding = findingOf(pattern, line);
    if (finding) return finding;
  }
  return null;
}

/** Applies a pattern to a line. */
export function findingOf(pattern: LinePattern, line: Line): Finding | null {
  const groups = pattern.expression.exec(line.text)?.groups;
  if (!groups) return null;
  return {
    path: groups['path'] ?? null,
    line: numberOf(groups['line']),
    column: numberOf(groups['column']),
    endLine: numberOf(groups['endLine']),
    endColumn: numberOf(groups['endColumn']),
    severity: groups['severity'] === undefined ? (pattern.severity ?? 'error') : severityOf(groups['severity']),
    code: groups['code'] ?? null,
    message: groups['message'] ?? line.text.trim(),
    logLine: line.number,
  };
}

/** A number of a log; `null` when it is not there or not a whole number that a double holds. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Folds the tools' words for severities. */
export function severityOf(word: string): Severity {
  const folded = word.toLowerCase();
  if (folded.startsWith('warn')) return 'warning';
  return /^(?:info|note|notice|hint|suggestion|style|remark|convention|refactor|debug)/.test(folded) ? 'info' : 'error';
}
