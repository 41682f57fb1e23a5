import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const PLACE =
  /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:svelte|[cm]?[jt]sx?|s?css|less|html|json)):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
const HAS_MESSAGE = /^(?:Error|Warn|Hint): \S/;
const MESSAGE = /^(?<severity>Error|Warn|Hint): (?<message>\S.*?)(?: \((?<source>ts|js|svelte|css|html|scss)\))?$/;
/** A message of several lines has its source at the end of the last one. */
const MACHINE =
  /^\d{13} (?<severity>ERROR|WARNING) "(?<path>[^"]{1,400})" (?<line>\d{1,7}):(?<column>\d{1,7}) "(?<message>(?:[^"\\]|\\.){1,1900})"/;

/** svelte-check: a place, and `Error: message (ts)` on the next line; or the machine form. */
export const svelteCheck: Matcher = {
  id: 'svelte-check',
  tool: 'svelte-check',
  cause: 'compile-error',
  hints: ['Error: ', 'Warn: ', ' ERROR "', ' WARNING "'],
  createReader: createSvelteReader,
};

function createSvelteReader(): LineReader {
  return {
    read(line, report) {
      const machine = MACHINE.exec(line.text)?.groups;
      if (!machine && !HAS_MESSAGE.test(line.text)) return null;
      const place = machine ?? PLACE.exec(report.previous(1)?.text ?? '')?.groups;
      if (!place || report.isClaimed(line.number)) return false;
      const told = machine ?? MESSAGE.exec(line.text)?.groups;
      if (!told) return null;
      const isError = told['severity']?.toLowerCase() === 'error';
      report.diagnostic({
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        severity: isError ? 'error' : 'warning',
        message: (told['message'] ?? '').replaceAll(/\\n.*$/g, ''),
        logLine: line.number,
      });
      if (isError) report.highlight(machine ? line.number : line.number - 1, line.number, 0.8);
      return machine ? 'told' : false;
    },
  };
}
