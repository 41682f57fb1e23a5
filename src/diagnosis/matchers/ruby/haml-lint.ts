import type { Matcher } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';

const FINDING = {
  expression:
    /^(?<path>[^\s:]+\.(?:slim|haml)):(?<line>\d{1,7}) \[[WE]\] (?:\[Corrected\] )?(?:(?<code>[A-Z]\w+): )?(?<message>\S.*)$/,
};

/** HAML-Lint, and Slim-Lint in the same form: `index.html.slim:16 [W] LineLength: Line is too long.` Both kinds fail the run. */
export const hamlLint: Matcher = {
  id: 'haml-lint',
  tool: 'haml-lint',
  cause: 'lint',
  hints: [' [w] ', ' [e] '],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(FINDING, line);
      if (!finding) return false;
      const tool = finding.path?.endsWith('.slim') ? 'slim-lint' : 'haml-lint';
      report.diagnostic({ ...finding, tool, severity: line.text.includes(' [Corrected] ') ? 'info' : 'error' });
      return false;
    },
  }),
};
