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
/** Lines of output, indented below the check, that are read for the error. */
const MAX_OUTPUT_LINES = 40;

/** R CMD check: `* checking tests ... ERROR`, the word sometimes on the next line. */
export const rCmdCheck: Matcher = {
  id: 'r-cmd-check',
  tool: 'R CMD check',
  cause: 'lint',
  hints: ['... ERROR', '... WARNING', '] ERROR', '] WARNING'],
  createReader: () => new CheckReader(),
};

class CheckReader implements LineReader {
  #open: { finding: Finding; cause: CauseCategory | undefined } | null = null;
  /** R breaks the line behind `Error in call :`. */
  #isBroken = false;

  read(line: Line, report: Report): boolean | null {
    const own = CHECK.exec(line.text)?.groups;
    if (own) this.#tell(report);
    const word = own?.['severity'] ?? BELOW.exec(line.text)?.groups?.['severity'];
    if (word === undefined && !this.#open) return null;
    const head = own ?? (word === undefined ? undefined : CHECK.exec(report.previous(1)?.text ?? '')?.groups);
    if (word === undefined || !head) return this.#follow(line, report);
    const subject = head['subject'] ?? '';
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

  /** What runs and fails ends in an error of R. */
  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    if (!open) return false;
    const error = this.#isBroken ? line.text.trim() : ERROR.exec(line.text)?.groups?.['message'];
    this.#isBroken = error === '';
    if (error) {
      open.finding = { ...open.finding, message: `${open.finding.message}: ${error}` };
      report.highlight(line.number, line.number, 0.75);
    }
    const goesOn = !error && line.number - open.finding.logLine < MAX_OUTPUT_LINES;
    if (!goesOn) this.#tell(report);
    return goesOn;
  }

  #tell(report: Report): void {
    const open = this.#open;
    this.#open = null;
    this.#isBroken = false;
    if (open) report.diagnostic(open.finding, open.cause);
  }
}
