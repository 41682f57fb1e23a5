import type { Answer, Finding, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';
import { DRIVE } from './forms.ts';

const SEVERITY = '(?<severity>error|warning|style|performance|portability|information)';
const PATH = `(?<path>${DRIVE}[^\\s:()\\[\\]][^:()\\[\\]]{0,500})`;

/** `path:line:column: severity: message [id]`: the form since 1.84; ids have no hyphen. */
const FINDING = {
  expression: new RegExp(
    `^${PATH}:(?<line>\\d{1,7}):(?:(?<column>\\d{1,7}):)? ${SEVERITY}: (?<message>\\S.*) \\[(?<code>[a-zA-Z][A-Za-z0-9_]{4,60})\\]$`,
  ),
};
/** `[path:line]: (severity) message`, and with a way to the place: `[a.c:3] -> [a.c:9]: …`. */
const BRACKETED = {
  expression: new RegExp(
    `^(?:\\[[^\\]]{1,500}\\] -> ){0,20}\\[${PATH}:(?<line>\\d{1,7})\\]: \\(${SEVERITY}(?:, inconclusive)?\\) (?<message>\\S.*)$`,
  ),
};
/** `path(line): severity: message`, its template for Visual Studio; with the words of compilers it is not Cppcheck's alone. */
const VISUAL_STUDIO = {
  expression: new RegExp(
    `^${PATH}\\((?<line>\\d{1,7})\\): (?<severity>style|performance|portability|information): (?<message>\\S.*)$`,
  ),
};
const C_FILE = /\.(?:c|cc|cp|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|ipp|inl|tpp|txx|ino|cppcheck)$|^nofile$/i;

/** Cppcheck in its templates `gcc` (default), `cppcheck1` and `vs`. */
export const cppcheck: Matcher = {
  id: 'cppcheck',
  tool: 'cppcheck',
  cause: 'lint',
  hints: [
    ': error: ',
    ': warning: ',
    ': style: ',
    ': performance: ',
    ': portability: ',
    ': information: ',
    '): style: ',
    '): performance: ',
    '): portability: ',
    '): information: ',
    ']: (error) ',
    ']: (warning',
    ']: (style',
    ']: (performance',
    ']: (portability',
    ']: (information',
  ],
  createReader: () => ({ read }),
};

/** Notes are left out: they are parts of the finding above them. */
function read(line: Line, report: Report): Answer {
  const finding = findingOf(FINDING, line) ?? findingOf(BRACKETED, line) ?? findingOf(VISUAL_STUDIO, line);
  if (!finding || !C_FILE.test(finding.path ?? '')) return null;
  report.diagnostic({ ...withPlace(finding), severity: levelOf(line.text, finding) });
  return 'told';
}

/** A finding of the whole run has the file `nofile`; one of a whole file has line 0. */
function withPlace(finding: Finding): Finding {
  if (finding.path === 'nofile') return { ...finding, path: null, line: null, column: null };
  return { ...finding, line: finding.line || null, column: finding.column || null };
}

/** Style, performance and portability are advice, whose words the common scale of severities does not know. */
function levelOf(text: string, finding: Finding): 'error' | 'warning' | 'info' {
  if (/: (?:style|performance|portability): |\]: \((?:style|performance|portability)\b/.test(text)) return 'warning';
  return finding.severity ?? 'error';
}
