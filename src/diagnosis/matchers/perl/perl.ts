import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** What stops the compiler, in the order in which the forms are tried; each ends in `at file line 3`. */
const FORMS: readonly { expression: RegExp; cause: CauseCategory }[] = [
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
];

/** The Perl interpreter: what keeps a program from being compiled. */
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
  ],
  createReader: createPerlReader,
};

function createPerlReader(): LineReader {
  return {
    read(line, report) {
      for (const { expression, cause } of FORMS) {
        const groups = expression.exec(line.text)?.groups;
        if (!groups) continue;
        const { path = null, message = '' } = groups;
        report.diagnostic({ path, line: numberOf(groups['line']), message, logLine: line.number }, cause);
        return 'told';
      }
      return null;
    },
  };
}
