import type { Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FINDING = {
  expression:
    /^(?<path>[^\s:]+\.(?:slim|haml|scss|sass)):(?<line>\d{1,7})(?::(?<column>\d{1,7}))? \[[WE]\] (?:\[Corrected\] )?(?:(?<code>[A-Z]\w+): )?(?<message>\S.*)$/,
};

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/\.slim$/, 'slim-lint'],
  [/\.s[ac]ss$/, 'scss-lint'],
];

/** HAML-Lint, and Slim-Lint and SCSS-Lint in the same form: `index.html.slim:16 [W] LineLength: Line is too long.` Both kinds fail the run. */
export const hamlLint: Matcher = {
  id: 'haml-lint',
  tool: 'haml-lint',
  cause: 'lint',
  hints: [' [w] ', ' [e] '],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(FINDING, line);
      if (!finding) return null;
      const tool = TOOLS.find(([ending]) => ending.test(finding.path ?? ''))?.[1] ?? 'haml-lint';
      report.diagnostic({ ...finding, tool, severity: line.text.includes(' [Corrected] ') ? 'info' : 'error' });
      return 'told';
    },
  }),
};
