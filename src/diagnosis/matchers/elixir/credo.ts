import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const ISSUE = /^\s{0,4}┃ \[(?<letter>[CDFRW])\] [↑↗→↘↓] (?<message>\S.*?)(?: \[(?<code>[\w.]+)\])?$/;
const PLACE = /^\s{0,4}┃\s{4,10}(?<path>[^\s:][^:]{0,400}\.exs?):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?(?: #?\(.*\))?$/;
const ONE_LINE =
  /^\[(?<letter>[CDFRW])\] [↑↗→↘↓] (?<path>[^\s:][^:]{0,400}\.exs?):(?<line>\d{1,7})(?::(?<column>\d{1,7}))? (?<message>\S.*)$/;
/** Any issue fails the run; design and readability are advice. */
const SEVERITIES: Readonly<Record<string, Severity>> = { D: 'info' };

/** Credo: `┃ [W] ↗ message` and the place below; or all on one line (`--format oneline`). */
export const credo: Matcher = {
  id: 'credo',
  tool: 'credo',
  cause: 'lint',
  hints: ['] ↑ ', '] ↗ ', '] → ', '] ↘ ', '] ↓ '],
  createReader: createCredoReader,
};

function createCredoReader(): LineReader {
  let open: { groups: Record<string, string>; logLine: number } | null = null;
  return {
    read(line, report) {
      const single = ONE_LINE.exec(line.text)?.groups;
      const place = single ?? (open ? PLACE.exec(line.text)?.groups : undefined);
      const told = single ?? open?.groups;
      if (place && told) {
        report.diagnostic({
          path: place['path'] ?? null,
          line: numberOf(place['line']),
          column: numberOf(place['column']),
          severity: SEVERITIES[told['letter'] ?? ''] ?? 'error',
          code: told['code'] ?? null,
          message: told['message'] ?? '',
          logLine: single ? line.number : (open?.logLine ?? line.number),
        });
      }
      const issue = single ? undefined : ISSUE.exec(line.text)?.groups;
      open = issue ? { groups: issue, logLine: line.number } : null;
      if (open) return true;
      return single ? 'told' : null;
    },
  };
}
