import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const BANNER = /^Splint 3\.\d/;
const END = /^Finished checking --- /;
const FINDING = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}\.\w{1,4}):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?: (?<message>(?!(?:fatal )?(?:error|warning|note): )\S.*)$/,
  severity: 'warning',
} as const;

/** Splint: below its banner, `till.c:3:46: message` with no word for how grave it is; advice is indented below. */
export const splint: Matcher = {
  id: 'splint',
  tool: 'splint',
  cause: 'lint',
  hints: ['Splint 3.', 'Finished checking --- '],
  createReader: () => new SplintReader(),
};

class SplintReader implements LineReader {
  #isOpen = false;

  read(line: Line, report: Report): Answer {
    if (BANNER.test(line.text)) this.#isOpen = true;
    else if (END.test(line.text)) this.#isOpen = false;
    else if (this.#isOpen && !report.isClaimed(line.number)) {
      const finding = findingOf(FINDING, line);
      if (finding) report.diagnostic(finding);
    }
    return this.#isOpen;
  }
}
