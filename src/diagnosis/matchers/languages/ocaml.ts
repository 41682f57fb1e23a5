import type { Finding, Line, LineReader, Matcher, Report } from '../../matcher.ts';
import { numberOf } from '../../matcher.ts';
import { detached } from '../../text.ts';

const PLACE =
  /^File "(?<path>[^"]{1,500}\.\w{1,8})", lines? (?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?, characters (?<from>\d{1,7})-(?<to>\d{1,7}):$/;
const MESSAGE =
  /^(?:\*\* )?(?<severity>Error|Warning|Alert)(?: (?<number>\d{1,3}))?(?: \[(?<name>[\w-]{1,60})\])?(?: \([^)]{1,80}\))?(?: (?<alert>[\w-]{1,60}))?:(?: (?<message>\S.*))?$/;

/** The place, the lines of code that are quoted, and the message; one that spans many lines is cut. */
const MAX_BLOCK_LINES = 15;

/** The OCaml compiler, and Coq, which speaks as it does. */
export const ocaml: Matcher = {
  id: 'ocaml',
  tool: 'ocaml',
  cause: 'compile-error',
  hints: ['", line', ', characters '],
  createReader: () => new OcamlReader(),
};

class OcamlReader implements LineReader {
  #place: Omit<Finding, 'message'> | null = null;
  /** The severity stands alone on its line where the message is long. */
  #head: { severity: 'error' | 'warning'; code: string | null } | null = null;

  read(line: Line, report: Report): boolean {
    const place = PLACE.exec(line.text)?.groups;
    if (place) {
      this.#head = null;
      this.#place = {
        path: detached(place['path'] ?? ''),
        line: numberOf(place['line']),
        column: (numberOf(place['from']) ?? 0) + 1, // characters count from 0
        endLine: numberOf(place['endLine']),
        logLine: line.number,
      };
      return true;
    }
    if (!this.#place) return false;
    if (line.number - this.#place.logLine > MAX_BLOCK_LINES) {
      this.#place = null;
      return false;
    }
    if (this.#head) return this.#tell(line.text.trim(), line, report);
    const groups = MESSAGE.exec(line.text)?.groups;
    if (!groups) return true;
    const name = groups['name'] ?? groups['alert'] ?? groups['number'];
    this.#head = { severity: groups['severity'] === 'Error' ? 'error' : 'warning', code: name ? detached(name) : null };
    return groups['message'] === undefined || this.#tell(groups['message'], line, report);
  }

  #tell(message: string, line: Line, report: Report): boolean {
    const place = this.#place;
    const head = this.#head;
    this.#place = null;
    this.#head = null;
    if (!place || !head || message === '') return false;
    report.diagnostic({ ...place, ...head, message });
    if (head.severity === 'error') report.highlight(place.logLine, line.number, 0.8);
    return false;
  }
}
