import type { CauseCategory, Severity } from '../../types.ts';
import type { Finding, LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `src/a.ts:1:7 lint/style/useConst  FIXABLE  ━━━━`. */
const HEADING =
  /^(?<path>\S[^━]{0,500}?)(?::(?<line>\d{1,7}):(?<column>\d{1,7}))? (?<code>(?:lint|assist|suppressions|syntax|plugin)(?:\/[\w/]{1,100})?|parse|format|organizeImports)\s{1,4}(?:[A-Z]{3,20}\s{1,4}){0,3}━{3,}$/;
const MESSAGE = /^\s{2}(?<sign>[×✖!⚠iℹ])\s(?<message>\S.*)$/;
const SEVERITIES: Readonly<Record<string, Severity>> = { '!': 'warning', '⚠': 'warning', i: 'info', ℹ: 'info' };

/** Only the first 20 are printed by default; nobody must take them for all. */
const NOT_SHOWN = /^Diagnostics not shown: \d{1,9}\.$/;

/** With --error-on-warnings they end the run as errors do. */
const WARNINGS_COUNT = /^\s{2}[×✖] Some warnings were emitted while running checks\.$/;

/** Lines below a heading that may come before its message. */
const MAX_BLANK_LINES = 3;

/** Biome's linter, formatter and checks: a heading with the place and the rule, then the message with a sign. */
export const biome: Matcher = {
  id: 'biome',
  tool: 'biome',
  cause: 'lint',
  hints: ['━━━', 'diagnostics not shown: ', 'some warnings were emitted'],
  createReader: createBiomeReader,
};

function createBiomeReader(): LineReader {
  let open: Finding | null = null;
  return {
    read(line, report) {
      const heading = line.text.endsWith('━━━') ? HEADING.exec(line.text)?.groups : undefined;
      if (heading) {
        const place = { line: numberOf(heading['line']), column: numberOf(heading['column']) };
        open = { path: heading['path'] ?? null, ...place, code: heading['code'] ?? null, message: '', logLine: line.number };
        return true;
      }
      if (NOT_SHOWN.test(line.text)) {
        report.diagnostic({ severity: 'info', code: 'not-shown', message: line.text, logLine: line.number });
        return 'told';
      }
      if (WARNINGS_COUNT.test(line.text)) {
        report.diagnostic({ code: 'warnings', message: line.text.trim().slice(2), logLine: line.number });
        return 'told';
      }
      const groups = MESSAGE.exec(line.text)?.groups;
      if (!groups) {
        const mayComeYet = open !== null && line.text.trim() === '' && line.number - open.logLine < MAX_BLANK_LINES;
        return mayComeYet || null;
      }
      if (!open) return false;
      const severity = SEVERITIES[groups['sign'] ?? ''] ?? 'error';
      report.diagnostic({ ...open, severity, message: groups['message'] ?? '' }, causeOf(open.code ?? ''));
      if (severity === 'error') report.highlight(open.logLine, line.number, 0.85);
      open = null;
      return false;
    },
  };
}

function causeOf(code: string): CauseCategory | undefined {
  if (code === 'parse' || code.startsWith('syntax')) return 'compile-error';
  return code === 'format' || code === 'organizeImports' || code.startsWith('assist') ? 'formatting' : undefined;
}
