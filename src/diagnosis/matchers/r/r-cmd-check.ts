import type { Matcher } from '../../matcher.ts';

const CHECK = /^\* (?:checking |creating )?(?<subject>\S.*?) \.\.\.(?: \[[^\]]*\])?(?: (?<severity>ERROR|WARNING))?$/;
const BELOW = /^ (?<severity>ERROR|WARNING)$/;
/** What fails when the code runs, not when it is looked at. */
const RUNS = /^(?:tests|examples|re-building of vignette|running R code from vignettes)/;
const BUILDS = /^(?:whether package .* can be installed|for file|package dependencies|installed package size)/;

/** R CMD check: `* checking tests ... ERROR`, the word sometimes on the next line. */
export const rCmdCheck: Matcher = {
  id: 'r-cmd-check',
  tool: 'R CMD check',
  cause: 'lint',
  hints: ['... ERROR', '... WARNING', '] ERROR', '] WARNING'],
  createReader: () => ({
    read(line, report) {
      const own = CHECK.exec(line.text)?.groups;
      const word = own?.['severity'] ?? BELOW.exec(line.text)?.groups?.['severity'];
      const head = own ?? CHECK.exec(report.previous(1)?.text ?? '')?.groups;
      if (word === undefined || !head) return false;
      const subject = head['subject'] ?? '';
      const severity = word === 'ERROR' ? 'error' : 'warning';
      const cause = RUNS.test(subject) ? 'test-failure' : BUILDS.test(subject) ? 'compile-error' : undefined;
      report.diagnostic({ severity, message: `checking ${subject}`, logLine: line.number }, cause);
      return false;
    },
  }),
};
