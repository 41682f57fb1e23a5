import type { Answer, Finding, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** Below the box with the source: the place, and what was read there. */
const PLACE = /^ {2,6}(?<path>\S.{0,400}?\.(?:s[ac]ss|css|less)) (?<line>\d{1,7}):(?<column>\d{1,7}) {2}(?<message>\S.*)$/;
const BOX_END = /^\s{1,12}(?:╵|')$/;
const BOX_START = /^\s{1,12}(?:╷|,)$/;
const HEADER =
  /^(?<severity>Error|Warning|WARNING|DEPRECATION WARNING|Deprecation Warning)(?: on line \d{1,7}, column \d{1,7} of \S+)?(?: \[(?<code>[\w-]{1,60})\])?: *(?<message>.*)$/;
/** A box shows a few lines; above it stand the message and, of a deprecation, what to do about it. */
const MAX_BOX_LINES = 20;
const MAX_MESSAGE_LINES = 12;

/** Dart Sass: `Error: Undefined variable.`, a box with the source, and `  src/till.scss 1:8  root stylesheet`. */
export const sass: Matcher = {
  id: 'sass',
  tool: 'sass',
  cause: 'compile-error',
  hints: ['.scss ', '.sass '],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const place = findingOf({ expression: PLACE }, line);
  if (!place) return null;
  // The lines below the first say who has loaded the file.
  if (!BOX_END.test(report.previous(1)?.text ?? '')) return false;
  const header = headerAbove(report);
  if (!header || report.isClaimed(header.logLine)) return false;
  const { path = null, line: at = null, column = null } = place;
  report.diagnostic({ ...header, path, line: at, column });
  if (header.severity === 'error') report.highlight(header.logLine, line.number, 0.85);
  return false;
}

function headerAbove(report: Report): Finding | null {
  let distance = 2;
  while (distance < MAX_BOX_LINES && !BOX_START.test(report.previous(distance)?.text ?? '')) distance++;
  for (let most = distance + MAX_MESSAGE_LINES; distance < most; distance++) {
    const above = report.previous(distance);
    if (!above) return null;
    const header = findingOf({ expression: HEADER }, above);
    if (header) return { ...header, severity: /^error/i.test(above.text) ? 'error' : 'warning' };
  }
  return null;
}
