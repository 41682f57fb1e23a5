import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf, firstFindingOf, numberOf, severityOf } from '../matcher.ts';
import { Headings } from './rows.ts';

const SCRIPT = String.raw`[^\s:()\[\]][^:()\[\]]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|json5?)`;

/** standard, semistandard and ts-standard: `  src/a.js:1:7: message. (rule)`, indented below a banner. */
export const standard: Matcher = {
  id: 'standard',
  tool: 'standard',
  cause: 'lint',
  hints: ['.js:', '.jsx:', '.mjs:', '.cjs:', '.ts:', '.tsx:', '.vue:'],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(STANDARD, line);
      if (!finding) return null;
      const severity = line.text.endsWith(' (warning)') ? 'warning' : 'error';
      report.diagnostic({ ...finding, severity, code: finding.code === 'null' ? null : (finding.code ?? null) });
      return 'told';
    },
  }),
};
const STANDARD = {
  expression: new RegExp(
    `^ {2}(?<path>(?:[A-Za-z]:)?${SCRIPT}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<message>\\S.*?) \\((?<code>[@\\w][\\w@/.-]*)\\)(?: \\(warning\\))?$`,
  ),
};

/** `src/a.js: line 1, col 12, Missing semicolon. (W033)`; jsonlint's compact form is the same. */
export const jshint: Matcher = {
  id: 'jshint',
  tool: 'jshint',
  cause: 'lint',
  hints: [', col '],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(JSHINT, line);
      if (!finding) return null;
      const isJson = finding.path?.endsWith('.json') === true && finding.code === null;
      const severity = finding.code?.startsWith('W') ? 'warning' : finding.code?.startsWith('I') ? 'info' : 'error';
      report.diagnostic({ ...finding, severity, tool: isJson ? 'jsonlint' : 'jshint' }, isJson ? 'compile-error' : undefined);
      return 'told';
    },
  }),
};
const JSHINT = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^:\s][^:]{0,400}): line (?<line>\d{1,7}), col (?<column>\d{1,7}), (?!(?:[Ee]rror|[Ww]arning) - )(?<message>\S.*?)(?: \((?<code>[EWI]\d{3})\))?$/,
};

/** TSLint in its forms prose, verbose, stylish and msbuild. */
export const tslint: Matcher = {
  id: 'tslint',
  tool: 'tslint',
  cause: 'lint',
  hints: ['ERROR: ', 'WARNING: '],
  createReader: createTslintReader,
};
const TSLINT_FORMS = [
  {
    expression: new RegExp(
      `^(?<severity>ERROR|WARNING): (?:\\((?<code>[a-z][\\w-]*)\\) )?(?<path>${SCRIPT})(?:\\[(?<line>\\d{1,7}), (?<column>\\d{1,7})\\]: )(?<message>\\S.*)$`,
    ),
  },
  {
    expression: new RegExp(
      `^(?<severity>ERROR|WARNING): (?<path>${SCRIPT}):(?<line>\\d{1,7}):(?<column>\\d{1,7}) - (?<message>\\S.*)$`,
    ),
  },
] as const;
const TSLINT_ROW = {
  expression:
    /^(?<severity>ERROR|WARNING): (?<line>\d{1,7}):(?<column>\d{1,7}) {2,12}(?<code>[a-z][\w-]*) {2,60}(?<message>\S.*)$/,
};
const TSLINT_HEADING = new RegExp(`^(?<path>${SCRIPT}):\\d{1,7}:\\d{1,7}$`);

function createTslintReader(): LineReader {
  const headings = new Headings(TSLINT_HEADING, 20);
  return {
    read(line, report) {
      const finding = firstFindingOf(TSLINT_FORMS, line);
      if (finding) {
        report.diagnostic(finding);
        return 'told';
      }
      const row = findingOf(TSLINT_ROW, line);
      if (!row) return null;
      const path = headings.above(line.number, report);
      if (path !== null) report.diagnostic({ ...row, path });
      return false;
    },
  };
}

/** The visualstudio form of ESLint and the msbuild form of TSLint: `src/a.js(1,7): error no-undef : message`. */
export const eslintVisualStudio: Matcher = {
  id: 'eslint-visual-studio',
  tool: 'eslint',
  cause: 'lint',
  hints: ['): error ', '): warning '],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(VISUAL_STUDIO, line);
      if (!finding) return null;
      report.diagnostic({ ...finding, tool: / : /.test(line.text) ? 'eslint' : 'tslint' });
      return 'told';
    },
  }),
};
const VISUAL_STUDIO = {
  expression: new RegExp(
    `^(?<path>(?:[A-Za-z]:)?${SCRIPT})\\((?<line>\\d{1,7}),(?<column>\\d{1,7})\\): (?<severity>error|warning) (?:(?!TS\\d)(?<code>[@\\w][\\w@/.-]*) ?)?: (?<message>\\S.*)$`,
  ),
};

const SIGNS: Readonly<Record<string, Severity>> = { '⚠': 'warning', '⚡': 'warning', '!': 'warning' };
const PRETTY_ROW = /^ {2}(?<sign>[✖×⚠]) {1,6}(?<line>\d{1,7}):(?<column>\d{1,7}) {2,12}(?<rest>\S.*)$/;
const PRETTY_HEADING = /^ {2}(?<path>[^\s✖×⚠][^:]{0,400}\.\w{1,8})(?::\d{1,7}:\d{1,7})?$/;
const RULE_BEHIND = /^(?<message>.*?\S) {2,1000}(?<code>[@\w][\w@/.-]*)$/;

/** XO, and whoever uses eslint-formatter-pretty: a path, and below it `  ✖  1:7  message  rule`. */
export const xo: Matcher = {
  id: 'xo',
  tool: 'xo',
  cause: 'lint',
  hints: ['  ✖  ', '  ×  ', '  ⚠  '],
  createReader: createXoReader,
};

function createXoReader(): LineReader {
  const headings = new Headings(PRETTY_HEADING, 20);
  return {
    read(line, report) {
      const row = PRETTY_ROW.exec(line.text)?.groups;
      if (!row) return null;
      const path = headings.above(line.number, report);
      if (path === null) return false;
      const rule = RULE_BEHIND.exec(row['rest'] ?? '')?.groups;
      report.diagnostic({
        path,
        line: numberOf(row['line']),
        column: numberOf(row['column']),
        severity: SIGNS[row['sign'] ?? ''] ?? 'error',
        code: rule?.['code'] ?? null,
        message: rule?.['message'] ?? row['rest'] ?? '',
        logLine: line.number,
      });
      return false;
    },
  };
}

const COFFEE_ROW = /^ {4,6}(?<sign>[✗⚡]) #(?<line>\d{1,7}): (?<message>\S.*)$/;
const COFFEE_HEADING = /^ {2}[✗⚡✓] (?<path>\S.{0,400})$/;

/** CoffeeLint: a path, and below it `     ✗ #3: message`. */
export const coffeelint: Matcher = {
  id: 'coffeelint',
  tool: 'coffeelint',
  cause: 'lint',
  hints: ['✗ #', '⚡ #'],
  createReader: createCoffeelintReader,
};

function createCoffeelintReader(): LineReader {
  const headings = new Headings(COFFEE_HEADING, 20);
  return {
    read(line, report) {
      const row = COFFEE_ROW.exec(line.text)?.groups;
      if (!row) return null;
      const path = headings.above(line.number, report);
      if (path === null) return false;
      const severity = SIGNS[row['sign'] ?? ''] ?? 'error';
      report.diagnostic({ path, line: numberOf(row['line']), severity, message: row['message'] ?? '', logLine: line.number });
      return false;
    },
  };
}

const VFILE_ROW =
  /^\s{0,8}(?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?<endLine>\d{1,7}):(?<endColumn>\d{1,7}))?\s{1,8}(?<severity>error|warning|info)\s{1,8}(?<message>\S.*?)\s{1,1000}(?<code>[a-z][\w-]*)\s{1,100}(?<source>(?:remark|retext|rehype|unified|redot|recma)-[\w-]+)$/;
const VFILE_HEADING = /^(?<path>[^\s:\d][^:]{0,400})$/;

/** remark-lint, alex and others that report with vfile-reporter: a path, and rows that end with rule and plugin. */
export const vfile: Matcher = {
  id: 'remark-lint',
  tool: 'remark-lint',
  cause: 'lint',
  hints: [' remark-', ' retext-', ' rehype-', ' unified-'],
  createReader: createVfileReader,
};

function createVfileReader(): LineReader {
  const headings = new Headings(VFILE_HEADING, 20);
  return {
    read(line, report) {
      const row = VFILE_ROW.exec(line.text)?.groups;
      if (!row) return null;
      const path = headings.above(line.number, report);
      if (path === null) return false;
      report.diagnostic({
        tool: /^retext-(?:equality|profanities)$/.test(row['source'] ?? '') ? 'alex' : (row['source'] ?? ''),
        path,
        line: numberOf(row['line']),
        column: numberOf(row['column']),
        endLine: numberOf(row['endLine']),
        endColumn: numberOf(row['endColumn']),
        severity: severityOf(row['severity'] ?? 'warning'),
        code: row['code'] ?? null,
        message: row['message'] ?? '',
        logLine: line.number,
      });
      return false;
    },
  };
}
