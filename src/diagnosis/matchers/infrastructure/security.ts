import type { Severity } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const SOURCE = /^\s+(?<line>\d{1,7})┆/;
const RULE = /^\s{2,8}(?:❯{1,3}❱?|❰{0,2}❱)?\s{0,4}(?<code>[\w-]+(?:\.[\w-]+){1,15})$/;
const PATH = /^\s{2,8}(?<path>(?:[\w.@-]+\/){0,30}[\w.@-]*(?:\.\w{1,10}|file))$/;
const DETAILS = /^\s*Details: /;

/** Semgrep's text: a path, below it rules, each with a message and the source behind line numbers. */
export const semgrep: Matcher = {
  id: 'semgrep',
  tool: 'semgrep',
  cause: 'lint',
  hints: ['┆'],
  createReader: () => ({ read: readSemgrep }),
};

/** Lines of one finding. */
const MAX_FINDING_LINES = 30;
/** Lines of all findings of a file that are looked through for its path. */
const MAX_FILE_LINES = 60;

function readSemgrep(line: Line, report: Report): boolean | null {
  const at = SOURCE.exec(line.text)?.groups?.['line'];
  if (at === undefined) return null;
  // Of several lines of source the first one says where it begins.
  if (SOURCE.test(report.previous(1)?.text ?? '')) return false;
  const message: string[] = [];
  for (let distance = 1; distance <= MAX_FINDING_LINES; distance++) {
    const above = report.previous(distance);
    if (!above) return false;
    const code = RULE.exec(above.text)?.groups?.['code'];
    if (code !== undefined && message.length > 0) {
      const path = pathAbove(report, distance + 1);
      if (path === null) return false;
      report.diagnostic({ path, line: numberOf(at), code, message: message.join(' '), logLine: above.number });
      report.highlight(above.number, line.number, 0.7);
      return false;
    }
    const text = above.text.trim();
    if (text !== '' && !text.includes('┆') && !DETAILS.test(text)) message.unshift(text);
  }
  return false;
}

function pathAbove(report: Report, from: number): string | null {
  for (let distance = from; distance <= MAX_FILE_LINES; distance++) {
    const above = report.previous(distance);
    if (!above) return null;
    const path = PATH.exec(above.text)?.groups?.['path'];
    if (path !== undefined && !RULE_NAMES.test(path)) return path;
  }
  return null;
}
/** Rules have dots, too, but more of them and no slash. */
const RULE_NAMES = /^[^/]*\.[^/]*\.[^/]*\./;

const LEAK = /^RuleID: {2,10}(?<code>\S{1,200})$/;
const LABEL = /^(?<label>File|Line|Entropy|Secret|Tags|Commit|Author|Email|Date|Fingerprint|Link): {2,12}(?<value>\S.*)$/;

/** Gitleaks: a block of labels for each secret; what it found is not repeated. */
export const gitleaks: Matcher = {
  id: 'gitleaks',
  tool: 'gitleaks',
  cause: 'quality-gate',
  hints: ['ruleid:  '],
  createReader: createGitleaksReader,
};

function createGitleaksReader(): LineReader {
  let leak: { code: string; path: string | null; logLine: number } | null = null;
  return {
    read(line, report) {
      const code = LEAK.exec(line.text)?.groups?.['code'];
      if (code !== undefined) {
        leak = { code, path: null, logLine: line.number };
        return true;
      }
      const { label, value = '' } = LABEL.exec(line.text)?.groups ?? {};
      if (!leak || label === undefined) {
        leak = null;
        return null;
      }
      if (label === 'File') leak.path = value;
      if (label === 'Line') {
        report.diagnostic({ ...leak, line: numberOf(value), message: `A secret stands in the code: ${leak.code}` });
        report.highlight(leak.logLine, line.number, 0.8);
        leak = null;
      }
      return leak !== null;
    },
  };
}

const SEVERITIES: Readonly<Record<string, Severity>> = { CRITICAL: 'error', HIGH: 'error', MEDIUM: 'warning', LOW: 'info' };
const TITLES: readonly RegExp[] = [
  // tfsec: Result #1 HIGH Bucket does not have encryption enabled
  /^\s*Result #\d{1,5} (?<severity>CRITICAL|HIGH|MEDIUM|LOW) (?<message>\S.*)$/,
  // Trivy: AVD-AWS-0086 (HIGH): message, and before 0.50 without the identifier
  /^(?<code>(?:AVD-[A-Z]{2,10}-\d{4}|[A-Z]{2,8}-?\d{3,6})) \((?<severity>CRITICAL|HIGH|MEDIUM|LOW)\): (?<message>\S.*)$/,
  /^(?<severity>CRITICAL|HIGH|MEDIUM|LOW): (?<message>\S.*)$/,
];
const RESULT_PLACE = /^\s{1,4}(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7})(?:-(?<endLine>\d{1,7}))?$/;
const RULER = /^\s{0,2}[═─]{10,}$/;

/** tfsec, and Trivy of configurations: a title, a rule, what is wrong with it, and the place. */
export const trivy: Matcher = {
  id: 'trivy-config',
  tool: 'trivy',
  cause: 'lint',
  hints: ['result #', '(critical): ', '(high): ', '(medium): ', '(low): ', 'critical: ', 'high: ', 'medium: ', 'low: '],
  createReader: createTrivyReader,
};

/** Lines between a title and its place. */
const MAX_TITLE_LINES = 15;

function createTrivyReader(): LineReader {
  let title: { groups: Record<string, string>; isTfsec: boolean; logLine: number } | null = null;
  return {
    read(line, report) {
      const groups = titleOf(line.text);
      if (groups) {
        title = { groups, isTfsec: /Result #/.test(line.text), logLine: line.number };
        return true;
      }
      if (!title) return null;
      // Words that mean a severity begin many a line; a rule below makes a title of them.
      const isTitle = line.number > title.logLine + 1 || RULER.test(line.text);
      const place = RESULT_PLACE.exec(line.text)?.groups;
      if (isTitle && place) tell(title, place, line, report);
      if (!isTitle || place || line.number - title.logLine > MAX_TITLE_LINES) title = null;
      return title !== null;
    },
  };
}

function titleOf(text: string): Record<string, string> | undefined {
  for (const form of TITLES) {
    const groups = form.exec(text)?.groups;
    if (groups) return groups;
  }
  return undefined;
}

function tell(
  title: { groups: Record<string, string>; isTfsec: boolean; logLine: number },
  place: Record<string, string>,
  line: Line,
  report: Report,
): void {
  const { severity = '', message = '', code } = title.groups;
  report.diagnostic({
    tool: title.isTfsec ? 'tfsec' : 'trivy',
    path: place['path'] ?? null,
    line: numberOf(place['line']),
    endLine: numberOf(place['endLine']),
    severity: SEVERITIES[severity] ?? 'error',
    code: code ?? null,
    message: message.trim(),
    logLine: title.logLine,
  });
  report.highlight(title.logLine, line.number, 0.6);
}
