import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';
import { DRIVE, SOURCE_FILE } from './forms.ts';

/** What is written in by people and checked by tools. A log's own lines seldom begin with such a path and a column. */
const SOURCE = String.raw`(?:[^\s:*?"<>|()\[\]{}=,;]{0,300}\.(?:[a-z][a-z0-9+_-]{0,11}|[A-Z]{1,4})|${SOURCE_FILE})`;
/** In GCC's words, or of a parser: `parser error : …`, `element a: validity error : …`. */
const SEVERITY = String.raw`(?:(?:element \w{1,60}: )?(?:[A-Z]?[a-z]{1,20} ){0,3})?(?<severity>(?:[Ff]atal )?[Ee]rror|[Ww]arning|WARNING|ERROR|FATAL|info|Info|information|hint|style|remark|suggestion)`;
/** These print a time or a host where others print a path. */
const NO_SOURCE = /\.(?:log|txt|com|org|net|io|local|exe|dll|so|jar|class|pid|sock)$|:\/\//;

/** Of languages whose tools all have matchers: in their files only a program's own log writes so without a column. */
const KNOWN_LANGUAGES = String.raw`\.(?:go|pyi?|rb|rake|[cm]?[jt]sx?|rs|swift|kts?|java|scala|sc|php|cs|fsx?|vb|dart|exs?|pl|pm|[rR]|(?:ba)?sh):`;

/** The rule in brackets at the end, as most linters print it. */
const RULE = /^(?<message>.*\S) \[(?<code>[\w.@/+:-]{2,80})\]$/;
/** The rule between colons, without blanks. */
const RULE_FIRST = /^(?<code>[a-z][\w-]{0,40}(?:\.[\w-]{1,60}){1,5}):(?<message>\S.*)$/;

/** `:12:5`, `:12.5`, and ranges: `:12:5-9`, `:12.5-12.9`. */
const COLUMN = String.raw`[:.](?<column>\d{1,7})(?:-(?:\d{1,7}[:.])?\d{1,7})?`;

const FORMS = [
  new RegExp(`^(?<path>${DRIVE}${SOURCE}):(?<line>\\d{1,7})${COLUMN}: ?${SEVERITY} ?: ?(?<message>\\S.*)$`),
  // without a column only where the path is certainly one of a source
  new RegExp(`^(?<path>${DRIVE}${SOURCE_FILE}):(?<!${KNOWN_LANGUAGES})(?<line>\\d{1,7}): ?${SEVERITY} ?: ?(?<message>\\S.*)$`),
].map((expression) => ({ expression }));

/** `path:line:column: severity: message`, which tools of many languages print. It must come after all of them. */
export const genericColons: Matcher = {
  id: 'generic-colons',
  tool: 'compiler',
  cause: null,
  hints: [
    ' error: ',
    ' warning: ',
    ' info: ',
    ' information: ',
    ' hint: ',
    ' style: ',
    ' remark: ',
    ' suggestion: ',
    ' fatal: ',
    'error : ',
    'warning : ',
    ':error:',
    ':warning:',
    ':info:',
  ],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  if (report.isClaimed(line.number)) return false;
  const finding = firstFindingOf(FORMS, line);
  if (!finding) return null;
  if (NO_SOURCE.test(finding.path ?? '')) return null;
  const rule = (RULE.exec(finding.message) ?? RULE_FIRST.exec(finding.message))?.groups;
  report.diagnostic(rule ? { ...finding, message: rule['message'] ?? '', code: rule['code'] ?? null } : finding);
  return 'told';
}
