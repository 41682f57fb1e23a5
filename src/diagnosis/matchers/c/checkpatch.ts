import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** Below a message: where the line stands in the patch, and in the file. */
const PLACE = { expression: /^#\d{1,7}: FILE: (?<path>\S.{0,400}?):(?<line>\d{1,7}):(?<message>)$/ };
const SAID = { expression: /^(?<severity>ERROR|WARNING|CHECK)(?::(?<code>[A-Z_\d]{2,60}))?: (?<message>\S.*)$/ };
/** `--terse` and `--emacs`; what they say with other words many tools do. */
const TERSE = {
  expression: /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7}): CHECK(?::(?<code>[A-Z_\d]{2,60}))?: (?<message>\S.*)$/,
  severity: 'info',
} as const;

/** The kernel's checkpatch.pl: `WARNING: message`, and below it `#34: FILE: drivers/till.c:12:`. */
export const checkpatch: Matcher = {
  id: 'checkpatch',
  tool: 'checkpatch',
  cause: 'lint',
  hints: [': FILE: ', ': CHECK:'],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const terse = findingOf(TERSE, line);
  if (terse) {
    report.diagnostic(terse);
    return 'told';
  }
  const place = findingOf(PLACE, line);
  if (!place) return null;
  const above = report.previous(1);
  const said = above ? findingOf(SAID, above) : null;
  if (!above || !said || report.isClaimed(above.number)) return false;
  const { path = null, line: at = null } = place;
  report.diagnostic({ ...said, path, line: at, severity: above.text.startsWith('CHECK') ? 'info' : (said.severity ?? 'error') });
  return false;
}
