import type { Line, Matcher, Report } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';

/** What is written in by people and checked by tools. A log's own lines seldom begin with such a path. */
const SOURCE = String.raw`(?:[^\s:*?"<>|()\[\]{}=,;]{0,300}\.(?:[a-z][a-z0-9+_-]{0,11}|[A-Z]{1,4})|[\w./-]{0,300}(?:Dockerfile|Makefile|Jenkinsfile|Vagrantfile|Gemfile|Rakefile)(?:\.\w{1,20})?)`;
const DRIVE = String.raw`(?:[A-Za-z]:(?=[\\/]))?`;
const SEVERITY = '(?<severity>(?:fatal )?error|warning|note|info|information|hint|style|Error|Warning|ERROR|WARNING)';
/** These print a time or a host where others print a path; GHC prints its message on the next line. */
const NO_SOURCE = /\.(?:log|txt|com|org|net|io|local|exe|dll|so|jar|class|pid|sock|l?hs)$|:\/\//;

/** The rule in brackets at the end, as most linters print it. */
const RULE = /^(?<message>.*\S) \[(?<code>[\w.@/+:-]{2,80})\]$/;

const WITH_COLUMN = {
  expression: new RegExp(`^(?<path>${DRIVE}${SOURCE}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): ${SEVERITY}: (?<message>\\S.*)$`),
};
/** `path:line:column: severity: message`, which tools of many languages print. It must come after all of them. */
export const genericColons: Matcher = {
  id: 'generic-colons',
  tool: 'compiler',
  cause: null,
  hints: [': error: ', ': warning: ', ': note: ', ': info: ', ': fatal error: ', ': information: ', ': hint: ', ': style: '],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): boolean {
  if (report.isClaimed(line.number)) return false;
  const finding = findingOf(WITH_COLUMN, line);
  if (!finding || NO_SOURCE.test(finding.path ?? '')) return false;
  const rule = RULE.exec(finding.message)?.groups;
  report.diagnostic(rule ? { ...finding, message: rule['message'] ?? '', code: rule['code'] ?? null } : finding);
  return false;
}
