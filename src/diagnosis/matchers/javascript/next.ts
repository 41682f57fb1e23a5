import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const RUNS = /▲ Next\.js \d|\bnext build\b|Next\.js build worker/;
const FAILED = 'Failed to compile.';
const HEADING = /^\.\/(?<path>[^\s:][^:]{0,500}\.\w{1,8})(?::(?<line>\d{1,7}):(?<column>\d{1,7}))?$/;
/** What is said before the message itself. */
const PREFIX = /^(?:Type error|Error|Syntax error): {1,4}/;
const OF_SWC = /^Error: {1,4}[x×] /;
const OVER = /^(?:> Build failed|Next\.js build worker exited)/;

/** Lines after `Failed to compile.` in which files and messages stand. */
const MAX_LINES = 120;

/** next build: `Failed to compile.`, then for each file its path and the message below. */
export const next: Matcher = {
  id: 'next',
  tool: 'next',
  cause: 'compile-error',
  hints: ['▲ next.js ', 'next build', 'failed to compile.'],
  createReader: () => new NextReader(),
};

class NextReader implements LineReader {
  /** Others write `Failed to compile.`, too. */
  #runs = false;
  #failedAt = 0;
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    this.#runs ||= RUNS.test(line.text);
    const hasFailed = line.text.endsWith(FAILED);
    if (this.#runs && hasFailed) {
      this.#failedAt = line.number;
      return true;
    }
    // That Next.js runs need be heard only once.
    if (this.#failedAt === 0) return hasFailed ? false : null;
    if (OVER.test(line.text) || line.number - this.#failedAt > MAX_LINES) {
      this.#failedAt = 0;
      return false;
    }
    this.#follow(line, report);
    return true;
  }

  #follow(line: Line, report: Report): void {
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) {
      this.#open = {
        path: heading['path'] ?? null,
        line: numberOf(heading['line']),
        column: numberOf(heading['column']),
        message: '',
        logLine: line.number,
      };
      return;
    }
    if (!this.#open || line.text === 'Error:') return;
    if (line.text === '') {
      // The path was one of an import trace.
      this.#open = null;
      return;
    }
    // What SWC found has its own place further down.
    if (!OF_SWC.test(line.text)) report.diagnostic({ ...this.#open, message: line.text.replace(PREFIX, '') });
    report.highlight(this.#open.logLine, line.number, 0.85);
    this.#open = null;
  }
}
