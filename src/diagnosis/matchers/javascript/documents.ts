import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';
import { Headings } from './rows.ts';

const HTML_PATH = /^ {3}(?<path>\S.{0,400})$/;
const HTML_PLACE = /^\s{1,10}L(?<line>\d{1,7}) \|/;
const HTML_FAULT = /^\s+\^ (?<message>\S.*?) \((?<code>[a-z][\w-]*)\)$/;

/** HTMLHint: a path, and for each fault `L1 |source` with a caret and the message below. */
export const htmlhint: Matcher = {
  id: 'htmlhint',
  tool: 'htmlhint',
  cause: 'lint',
  hints: ['^ '],
  createReader: createHtmlhintReader,
};

function createHtmlhintReader(): LineReader {
  const headings = new Headings(HTML_PATH, 60);
  return {
    read(line, report) {
      const fault = HTML_FAULT.exec(line.text)?.groups;
      if (!fault) return null;
      const place = HTML_PLACE.exec(report.previous(1)?.text ?? '')?.groups;
      const path = place ? headings.above(line.number, report) : null;
      if (path === null) return false;
      report.diagnostic({
        path,
        line: numberOf(place?.['line']),
        code: fault['code'] ?? null,
        message: fault['message'] ?? '',
        logLine: line.number,
      });
      return false;
    },
  };
}

const SPECTRAL_ROW =
  /^\s{1,8}(?<line>\d{1,7}):(?<column>\d{1,7})\s+(?<severity>error|warning|information|hint)\s+(?<code>[a-z][\w-]*)\s{2,100}(?<message>\S.*?\S)(?:\s{2,1000}\S+)?$/;
const SPECTRAL_PATH = /^(?<path>[^\s:][^:]{0,400}\.(?:ya?ml|json))$/;

/** Spectral: a path, and below it place, severity, rule, message and the place in the document. */
export const spectral: Matcher = {
  id: 'spectral',
  tool: 'spectral',
  cause: 'lint',
  hints: ['  error  ', '  warning  ', '  information  ', '  hint  '],
  createReader: createSpectralReader,
};

function createSpectralReader(): LineReader {
  const headings = new Headings(SPECTRAL_PATH, 20);
  return {
    read(line, report) {
      const row = SPECTRAL_ROW.exec(line.text)?.groups;
      if (!row) return null;
      const path = report.isClaimed(line.number) ? null : headings.above(line.number, report);
      if (path === null) return false;
      report.diagnostic({
        path,
        line: numberOf(row['line']),
        column: numberOf(row['column']),
        severity: severityOf(row['severity'] ?? 'error'),
        code: row['code'] ?? null,
        message: row['message'] ?? '',
        logLine: line.number,
      });
      return false;
    },
  };
}

/** commitlint: `✖   subject may not be empty [subject-empty]`, of a commit's message and of no file. */
export const commitlint: Matcher = {
  id: 'commitlint',
  tool: 'commitlint',
  cause: 'lint',
  hints: ['✖   ', '⚠   '],
  patterns: [
    { expression: /^✖ {3}(?<message>\S.*) \[(?<code>[a-z]+(?:-[a-z]+)+)\]$/ },
    { expression: /^⚠ {3}(?<message>\S.*) \[(?<code>[a-z]+(?:-[a-z]+)+)\]$/, severity: 'warning' },
  ],
};

const PARSE_ERROR = /^Error: (?<message>Parse error on line (?<line>\d{1,7})):$/;
const EXPECTING = /^Expecting .*, got /;

/** jsonlint: `Error: Parse error on line 3:`, the source and a pointer, and what was expected. It names no file. */
export const jsonlint: Matcher = {
  id: 'jsonlint',
  tool: 'jsonlint',
  cause: 'compile-error',
  hints: ['expecting '],
  createReader: () => ({
    read(line, report) {
      if (!EXPECTING.test(line.text)) return null;
      const error = PARSE_ERROR.exec(report.previous(3)?.text ?? '')?.groups;
      if (!error) return false;
      const message = `${error['message']}: ${line.text}`;
      report.diagnostic({ line: numberOf(error['line']), message, logLine: line.number - 3 });
      report.highlight(line.number - 3, line.number, 0.85);
      return false;
    },
  }),
};
