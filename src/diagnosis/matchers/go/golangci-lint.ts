import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** The linter stands in brackets: `(errcheck)`, `(gosimple)`; staticcheck alone prints its check: `(SA4006)`. */
const FINDING = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?: (?<message>\S.*) \((?<code>[a-z][a-z0-9]{1,30}|(?:SA|ST|QF|S|U)\d{4}|compile)\)$/,
};
/** Words in brackets at the end of a message of the compiler. */
const NO_LINTER = /^(?:untyped|typed|value|variable|constant|type|bool|int|string|float64|nil|error|func)$/;
const FORMATTERS = /^(?:gofmt|gofumpt|goimports|gci|golines)$/;
const CODE_LINE = /^[\t ]/;

/** golangci-lint's text form, and staticcheck's. */
export const golangciLint: Matcher = {
  id: 'golangci-lint',
  tool: 'golangci-lint',
  cause: 'lint',
  hints: ['.go:'],
  createReader: createGolangciReader,
};

function createGolangciReader(): LineReader {
  let since = 0;
  return {
    read(line, report) {
      const finding = findingOf(FINDING, line);
      const code = finding?.code ?? '';
      if (!finding || NO_LINTER.test(code)) {
        // The code, and a caret below it.
        if (line.number - since > 2 || !CODE_LINE.test(line.text)) return null;
        report.highlight(line.number, line.number, 0.6);
        return true;
      }
      report.diagnostic({ ...finding, tool: /^[A-Z]|^compile$/.test(code) ? 'staticcheck' : 'golangci-lint' }, causeOf(code));
      since = line.number;
      return true;
    },
  };
}

function causeOf(code: string): CauseCategory {
  if (code === 'typecheck' || code === 'compile') return 'compile-error';
  return FORMATTERS.test(code) ? 'formatting' : 'lint';
}
