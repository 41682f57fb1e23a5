import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const HEADER = /^In (?<path>\S.{0,400}) line (?<line>\d{1,7}):$/;
/** Since 0.7 with the severity: `^-- SC2086 (info): Double quote …`. */
const POINTER = /^(?<indent>\s*)\^-*(?:\^|-) (?<code>SC\d{4})(?: \((?<severity>\w+)\))?: (?<message>.*)$/;

/** ShellCheck's default form: a place, the source line, and under it arrows with what is wrong. */
export const shellcheckTty: Matcher = {
  id: 'shellcheck-tty',
  tool: 'shellcheck',
  cause: 'lint',
  hints: ['^-- sc', '--^ sc', '^-^ sc', '^ sc'],
  createReader: createTtyReader,
};

/** `path:line:column: note: message [SC2086]`. */
export const shellcheckGcc: Matcher = {
  id: 'shellcheck-gcc',
  tool: 'shellcheck',
  cause: 'lint',
  hints: ['[sc1', '[sc2', '[sc3'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):(?<column>\d+): (?<severity>error|warning|note): (?<message>.*) \[(?<code>SC\d{4})\]$/,
    },
  ],
};

/** Lines between a place and its last arrow. */
const MAX_DISTANCE = 12;

function createTtyReader(): LineReader {
  return {
    read(line, report) {
      const groups = POINTER.exec(line.text)?.groups;
      if (!groups) return null;
      for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
        const above = report.previous(distance);
        const header = above ? HEADER.exec(above.text)?.groups : undefined;
        if (!above || !header) continue;
        report.diagnostic({
          path: header['path'] ?? null,
          line: numberOf(header['line']),
          column: (groups['indent']?.length ?? 0) + 1,
          severity: severityOf(groups['severity'] ?? 'warning'),
          code: groups['code'] ?? null,
          message: groups['message'] ?? '',
          logLine: line.number,
        });
        report.highlight(above.number, line.number, 0.6);
        return false;
      }
      return false;
    },
  };
}
