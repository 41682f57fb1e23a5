import { detached } from '../../log/text.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const FINDING = {
  expression:
    /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,400}\.(?:groovy|gvy|gradle|gsh)|WorkflowScript|Script\d{1,4}(?:\.groovy)?|Jenkinsfile): (?<line>\d{1,7}): (?<message>\S.*)$/,
};
const PLACE = /^(?<message>.*?) ?@ line \d{1,7}, column (?<column>\d{1,7})\.$/;
/** A message may take several lines before it says the place. */
const MAX_MESSAGE_LINES = 6;

/** The Groovy compiler, alone, in Gradle or in Jenkins: `src/Cart.groovy: 3: unexpected token: } @ line 3, column 9.` */
export const groovy: Matcher = {
  id: 'groovy',
  tool: 'groovyc',
  cause: 'compile-error',
  hints: ['.groovy: ', 'WorkflowScript: ', 'Jenkinsfile: ', '.gradle: ', '.gvy: ', '.gsh: '],
  createReader: () => new GroovyReader(),
};

class GroovyReader implements LineReader {
  /** Waits for the column, without which it is none of the compiler's. */
  #pending: Finding | null = null;

  read(line: Line, report: Report): boolean | null {
    const found = findingOf(FINDING, line);
    if (found) {
      const place = PLACE.exec(found.message)?.groups;
      if (place) return this.#tell(found, place, line, report);
      this.#pending = { ...found, path: detached(found.path ?? ''), message: detached(found.message) };
      return true;
    }
    const pending = this.#pending;
    if (!pending) return null;
    const place = PLACE.exec(line.text)?.groups;
    if (place)
      return this.#tell(pending, { ...place, message: `${pending.message} ${place['message'] ?? ''}`.trim() }, line, report);
    const isOver = line.text === '' || line.number - pending.logLine >= MAX_MESSAGE_LINES;
    if (isOver) this.#pending = null;
    else pending.message += ` ${detached(line.text.trim())}`;
    return !isOver;
  }

  #tell(finding: Finding, place: Record<string, string>, line: Line, report: Report): boolean {
    this.#pending = null;
    report.diagnostic({ ...finding, column: numberOf(place['column']), message: place['message'] ?? finding.message });
    report.highlight(finding.logLine, line.number, 0.85);
    return false;
  }
}
