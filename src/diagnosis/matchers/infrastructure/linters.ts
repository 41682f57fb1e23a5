import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

/** `.github/workflows/ci.yml:5:3: message [rule]`. */
export const actionlint: Matcher = {
  id: 'actionlint',
  tool: 'actionlint',
  cause: 'lint',
  hints: ['.github/workflows/'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:]*\.github\/workflows\/[^\s:]+\.ya?ml):(?<line>\d+):(?<column>\d+): (?<message>\S.*) \[(?<code>[a-z][a-z-]*)\]$/,
    },
  ],
};

/** `path - ERROR: message on line 2 (check: name)`; without the path where one file is given. */
export const puppetLint: Matcher = {
  id: 'puppet-lint',
  tool: 'puppet-lint',
  cause: 'lint',
  hints: [' (check: '],
  patterns: [
    {
      expression:
        /^(?:(?<path>\S.{0,400}?) - )?(?<severity>ERROR|WARNING): (?<message>\S.*) on line (?<line>\d+)(?: col (?<column>\d+))? \(check: (?<code>\w+)\)$/,
    },
    {
      expression: /^(?:(?<path>\S.{0,400}?) - )?(?<severity>ERROR|WARNING): (?<message>\S.*) on line (?<line>\d+)$/,
    },
  ],
};

/** `path|3 col 8 warning| message [Policy|reference]`; later versions `path:line:column: message (see reference)`. */
export const vint: Matcher = {
  id: 'vint',
  tool: 'vint',
  cause: 'lint',
  hints: ['.vim:', 'vimrc:', '.vim|', 'vimrc|'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s|]+)\|(?<line>\d+) col (?<column>\d+) (?<severity>error|warning|style_problem)\| (?<message>\S.*) \[(?<code>\w+)\|[^\]]*\]$/,
    },
    {
      expression:
        /^(?<path>[^\s:]*(?:\.vim|vimrc)):(?<line>\d+):(?<column>\d+): (?<message>\S.*?)(?: \(see [^()]*(?:\([^()]*\))?[^()]*\))$/,
      severity: 'warning',
    },
  ],
};

const TYPO = /^error: (?<message>`[^`]+` should be (?:`[^`]+`(?:, )?)+)$/;
const TYPO_PLACE = /^\s*(?:-->|╭▸) (?<path>\S.{0,400}?):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?$/;

/** `--format brief`. */
const TYPO_BRIEF = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<message>`[^`]{1,200}` -> (?:`[^`]{1,200}`(?:, )?){1,20})$/,
} as const;

/** `error: `teh` should be `the``, and below `--> path:line:column`. */
export const typos: Matcher = {
  id: 'typos',
  tool: 'typos',
  cause: 'lint',
  hints: ['` should be `', '` -> `'],
  createReader: createTyposReader,
};

function createTyposReader(): LineReader {
  let typo: { message: string; logLine: number } | null = null;
  return {
    read(line, report) {
      const brief = findingOf(TYPO_BRIEF, line);
      if (brief) {
        report.diagnostic(brief);
        return 'told';
      }
      const message = TYPO.exec(line.text)?.groups?.['message'];
      if (message !== undefined) {
        typo = { message, logLine: line.number };
        return true;
      }
      const place = TYPO_PLACE.exec(line.text)?.groups;
      if (!place) return null;
      if (!typo) return false;
      // A typo in a file's name has a column only, which stands where the line would.
      const isInName = place['column'] === undefined;
      report.diagnostic({
        path: place['path'] ?? null,
        line: isInName ? null : numberOf(place['line']),
        column: isInName ? null : numberOf(place['column']),
        ...typo,
      });
      typo = null;
      return false;
    },
  };
}
