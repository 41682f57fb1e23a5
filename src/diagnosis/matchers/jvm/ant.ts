import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FAILED = 'BUILD FAILED';
/** Targets that call others give a line each, down to the task that failed. */
const PLACE = { expression: /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.xml):(?<line>\d{1,7}): (?<message>\S.*)$/ };
const OF_NO_PLACE = {
  expression: /^(?<message>Target "[^"]{1,200}" does not exist in the project .*\S|Could not create task or type of type: \S.*)$/,
};
/** What a compiler or a test framework has said itself, and the way to the task. */
const REPEATED =
  /^(?:Compile failed; see the compiler error output|The following error occurred while executing this line|Test \S+ failed|One or more tests failed|There (?:was|were) test failures|Java returned: )/;
const MAX_LINES = 8;

/** Ant's own account of a failure: the place in the build file, and what its task says. */
export const ant: Matcher = {
  id: 'ant',
  tool: 'ant',
  cause: 'build-config',
  hints: [FAILED],
  createReader: () => new AntReader(),
};

class AntReader implements LineReader {
  #since = 0;

  read(line: Line, report: Report): Answer {
    if (line.text === FAILED) {
      this.#since = line.number;
      return true;
    }
    if (this.#since === 0) return null;
    if (line.text === '' || line.number - this.#since > MAX_LINES) {
      this.#since = 0;
      return false;
    }
    const finding = findingOf(PLACE, line) ?? findingOf(OF_NO_PLACE, line);
    if (finding && !REPEATED.test(finding.message)) {
      report.diagnostic(finding);
      report.highlight(this.#since, line.number, 0.7);
    }
    return true;
  }
}
