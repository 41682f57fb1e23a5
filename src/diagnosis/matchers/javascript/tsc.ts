import type { CauseCategory } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FORMS = [
  // plain: src/a.ts(3,5): error TS2322: …
  {
    expression:
      /^\s{0,8}(?:(?:\[tsl\] )?(?:ERROR|Error) in |Error: )?(?<path>[^\s(][^(]*)\((?<line>\d+),(?<column>\d+)\): (?<severity>error|warning) (?<code>(?:TS|NG)-?\d+): (?<message>.*)$/,
  },
  // pretty: src/a.ts:3:5 - error TS2322: …
  {
    expression:
      /^\s{0,8}(?:(?:ERROR|Error) in |Error: |ERROR: )?(?<path>[^\s:](?:[^:]|:(?=[\\/]))*):(?<line>\d+):(?<column>\d+) - (?<severity>error|warning) (?<code>(?:TS|NG)-?\d+): ?(?<message>.*)$/,
  },
  // of no file: error TS18003: …
  { expression: /^(?<severity>error|warning) (?<code>(?:TS|NG)-?\d+): (?<message>.*)$/ },
] as const;

/** Faults of tsconfig.json and of the command line: TS5xxx, TS6xxx but for what is declared and not used, and «no inputs were found». */
const CONFIGURATION_CODE = /^TS(?:5\d{3}|6(?!1(?:33|38|92|96|98|99)|205)\d{3}|18002|18003)$/;

/** The TypeScript compiler, plain and `--pretty`; Angular's of templates, whose codes begin with NG, prints as it does. */
export const tsc: Matcher = {
  id: 'tsc',
  tool: 'tsc',
  cause: 'compile-error',
  hints: ['error ts', 'warning ts', 'error ng', 'warning ng'],
  createReader: createTscReader,
};

function createTscReader(): LineReader {
  return {
    read(line, report) {
      for (const form of FORMS) {
        const finding = findingOf(form, line);
        if (!finding) continue;
        report.diagnostic(finding, causeOf(finding.code ?? ''));
        return 'told';
      }
      return null;
    },
  };
}

function causeOf(code: string): CauseCategory | undefined {
  return CONFIGURATION_CODE.test(code) ? 'build-config' : undefined;
}
