import type { CauseCategory, Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** What stops the compiler, in the order in which the forms are tried; each ends in `at file line 3`. */
const FORMS: readonly { expression: RegExp; cause?: CauseCategory; severity?: Severity }[] = [
  {
    expression: /^(?<message>syntax error) at (?<path>\S+) line (?<line>\d{1,7}), (?:near ".*|at EOF)$/,
    cause: 'compile-error',
  },
  {
    expression: /^(?<message>Can't locate \S+\.pm in @INC).* at (?<path>\S+) line (?<line>\d{1,7})\.$/,
    cause: 'dependency-unavailable',
  },
  {
    expression:
      /^(?<message>Global symbol "[^"]+" requires explicit package name(?: \(did you forget to declare "[^"]+"\?\))?) at (?<path>\S+) line (?<line>\d{1,7})\.$/,
    cause: 'compile-error',
  },
  {
    expression:
      /^(?<message>(?:Bareword "[^"]+" not allowed while "strict subs" in use|Can't find string terminator .*?|Missing right curly or square bracket)) at (?<path>\S+) line (?<line>\d{1,7})/,
    cause: 'compile-error',
  },
  // what `perl -wc` warns of
  {
    expression:
      /^(?<message>(?:"(?:my|our|state)" (?:variable|subroutine) \S+ (?:masks earlier declaration in same \w+|redeclared)|Found = in conditional, should be ==|Name "[^"]{1,200}" used only once: possible typo|Subroutine \S{1,200} redefined|(?:Useless use|Applying pattern match) .{1,200}|Possible (?:unintended interpolation|precedence|attempt) .{1,200}|Scalar value \S{1,200} better written as \S{1,200}|Statement unlikely to be reached|Unquoted string .{1,200})) at (?<path>\S+) line (?<line>\d{1,7})\.$/,
    severity: 'warning',
  },
];

/** The Perl interpreter: what keeps a program from being compiled, and what it warns of then. */
export const perl: Matcher = {
  id: 'perl',
  tool: 'perl',
  cause: 'compile-error',
  hints: [
    'syntax error at ',
    '.pm in @inc',
    'requires explicit package name',
    'while "strict subs" in use',
    "can't find string terminator",
    'missing right curly',
    ' masks earlier declaration ',
    ' in conditional, should be ==',
    ' used only once: possible typo',
    ' redefined at ',
    'useless use of ',
    'possible unintended interpolation',
    'possible precedence ',
    ' better written as ',
  ],
  createReader: createPerlReader,
};

function createPerlReader(): LineReader {
  return {
    read(line, report) {
      for (const { expression, cause, severity = 'error' } of FORMS) {
        const groups = expression.exec(line.text)?.groups;
        if (!groups) continue;
        const { path = null, message = '' } = groups;
        report.diagnostic({ path, line: numberOf(groups['line']), severity, message, logLine: line.number }, cause);
        return 'told';
      }
      return null;
    },
  };
}
