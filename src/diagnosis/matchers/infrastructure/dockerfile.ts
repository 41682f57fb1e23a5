import type { Severity } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `Dockerfile:3 DL3008 warning: Pin versions …`; before 2.0 without the severity, and with its name before in the GNU form. */
export const hadolint: Matcher = {
  id: 'hadolint',
  tool: 'hadolint',
  cause: 'lint',
  hints: [' dl1', ' dl3', ' dl4', ' sc1', ' sc2', ' sc3'],
  patterns: [
    {
      expression:
        /^(?:hadolint:)?(?<path>[^\s:][^:]{0,400}):(?<line>\d+):? (?<code>(?:DL|SC)\d{4}) (?:(?<severity>error|warning|info|style): )?(?<message>\S.*)$/,
      severity: 'warning',
    },
  ],
};

const PLACE = /^Line (?<line>\d{1,7}): -> /;
const RULE = /^(?<severity>ERROR|WARNING|INFO): (?<message>.*?)\.?\s*$/;

/** Lines between two findings of one file. */
const MAX_LINES_BETWEEN = 20;

/** dockerfile_lint: a line of the Dockerfile, and below it what is wrong with it. */
export const dockerfileLint: Matcher = {
  id: 'dockerfile-lint',
  tool: 'dockerfile_lint',
  cause: 'lint',
  hints: ['# analyzing dockerfile', '---errors---', '---warning', '---info---', ': -> '],
  createReader: createDockerfileLintReader,
};

function createDockerfileLintReader(): LineReader {
  let isOpen = false;
  let lastLine = 0;
  let place: number | null = null;
  return {
    read(line, report) {
      if (line.text.startsWith('# Analyzing ')) {
        isOpen = true;
        lastLine = line.number;
      }
      if (line.number - lastLine > MAX_LINES_BETWEEN) isOpen = false;
      if (!isOpen) return null;
      const found = PLACE.exec(line.text)?.groups;
      if (found) {
        lastLine = line.number;
        place = numberOf(found['line']);
        return true;
      }
      const rule = RULE.exec(line.text)?.groups;
      if (!rule) return true;
      lastLine = line.number;
      const word = rule['severity'] ?? '';
      const severity = word === 'ERROR' ? 'error' : word === 'WARNING' ? 'warning' : 'info';
      report.diagnostic({ line: place, severity, message: rule['message'] ?? '', logLine: line.number });
      place = null;
      return true;
    },
  };
}

const LISTED_FILE = /^File: {3}(?<path>\S.{0,400})$/;
const LISTED_LINE = /^Line (?<line>\d{1,7}): /;
/** Columns of fixed widths: number, category, title and description. */
const LISTED_ISSUE = /^ {1,4}\d{1,3} {2}(?<category>.{12}) {2}(?<title>.{20}) {2}/;
const LISTED_MORE = /^ {21}(?<title>.{1,20})/;
const LISTED_SEVERITIES: Readonly<Record<string, Severity>> = { 'Possible Bug': 'error', Deprecation: 'error' };

/** dockerfilelint: a path, a line of the Dockerfile, and a table of what is wrong with it. */
export const dockerfilelint: Matcher = {
  id: 'dockerfilelint',
  tool: 'dockerfilelint',
  cause: 'lint',
  hints: ['file:   ', 'issue  category'],
  createReader: () => new DockerfilelintReader(),
};

class DockerfilelintReader implements LineReader {
  #path: string | null = null;
  #line: number | null = null;
  #issue: { category: string; title: string[]; logLine: number } | null = null;
  /** The last line that was surely its own. */
  #lastLine = 0;

  read(line: Line, report: Report): boolean | null {
    const file = LISTED_FILE.exec(line.text)?.groups?.['path'];
    if (file !== undefined) {
      this.#path = file;
      this.#lastLine = line.number;
      return true;
    }
    if (this.#path === null) return null;
    const isIndented = line.text.startsWith(' ');
    const issue = isIndented ? LISTED_ISSUE.exec(line.text.padEnd(43))?.groups : undefined;
    const more = isIndented && !issue ? LISTED_MORE.exec(line.text)?.groups?.['title'] : undefined;
    const place = isIndented ? undefined : LISTED_LINE.exec(line.text)?.groups?.['line'];
    if (issue || place !== undefined || (more !== undefined && this.#issue)) this.#lastLine = line.number;
    if (this.#issue && more !== undefined) {
      this.#issue.title.push(more);
      return true;
    }
    this.#tell(report);
    if (line.number - this.#lastLine > MAX_LINES_BETWEEN) this.#path = null;
    this.#line = numberOf(place) ?? this.#line;
    if (issue) {
      this.#issue = { category: issue['category']?.trim() ?? '', title: [issue['title'] ?? ''], logLine: line.number };
    }
    return this.#path !== null;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  #tell(report: Report): void {
    const issue = this.#issue;
    this.#issue = null;
    if (!issue || this.#path === null) return;
    const { category, title, logLine } = issue;
    const severity = LISTED_SEVERITIES[category] ?? 'warning';
    report.diagnostic({ path: this.#path, line: this.#line, severity, code: category, message: joined(title), logLine });
  }
}

/** A word that is too long for the column is broken in two without a sign. */
function joined(pieces: readonly string[]): string {
  const title = pieces.reduce((known, piece, index) => {
    const isBroken = /^\S{20}$/.test(pieces[index - 1] ?? '') && /^\S/.test(piece);
    return `${known.trim()}${isBroken || index === 0 ? '' : ' '}${piece.trim()}`;
  }, '');
  return title.trim();
}
