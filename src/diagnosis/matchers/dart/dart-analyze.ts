import type { Matcher } from '../matcher.ts';

/** `dart analyze` (` - ` between the parts, the place second) and `flutter analyze` (`•`, the place third). */
export const dartAnalyze: Matcher = {
  id: 'dart-analyze',
  tool: 'dart analyze',
  cause: 'lint',
  hints: ['.dart:'],
  patterns: [
    {
      expression:
        /^ {0,4}(?<severity>error|warning|info) - (?<path>[^\s:][^:]*\.dart):(?<line>\d{1,7}):(?<column>\d{1,7}) - (?<message>\S.*) - (?<code>\w+)$/,
    },
    // `flutter analyze` on Windows
    {
      expression:
        /^ {0,4}(?<severity>error|warning|info) - (?<message>\S.*) - (?<path>[^\s:][^:]*\.dart):(?<line>\d{1,7}):(?<column>\d{1,7}) - (?<code>\w+)$/,
    },
    {
      expression:
        /^ {0,4}(?<severity>error|warning|info) • (?<message>\S.*) • (?<path>[^\s:][^:]*\.dart):(?<line>\d{1,7}):(?<column>\d{1,7}) • (?<code>\w+)$/u,
    },
  ],
};
