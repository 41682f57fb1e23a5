import type { CauseCategory } from '../../types.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';

/** rcmdcheck tells the same again with its own sign. */
const CHECK = /^[*❯] (?:checking |creating )?(?<subject>\S.*?) \.\.\.(?: \[[^\]]*\])?(?: (?<severity>ERROR|WARNING))?$/;
const BELOW = /^ (?<severity>ERROR|WARNING)$/;
/** What fails when the code runs, not when it is looked at. */
const RUNS = /^(?:tests|examples|re-building of vignette|running R code from vignettes)/;
const BUILDS = /^(?:whether package .* can be installed|for file|package dependencies|installed package size)/;

/** `Error in parse(file) : ` or `Error: …`; a heading of testthat has brackets. */
const ERROR = /^\s*Error(?: in .{1,500})? ?: ?(?<message>.*)$/;
/** What comes after the output of a check: the next check, or the sums. */
const NEXT = /^(?:[*❯─] |Status: )/;
/** Between a check and its result on a line of its own stand the scripts that it runs: `  Running 'testthat.R' [2s/2s]`. */
const SCRIPT = /^ {2}(?:Running|Comparing|Using|Saving) \S/;
/** Lines of output, indented below the check, that are read for the error. */
const MAX_OUTPUT_LINES = 40;

/** R CMD check: `* checking tests ... ERROR`, the word sometimes on the next line. */
export const rCmdCheck: Matcher = {
  id: 'r-cmd-check',
  tool: 'R CMD check',
  cause: 'lint',
  hints: ['... ERROR', '... WARNING', '] ERROR', '] WARNING', '* checking '],
  createReader: () => new CheckReader(),
};

class CheckReader implements LineReader {
  /** The check whose result is not told yet. */
  #running: Record<string, string> | null = null;
  #open: { finding: Finding; cause: CauseCategory | undefined } | null = null;
  /** R breaks the line behind `Error in call :`. */
  #isBroken = false;
  #hasMessage = false;

  read(line: Line, report: Report): boolean | null {
    const own = CHECK.exec(line.text)?.groups;
    if (own) this.#tell(report);
    const running = own ?? this.#running;
    const word = own?.['severity'] ?? BELOW.exec(line.text)?.groups?.['severity'];
    this.#running = word === undefined && (own || SCRIPT.test(line.text)) ? running : null;
    if (this.#running) return true;
    if (word === undefined || !running) return this.#open ? this.#follow(line, report) : null;
    const subject = running['subject'] ?? '';
    const severity = word === 'ERROR' ? 'error' : 'warning';
    const cause = RUNS.test(subject) ? 'test-failure' : BUILDS.test(subject) ? 'compile-error' : undefined;
    this.#open = { finding: { severity, message: `checking ${subject}`, logLine: line.number }, cause };
    report.claim(line.number);
    if (severity === 'error') return true;
    this.#tell(report);
    return false;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  /** What runs and fails ends in an error of R; all of its output, of which R shows the end, explains. */
  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    if (NEXT.test(line.text) || line.number - open.finding.logLine >= MAX_OUTPUT_LINES) {
      this.#tell(report);
      return false;
    }
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    if (this.#hasMessage) return true;
    const error = this.#isBroken ? line.text.trim() : ERROR.exec(line.text)?.groups?.['message'];
    this.#isBroken = error === '';
    if (error) {
      this.#hasMessage = true;
      open.finding = { ...open.finding, message: `${open.finding.message}: ${error}` };
    }
    return true;
  }

  #tell(report: Report): void {
    const open = this.#open;
    this.#open = null;
    this.#isBroken = false;
    this.#hasMessage = false;
    if (open) report.diagnostic(open.finding, open.cause);
  }
}
