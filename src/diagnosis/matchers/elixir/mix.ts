import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

/** `** (CompileError) lib/a.ex:2:14: …`; before 1.15 all that stops the compiler comes so. */
const EXCEPTION =
  /^\*\* \((?<code>(?:Compile|Syntax|TokenMissing|MismatchedDelimiter|EEx\.Syntax)Error)\) (?:(?:invalid syntax found on )?(?<path>[^\s:]+\.(?:exs?|eex|heex|leex)):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? )?(?<message>.*)$/;
/** Where a warning (and from 1.15 on an error) stands, below its text. */
const PLACE = /^\s+(?:└─ )?(?<path>[^\s:]+\.exs?):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?(?:: .*)?$/;
const HEADING = /^ {0,4}(?<severity>warning|error): (?<message>\S.*)$/;
const UNFORMATTED = /^\*\* \(Mix\) mix format failed/;
const LISTED = /^ {2}\* (?<path>\S.*)$/;
const DENIED = /^Compilation failed due to warnings while using the --warnings-as-errors option/;
const OTHER = /^\*\* \(Mix\) (?<message>\S.*)$/;
const LOCK = /lock ?mismatch|mix\.lock|the lock is out of date/i;
const DEPENDENCY = /dependenc|Hex |package/i;

/** Lines between a heading and its place: the code. */
const MAX_CODE_LINES = 12;

/** Mix: compiler errors and warnings, `mix format --check-formatted`, and its own errors. */
export const mix: Matcher = {
  id: 'mix',
  tool: 'mix',
  cause: 'compile-error',
  hints: ['** (', '.ex:', '.exs:', 'compilation failed due to warnings'],
  createReader: () => new MixReader(),
};

class MixReader implements LineReader {
  #unformattedSince = 0;

  read(line: Line, report: Report): Answer {
    const isError = line.text.startsWith('** (');
    const exception = isError ? EXCEPTION.exec(line.text)?.groups : undefined;
    if (exception) {
      this.#unformattedSince = 0;
      return tellException(exception, line, report);
    }
    if (isError && UNFORMATTED.test(line.text)) {
      this.#unformattedSince = line.number;
      return true;
    }
    if (this.#unformattedSince > 0) return this.#readUnformatted(line, report);
    if (isError) return tellOther(line, report);
    if (DENIED.test(line.text)) {
      report.diagnostic({ message: line.text, logLine: line.number }, 'lint');
      return 'told';
    }
    const place = PLACE.exec(line.text)?.groups;
    if (!place) return null;
    this.#readPlace(place, line, report);
    return false;
  }

  #readUnformatted(line: Line, report: Report): boolean {
    const path = LISTED.exec(line.text)?.groups?.['path'];
    if (path !== undefined) {
      report.diagnostic({ path, message: 'The file is not formatted with mix format', logLine: line.number }, 'formatting');
    }
    const goesOn = path !== undefined || line.number - this.#unformattedSince < 4;
    if (!goesOn) this.#unformattedSince = 0;
    return goesOn;
  }

  /** The text of a finding stands above its place: with no code at all, or with the code between. */
  #readPlace(place: Record<string, string>, line: Line, report: Report): void {
    for (let distance = 1; distance <= MAX_CODE_LINES; distance++) {
      const above = report.previous(distance);
      if (!above || above.text === '') return;
      const { severity, message = '' } = HEADING.exec(above.text)?.groups ?? {};
      if (severity === undefined) continue;
      const at = { path: place['path'] ?? null, line: numberOf(place['line']), column: numberOf(place['column']) };
      report.diagnostic({ ...at, severity: severityOf(severity), message, logLine: above.number });
      if (severity === 'error') report.highlight(above.number, line.number, 0.75);
      return;
    }
  }
}

function tellException(groups: Record<string, string>, line: Line, report: Report): Answer {
  const { path = null, code = null, message = '' } = groups;
  const at = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
  report.diagnostic({ ...at, code, message, logLine: line.number });
  return 'told';
}

function tellOther(line: Line, report: Report): Answer {
  const message = OTHER.exec(line.text)?.groups?.['message'];
  if (message === undefined) return null;
  report.diagnostic({ message, logLine: line.number }, causeOf(message));
  return 'told';
}

function causeOf(message: string): CauseCategory {
  if (LOCK.test(message)) return 'lockfile';
  return DEPENDENCY.test(message) ? 'dependency-unavailable' : 'build-config';
}
