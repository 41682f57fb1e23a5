import type { CauseCategory } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

/** Stack puts the package's name before each line when it builds several. */
const HEAD =
  /^(?:[\w.-]+ {0,30}> )?(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.l?hs):(?:(?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?<endColumn>\d{1,7}))?|\((?<startLine>\d{1,7}),(?<startColumn>\d{1,7})\)-\((?<endLine>\d{1,7}),(?<lastColumn>\d{1,7})\)): (?<severity>error|warning)(?:: ?(?<code>\[GHC-\d+\])? ?(?<flags>\[-W[^\]]*\])?)(?: (?<message>\S.*))?$/i;
const BODY = /^(?:[\w.-]+ {0,30}> )? {4}(?<indent> *)(?<bullet>• )?(?<message>\S.*)$/;
const FLAG = /-Werror=(?<error>[\w-]+)|-W(?<warning>[\w-]+)/;
const CODE_LINE = /^(?:[\w.-]+ {0,30}> )? {1,8}\d{0,7} {0,4}\|/;

/** Lines of a message. */
const MAX_MESSAGE_LINES = 4;
/** Lines below the head that an excerpt shows. */
const MAX_SHOWN_LINES = 14;

/** The Glasgow Haskell Compiler: a head with the place, the message indented below it, and the code. */
export const ghc: Matcher = {
  id: 'ghc',
  tool: 'ghc',
  cause: 'compile-error',
  hints: ['.hs:', '.lhs:'],
  createReader: () => new GhcReader(),
};

class GhcReader implements LineReader {
  #open: { finding: Finding; cause: CauseCategory | undefined } | null = null;
  #since = 0;
  #isError = false;

  read(line: Line, report: Report): Answer {
    const head = HEAD.exec(line.text)?.groups;
    if (head) {
      this.#close(report);
      this.#openAt(head, line);
      report.claim(line.number);
      // A message on the head's own line is whole; told at once, nobody else takes the line.
      // HLint's head is that of old versions, and shows on the next line what it found.
      if (head['message'] !== undefined && !/^[EW]/.test(head['severity'] ?? '')) this.#close(report);
      return true;
    }
    if (this.#open && line.text === 'Found:') this.#open = null;
    const body = BODY.exec(line.text)?.groups;
    const isPart = body !== undefined || CODE_LINE.test(line.text);
    if (this.#since === 0 || !isPart || line.number - this.#since > MAX_SHOWN_LINES) {
      this.#close(report);
      this.#since = 0;
      return null;
    }
    this.#readBody(body, line, report);
    if (this.#isError) report.highlight(line.number, line.number, 0.7);
    return true;
  }

  /** What is wrapped is indented more; a second bullet or paragraph only says where, or what helps. */
  #readBody(body: Record<string, string | undefined> | undefined, line: Line, report: Report): void {
    const open = this.#open;
    if (!open) return;
    const isFirst = open.finding.message === '';
    if (!body || (!isFirst && body['indent'] === '') || line.number - this.#since > MAX_MESSAGE_LINES) {
      this.#close(report);
      return;
    }
    const text = body['message']?.trim() ?? '';
    open.finding = { ...open.finding, message: isFirst ? text : `${open.finding.message} ${text}` };
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #openAt(head: Record<string, string | undefined>, line: Line): void {
    const severity = severityOf(head['severity'] ?? '');
    const flag = FLAG.exec(head['flags'] ?? '')?.groups;
    const lint = flag?.['warning'] ?? flag?.['error'];
    const finding = {
      path: head['path'] ?? null,
      line: numberOf(head['line'] ?? head['startLine']),
      column: numberOf(head['column'] ?? head['startColumn']),
      endLine: numberOf(head['endLine']),
      endColumn: numberOf(head['endColumn'] ?? head['lastColumn']),
      severity,
      code: lint === undefined ? (head['code']?.slice(1, -1) ?? null) : `-W${lint}`,
      message: head['message'] ?? '',
      logLine: line.number,
    };
    this.#open = { finding, cause: lint === undefined ? undefined : 'lint' };
    this.#since = line.number;
    this.#isError = severity === 'error';
  }

  #close(report: Report): void {
    const open = this.#open;
    this.#open = null;
    if (open && open.finding.message !== '') report.diagnostic(open.finding, open.cause);
  }
}
