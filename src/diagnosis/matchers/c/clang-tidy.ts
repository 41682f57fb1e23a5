import type { Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';
import { BUILD_PREFIX, DRIVE } from './forms.ts';

/** The check's name has a hyphen, which sets it apart from GCC's flags and Cppcheck's ids. */
const FINDING = {
  expression: new RegExp(
    `^${BUILD_PREFIX}(?<path>${DRIVE}[^\\s:][^:]{0,500}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<severity>warning|error|note|fatal error): (?<message>\\S.*) \\[(?<code>[a-z]\\w*(?:-[\\w.=+]+)+)(?:,[^\\]]*)?\\]$`,
  ),
};
/** `error: no such file or directory: 'a.cpp' [clang-diagnostic-error]`. */
const OF_NO_FILE = {
  expression: /^(?<severity>warning|error): (?<message>\S.*) \[(?<code>clang-diagnostic-[\w.=+-]+)(?:,[^\]]*)?\]$/,
};
const NOTE = {
  expression: new RegExp(
    `^(?<path>${DRIVE}[^\\s:][^:]{0,500}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<severity>note): (?<message>\\S.*)$`,
  ),
};
const OTHER_LINTERS = /\.(?:py|js|jsx|ts|tsx|rb|go|rs|java|kt|php|sh|ya?ml|md|swift)$/;

/** A note stands right after the source that is quoted below its finding. */
const MAX_NOTE_DISTANCE = 5;

/** clang-tidy, alone or run by CMake. */
export const clangTidy: Matcher = {
  id: 'clang-tidy',
  tool: 'clang-tidy',
  cause: 'lint',
  hints: [': warning: ', ': error: ', ': note: ', '[clang-diagnostic-'],
  createReader: () => new ClangTidyReader(),
};

class ClangTidyReader implements LineReader {
  #lastLine = 0;

  read(line: Line, report: Report): boolean {
    const finding = findingOf(FINDING, line) ?? findingOf(OF_NO_FILE, line);
    if (finding && !OTHER_LINTERS.test(finding.path ?? '')) {
      this.#lastLine = line.number;
      // What clang itself finds is a fault of the code that does not compile.
      report.diagnostic(finding, finding.code === 'clang-diagnostic-error' ? 'compile-error' : undefined);
      return false;
    }
    const note = line.number - this.#lastLine <= MAX_NOTE_DISTANCE && this.#lastLine > 0 ? findingOf(NOTE, line) : null;
    if (!note) return false;
    this.#lastLine = line.number;
    report.diagnostic(note);
    return false;
  }
}
