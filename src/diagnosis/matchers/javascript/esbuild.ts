import type { Finding, LineReader, Matcher } from '../matcher.ts';
import { firstFindingOf, numberOf, severityOf } from '../matcher.ts';

const HEADING =
  /^(?:✘|X|▲) \[(?<severity>ERROR|WARNING)\] (?:\[plugin [^\]]{1,100}\] )?(?:(?<typed>TS-?\d{2,7}): )?(?<message>.*?)(?: \[(?<code>[a-z][\w -]{1,80})\])?$/;
const PLACE = /^\s{4}(?<path>\S[^:]*):(?<line>\d{1,7}):(?<column>\d{1,7}):$/;

/** Of one line: ` > src/a.js:3:5: error: …` (before 0.14) and `src/a.js:3:5: ERROR: …` (through its interface). */
const FORMS = [
  {
    expression: /^ > (?<path>(?:[A-Za-z]:)?[^:]+):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error): (?<message>.*)$/,
  },
  {
    expression:
      /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]*\.(?:[cm]?[jt]sx?|css|json|vue|svelte)):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>ERROR): (?<message>.*)$/,
  },
] as const;

/** Lines below a heading in which its place stands. */
const MAX_PLACE_LINES = 3;

/** esbuild: `✘ [ERROR] message`, a blank line, then the place. Columns are counted from 0. */
export const esbuild: Matcher = {
  id: 'esbuild',
  tool: 'esbuild',
  cause: 'compile-error',
  hints: ['✘ [error] ', 'x [error] ', '▲ [warning] ', ': error: '],
  createReader: createEsbuildReader,
};

function createEsbuildReader(): LineReader {
  let open: Finding | null = null;
  return {
    read(line, report) {
      const heading = HEADING.exec(line.text)?.groups;
      if (heading) {
        if (open) report.diagnostic(open);
        open = {
          severity: severityOf(heading['severity'] ?? ''),
          code: heading['typed'] ?? heading['code'] ?? null,
          message: heading['message'] ?? '',
          logLine: line.number,
        };
        return true;
      }
      if (!open) {
        const finding = firstFindingOf(FORMS, line);
        if (!finding) return null;
        report.diagnostic({ ...finding, column: fromOne(finding.column ?? null) });
        return 'told';
      }
      const place = PLACE.exec(line.text)?.groups;
      if (!place && line.text === '' && line.number - open.logLine < MAX_PLACE_LINES) return true;
      const column = fromOne(numberOf(place?.['column']));
      report.diagnostic({ ...open, path: place?.['path'] ?? null, line: numberOf(place?.['line']), column });
      if (place && open.severity === 'error') report.highlight(open.logLine, line.number, 0.85);
      open = null;
      return false;
    },
    finish(report) {
      if (open) report.diagnostic(open);
    },
  };
}

function fromOne(column: number | null): number | null {
  return column === null ? null : column + 1;
}
