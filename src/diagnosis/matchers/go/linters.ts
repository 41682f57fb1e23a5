import type { Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const ISSUE =
  /^\[(?<path>[^\s\]][^\]]{0,400}):(?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?(?::\d{1,7})?\] - (?<code>G\d{3})(?: \( ?CWE-\d{1,5} ?\))?: (?<message>\S.*) \(Confidence: ?\w+, Severity: ?(?<severity>\w+)\)$/;
const SEVERITIES: Readonly<Record<string, Severity>> = { LOW: 'info', MEDIUM: 'warning' };

const GOLINT_FORM =
  /^(?<path>[^\s:][^:]{0,400}\.go):(?<line>\d{1,7}):(?<column>\d{1,7}): \[CWE-\d{1,5}\] (?<message>\S.*) \(Rule:(?<code>G\d{3}), Severity:(?<severity>\w+), Confidence:\w+\)$/;

/** gosec: `[/work/main.go:12] - G404 (CWE-338): message (Confidence: MEDIUM, Severity: HIGH)`. */
export const gosec: Matcher = {
  id: 'gosec',
  tool: 'gosec',
  cause: 'lint',
  hints: ['] - g', '(rule:g'],
  createReader: () => ({
    read(line, report) {
      const groups = (ISSUE.exec(line.text) ?? GOLINT_FORM.exec(line.text))?.groups;
      if (!groups) return null;
      report.diagnostic({
        path: groups['path'] ?? null,
        line: numberOf(groups['line']),
        column: numberOf(groups['column']),
        endLine: numberOf(groups['endLine']),
        severity: SEVERITIES[groups['severity'] ?? ''] ?? 'error',
        code: groups['code'] ?? null,
        message: groups['message'] ?? '',
        logLine: line.number,
      });
      return 'told';
    },
  }),
};

const RULE_PAGE = String.raw`https:\/\/(?:revive\.run\/r|github\.com\/mgechev\/revive\/blob\/[\w.-]+\/RULES_DESCRIPTIONS\.md)#(?<code>[a-z][\w-]*)`;
const FRIENDLY = new RegExp(`^\\s*(?<sign>[⚠✘✖]) {1,4}${RULE_PAGE} {1,4}(?<message>\\S.*)$`);
const FRIENDLY_PLACE = /^\s+(?<path>[^\s:][^:]{0,400}\.go):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
const PLAIN = {
  expression: new RegExp(
    `^(?<path>[^\\s:][^:]{0,400}\\.go):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<message>\\S.*) ${RULE_PAGE}$`,
  ),
} as const;
const STYLISH_ROW = new RegExp(`^\\s+\\((?<line>\\d{1,7}), (?<column>\\d{1,7})\\) {1,8}${RULE_PAGE} {1,8}(?<message>\\S.*)$`);
const UNIX = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}\.go):(?<line>\d{1,7}):(?<column>\d{1,7}): \[(?<code>[a-z][a-z-]{2,60})\] (?<message>\S.*)$/,
} as const;

/** revive's forms friendly, stylish, plain and unix; its default one has no rule and is golint's. */
export const revive: Matcher = {
  id: 'revive',
  tool: 'revive',
  cause: 'lint',
  hints: ['revive.run/r#', 'mgechev/revive/', '.go:'],
  createReader: createReviveReader,
};

function createReviveReader(): LineReader {
  let path: string | null = null;
  let lastRow = 0;
  return {
    read(line, report) {
      const single = findingOf(PLAIN, line) ?? findingOf(UNIX, line);
      if (single) {
        report.diagnostic({ ...single, severity: 'warning' });
        return 'told';
      }
      const place = FRIENDLY_PLACE.exec(line.text)?.groups;
      const above = place ? report.previous(1) : null;
      const friendly = above ? FRIENDLY.exec(above.text)?.groups : undefined;
      const row = friendly ? undefined : STYLISH_ROW.exec(line.text)?.groups;
      if (!place && !row) return null;
      if (row && line.number !== lastRow + 1) path = /^\S.*\.go$/.exec(report.previous(1)?.text ?? '')?.[0] ?? null;
      if (row) lastRow = line.number;
      const found = friendly ?? (path === null ? undefined : row);
      if (!found) return false;
      report.diagnostic({
        path: place?.['path'] ?? path,
        line: numberOf((place ?? found)['line']),
        column: numberOf((place ?? found)['column']),
        severity: found['sign'] === '✘' || found['sign'] === '✖' ? 'error' : 'warning',
        code: found['code'] ?? null,
        message: found['message'] ?? '',
        logLine: (friendly ? above?.number : undefined) ?? line.number,
      });
      return false;
    },
  };
}

/** misspell: `a.md:1:5: "teh" is a misspelling of "the"`; first versions without the column. */
export const misspell: Matcher = {
  id: 'misspell',
  tool: 'misspell',
  cause: 'lint',
  hints: ['a misspelling of "', ': corrected "'],
  patterns: [
    {
      expression:
        /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? ?(?<message>(?:found )?"[^"]{1,100}" (?:is )?a misspelling of "[^"]{1,100}"|corrected "[^"]{1,100}" to "[^"]{1,100}")$/,
    },
    {
      expression: /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}) (?<message>found "[^"]{1,100}" a misspelling of "[^"]{1,100}")$/,
    },
  ],
};

/** errcheck: `main.go:12:9:<tab>io.Copy(a, b)`, the call whose error nobody looks at. */
export const errcheck: Matcher = {
  id: 'errcheck',
  tool: 'errcheck',
  cause: 'lint',
  hints: [':\t'],
  createReader: () => ({
    read(line, report) {
      const finding = findingOf(ERRCHECK, line);
      if (!finding) return null;
      report.diagnostic({ ...finding, message: `unchecked error: ${finding.message}` });
      return 'told';
    },
  }),
};
const ERRCHECK = {
  expression: /^(?<path>[^\s:][^:]{0,400}\.go):(?<line>\d{1,7}):(?<column>\d{1,7}):\t(?<message>\S.*)$/,
} as const;

/** gocyclo and gocognit: `16 shop (*Cart).Total cart/cart.go:12:1`. */
export const gocyclo: Matcher = {
  id: 'gocyclo',
  tool: 'gocyclo',
  cause: 'quality-gate',
  hints: ['.go:'],
  patterns: [
    {
      expression:
        /^(?<message>\d{1,5} [a-z]\w* (?:\(\*?[\w.[\]]+\)\.)?[A-Za-z_]\w*) (?<path>[^\s:][^:]{0,400}\.go):(?<line>\d{1,7}):(?<column>\d{1,7})$/,
    },
  ],
};
