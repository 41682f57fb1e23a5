import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';
import { BUILD_PREFIX, DRIVE } from './forms.ts';

/** The check's name has a hyphen, which sets it apart from GCC's flags and Cppcheck's ids. */
const FINDING = {
  expression: new RegExp(
    `^${BUILD_PREFIX}(?<path>${DRIVE}[^\\s:][^:]{0,500}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<severity>warning|error|fatal error): (?<message>\\S.*) \\[(?<code>[a-z]\\w*(?:-[\\w.=+]+)+)(?:,[^\\]]*)?\\]$`,
  ),
};
/** `error: no such file or directory: 'a.cpp' [clang-diagnostic-error]`. */
const OF_NO_FILE = {
  expression: /^(?<severity>warning|error): (?<message>\S.*) \[(?<code>clang-diagnostic-[\w.=+-]+)(?:,[^\]]*)?\]$/,
};
const OTHER_LINTERS = /\.(?:py|js|jsx|ts|tsx|rb|go|rs|java|kt|php|sh|ya?ml|md|swift)$/;

/** clang-tidy, alone or run by CMake. */
export const clangTidy: Matcher = {
  id: 'clang-tidy',
  tool: 'clang-tidy',
  cause: 'lint',
  hints: [': warning: ', ': error: ', '[clang-diagnostic-'],
  createReader: () => ({ read }),
};

/** Notes are left out: they are parts of the finding above them. */
function read(line: Line, report: Report): Answer {
  const finding = findingOf(FINDING, line) ?? findingOf(OF_NO_FILE, line);
  if (!finding || OTHER_LINTERS.test(finding.path ?? '')) return null;
  // What clang itself finds is a fault of the code that does not compile.
  report.diagnostic(finding, finding.code === 'clang-diagnostic-error' ? 'compile-error' : undefined);
  return 'told';
}
