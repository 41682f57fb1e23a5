import type { Matcher } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';

/** The class comes in brackets before the place; several lines, or others that belong to it, may follow. */
const FINDING = {
  expression:
    /^\[(?<severity>ERROR|WARNING|INFO)\] (?:High|Medium|Low): (?<message>\S.*?) \[[\w.$]{1,300}\] (?:At|In|Another occurrence at) (?<path>[\w$-]{1,200}\.\w{1,10})(?::\[lines? (?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?\])?.* (?<code>[A-Z][A-Z0-9]{0,9}(?:_[A-Z0-9]{1,30}){1,12})$/,
};

/** SpotBugs and FindBugs within Maven: `[ERROR] High: … [org.shop.Cart] At Cart.java:[line 36] NP_ALWAYS_NULL`. */
export const spotbugs: Matcher = {
  id: 'spotbugs',
  tool: 'spotbugs',
  cause: 'lint',
  hints: ['] high: ', '] medium: ', '] low: '],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(FINDING, line);
      // What is below the threshold that fails the build comes as `[INFO]`.
      if (finding) report.diagnostic({ ...finding, severity: finding.severity === 'error' ? 'error' : 'warning' });
      return false;
    },
  }),
};
