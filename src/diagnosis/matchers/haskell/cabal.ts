import type { CauseCategory } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const UNRESOLVED = /^(?:cabal: |Error: cabal: |Error: )?Could not resolve dependencies:$/;
/** `[__1] rejecting: base-4.15 (conflict: shop => base>=99)`. */
const REASON = /^\[__\d{1,5}\] (?<message>(?<kind>unknown package|rejecting|next goal): \S.*)$/;
/** Of the description of a package; the message stands below. */
const PARSE_ERROR =
  /^(?<path>[^\s:][^:]{0,500}(?:\.cabal|cabal\.project(?:\.\w+)?)):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning):$/;
const STATEMENTS: readonly { readonly expression: RegExp; readonly cause: CauseCategory }[] = [
  {
    expression: /^(?<message>No cabal\.project file or cabal file matching the default glob .* was found\.)$/,
    cause: 'build-config',
  },
  { expression: /^(?:Error: )?cabal: (?<message>The program '[^']+' .*required but .*)$/, cause: 'toolchain' },
  { expression: /^(?:Error: )?cabal: (?<message>(?:Cannot|No) .*\btargets?\b.*)$/, cause: 'build-config' },
  { expression: /^(?<message>Test suite \S+: FAIL)$/, cause: 'test-failure' },
];

/** Lines below `Could not resolve dependencies:` in which the reason is looked for. */
const MAX_REASON_LINES = 30;

/** Cabal: dependencies that cannot be had, descriptions that cannot be read, and test suites that fail as a whole. */
export const cabal: Matcher = {
  id: 'cabal',
  tool: 'cabal',
  cause: 'build-config',
  hints: ['could not resolve dependencies:', '.cabal:', 'cabal.project', 'cabal: ', 'Test suite '],
  createReader: () => new CabalReader(),
};

class CabalReader implements LineReader {
  #unresolved: { logLine: number; unknown: string | null; rejected: string | null } | null = null;
  #parseError: Finding | null = null;

  read(line: Line, report: Report): Answer {
    if (this.#unresolved) return this.#readReason(line, report);
    if (this.#parseError) return this.#readMessage(line, report);
    if (UNRESOLVED.test(line.text)) {
      this.#unresolved = { logLine: line.number, unknown: null, rejected: null };
      return true;
    }
    const place = PARSE_ERROR.exec(line.text)?.groups;
    if (place) {
      this.#parseError = {
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        severity: place['severity'] === 'warning' ? 'warning' : 'error',
        message: '',
        logLine: line.number,
      };
      report.claim(line.number);
      return true;
    }
    for (const { expression, cause } of STATEMENTS) {
      const message = expression.exec(line.text)?.groups?.['message'];
      if (message === undefined) continue;
      report.diagnostic({ message, logLine: line.number }, cause);
      return 'told';
    }
    return null;
  }

  finish(report: Report): void {
    this.#tellUnresolved(report);
  }

  /** The first rejection is nearest to the fault; a package that nobody knows is the fault. */
  #readReason(line: Line, report: Report): boolean {
    const unresolved = this.#unresolved;
    if (!unresolved) return false;
    const reason = REASON.exec(line.text)?.groups;
    if (reason?.['kind'] === 'unknown package') unresolved.unknown ??= reason['message'] ?? null;
    if (reason?.['kind'] === 'rejecting') unresolved.rejected ??= reason['message'] ?? null;
    if (reason) report.highlight(line.number, line.number, 0.8);
    if (line.text.startsWith('[__') && line.number - unresolved.logLine < MAX_REASON_LINES) return true;
    this.#tellUnresolved(report);
    return false;
  }

  #tellUnresolved(report: Report): void {
    const unresolved = this.#unresolved;
    this.#unresolved = null;
    if (!unresolved) return;
    const { unknown, rejected, logLine } = unresolved;
    const reason = unknown ?? rejected;
    const message = `Could not resolve dependencies${reason === null ? '' : `: ${reason}`}`;
    report.diagnostic({ message, logLine }, unknown === null ? 'dependency-conflict' : 'dependency-unavailable');
  }

  /** The message goes on up to the quoted source. */
  #readMessage(line: Line, report: Report): boolean {
    const finding = this.#parseError;
    if (!finding) return false;
    const text = line.text.trim();
    if (text !== '' && !/^\d{0,7} *\|/.test(text)) {
      this.#parseError = { ...finding, message: `${finding.message} ${text}`.trim() };
      if (line.number - finding.logLine < 4) return true;
    }
    const told = this.#parseError;
    this.#parseError = null;
    if (told && told.message !== '') report.diagnostic(told);
    return false;
  }
}
