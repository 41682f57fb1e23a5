import { detached } from '../../log/text.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const PLACE =
  /^File "(?<path>[^"]{1,500}\.\w{1,8})", lines? (?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?, characters (?<from>\d{1,7})-(?<to>\d{1,7}):$/;
const MESSAGE =
  /^(?:\*\* )?(?<severity>Error|Warning|Alert)(?: (?<number>\d{1,3}))?(?: \[(?<name>[\w-]{1,60})\])?(?: \([^)]{1,80}\))?(?: (?<alert>[\w-]{1,60}))?:(?: (?<message>\S.*))?$/;

/** The place, the lines of code that are quoted, and the message; one that spans many lines is cut. */
const MAX_BLOCK_LINES = 15;
/** Lines over which a message is wrapped. */
const MAX_MESSAGE_LINES = 4;

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
  #head: { severity: 'error' | 'warning'; code: string | null; message: string; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    if (this.#head && this.#isPart(this.#head, line)) return true;
    this.#tell(report);
    const place = PLACE.exec(line.text)?.groups;
    if (place) {
      this.#place = {
        path: detached(place['path'] ?? ''),
        line: numberOf(place['line']),
        column: (numberOf(place['from']) ?? 0) + 1, // characters count from 0
        endLine: numberOf(place['endLine']),
        logLine: line.number,
      };
      return true;
    }
    if (!this.#place) return null;
    if (line.number - this.#place.logLine > MAX_BLOCK_LINES) {
      this.#place = null;
      return false;
    }
    const groups = MESSAGE.exec(line.text)?.groups;
    if (!groups) return true;
    const name = groups['name'] ?? groups['alert'] ?? groups['number'];
    const severity = groups['severity'] === 'Error' ? 'error' : 'warning';
    const message = detached(groups['message'] ?? '');
    this.#head = { severity, code: name ? detached(name) : null, message, logLine: line.number };
    return true;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  /** What is wrapped is indented; where the severity stands alone, the message follows. */
  #isPart(head: { message: string; logLine: number }, line: Line): boolean {
    const text = line.text.trim();
    const isPart = head.message === '' ? text !== '' : /^ {6,}\S/.test(line.text);
    if (!isPart || line.number - head.logLine > MAX_MESSAGE_LINES) return false;
    head.message = head.message === '' ? detached(text) : `${head.message} ${text}`;
    return true;
  }

  #tell(report: Report): void {
    const place = this.#place;
    const head = this.#head;
    if (!head) return;
    this.#place = null;
    this.#head = null;
    if (!place || head.message === '') return;
    const { logLine, ...said } = head;
    report.diagnostic({ ...place, ...said });
    if (head.severity === 'error') report.highlight(place.logLine, logLine, 0.8);
  }
}
