import type { Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** The class comes in brackets before the place; several lines, or others that belong to it, may follow. */
const FINDING = {
  expression:
    /^\[(?<severity>ERROR|WARNING|INFO)\] (?:High|Medium|Low): (?<message>\S.*?) \[[\w.$]{1,300}\] (?:[A-Z][A-Za-z ]{0,40} at|At|In) (?<path>[\w$-]{1,200}\.\w{1,10})(?::\[lines? (?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?\])?.* (?<code>[A-Z][A-Z0-9]{0,9}(?:_[A-Z0-9]{1,30}){1,12})$/,
};

/** `M D DLS_DEAD_LOCAL_STORE DLS: Dead store to x in Cart.main()  At Cart.java:[line 5]`: the rank, the category, with `-longBugCodes` the type. */
const TEXT =
  /^(?<rank>[HML]) [A-Z] (?:(?<type>[A-Z][A-Z0-9]{0,9}(?:_[A-Z0-9]{1,30}){1,12}) )?(?<code>[A-Z][A-Za-z0-9]{0,9}): (?<message>\S.*?) {2}(?:[A-Z][A-Za-z ]{0,40} at|At|In) (?<path>[\w$-]{1,200}\.\w{1,10})(?::\[lines? (?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?\])?$/;

/** SpotBugs and FindBugs: their text, and within Maven `[ERROR] High: … [org.shop.Cart] At Cart.java:[line 36] NP_ALWAYS_NULL`. */
export const spotbugs: Matcher = {
  id: 'spotbugs',
  tool: 'spotbugs',
  cause: 'lint',
  hints: ['] High: ', '] Medium: ', '] Low: ', ':[line'],
  createReader: () => ({
    read(line, report) {
      const text = findingOf({ expression: TEXT }, line);
      if (text) {
        const { rank, type } = TEXT.exec(line.text)?.groups ?? {};
        report.diagnostic({ ...text, code: type ?? text.code ?? null, severity: rank === 'H' ? 'error' : 'warning' });
        return 'told';
      }
      const finding = findingOf(FINDING, line);
      if (!finding) return null;
      // What is below the threshold that fails the build comes as `[INFO]`.
      report.diagnostic({ ...finding, severity: finding.severity === 'error' ? 'error' : 'warning' });
      return 'told';
    },
  }),
};
