import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';
import { unescapedJson } from './json-text.ts';

/** One member of an object: its name, and its value as a string, with escapes, or as a number. */
const MEMBER = /"([A-Za-z][\w-]{0,30})" ?: ?(?:"((?:[^"\\]|\\.)*)"|(\d{1,9})\b)/g;
const ON_ONE_LINE = /^\s*[[{].*\{?"/;
const OF_OBJECT_OVER_LINES = /^\s+"/;
const OPENING = /^(?<indent>\s*)(?:\{|.*[[,] ?\{)$/;
const CLOSING = /^(?<indent>\s*)\}[\s\],}]*$/;
/** Programs that log in JSON write these; a finding has no time. */
const OF_A_LOG = /"(?:time|timestamp|@timestamp|ts|asctime|levelname|pid|hostname)" ?:/;

/** How tools name what a finding says; the first that is there counts. */
const NAMES = {
  path: ['file', 'path', 'filename', 'fileName', 'file_path', 'filePath'],
  line: ['line', 'lineStart', 'line_number', 'start_line', 'startLine'],
  column: ['column', 'columnStart', 'col', 'start_column', 'startColumn'],
  endLine: ['endLine', 'lineEnd', 'end_line'],
  endColumn: ['endColumn', 'columnEnd', 'end_column'],
  severity: ['severity', 'level', 'issue_severity'],
  message: ['message', 'issue_text', 'description', 'msg'],
  code: ['symbol', 'test_id', 'rule', 'ruleId', 'code', 'type', 'category'],
} as const;

/** What only Jenkins' form of a finding has. In it all but the file may be left out. */
const OF_JENKINS = /"fileName" ?: ?"[^"]{1,500}"(?=.*"line(?:Start|Ranges)" ?:)|"line(?:Start|Ranges)" ?:(?=.*"fileName" ?: ?")/;
const RANGES = /"lineRanges" ?: ?\[ ?\{[^{}]*?"start" ?: ?(?<line>\d{1,9})/;
/** Pylint's `convention` and `refactor` have a member of this name where others have a rule. */
const LEVELS = /^(?:error|fatal|warning|info|note|convention|refactor|style|hint)$/i;
const MAX_OBJECT_LINES = 40;

/**
 * Findings as JSON objects, one a line or printed over lines: of Pylint, Bandit and ShellCheck, in the form of
 * Jenkins' Warnings plugin, and what else has a file, a line and a message.
 */
export const jsonFindings: Matcher = {
  id: 'json-findings',
  tool: 'linter',
  cause: 'lint',
  hints: ['"line":', '"line" :', '"linestart"', '"lineranges"', '"line_number":', '"start_line":', '"startline":'],
  createReader: () => new JsonReader(),
};

class JsonReader implements LineReader {
  /** An object that is printed over lines: how deep it stands, its lines so far, and where it began. */
  #open: { indent: number; members: string; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    const open = this.#open;
    if (open) return this.#follow(open, line, report);
    if (report.isClaimed(line.number)) return false;
    if (ON_ONE_LINE.test(line.text)) return tellAll(line, report) ? 'told' : null;
    return this.#begin(line, report);
  }

  /** Looks for the beginning of the object above the line that holds the number. */
  #begin(line: Line, report: Report): Answer {
    if (!OF_OBJECT_OVER_LINES.test(line.text)) return null;
    const indent = indentOf(line.text);
    const members = [line.text];
    for (let distance = 1; distance < MAX_OBJECT_LINES; distance++) {
      const above = report.previous(distance);
      if (!above) return false;
      const indentAbove = indentOf(above.text);
      const isOutside = indentAbove < indent;
      if (isOutside && !OPENING.test(above.text)) return false;
      if (isOutside) {
        this.#open = { indent, members: detached(members.join('')), logLine: above.number + 1 };
        return true;
      }
      // What stands deeper is in an object of its own.
      if (indentAbove === indent) members.unshift(above.text);
    }
    return false;
  }

  #follow(open: { indent: number; members: string; logLine: number }, line: Line, report: Report): boolean {
    const indent = indentOf(line.text);
    const isClosed = indent < open.indent;
    if (isClosed || line.number - open.logLine > MAX_OBJECT_LINES) {
      this.#open = null;
      if (isClosed && CLOSING.test(line.text)) tell(open.members, open.members, open.logLine, report);
      return false;
    }
    if (indent === open.indent) open.members = detached(open.members + line.text);
    return true;
  }
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/** Every object of the text, and what of it does not stand in objects inside. Innermost come first. */
function objectsOf(text: string): { own: string; whole: string }[] {
  const objects: { own: string; whole: string }[] = [];
  const open: { start: number; own: string }[] = [];
  let from = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '}') {
      const top = open.at(-1);
      if (top) top.own += text.slice(from, at);
      from = at + 1;
      if (character === '{') open.push({ start: at, own: '' });
      else if (open.pop() && top) objects.push({ own: top.own, whole: text.slice(top.start, at + 1) });
    }
  }
  return objects;
}

/** Tells the findings among the objects of one line; returns whether there are any. */
function tellAll(line: Line, report: Report): boolean {
  let isTold = false;
  for (const { own, whole } of objectsOf(line.text)) if (tell(own, whole, line.number, report)) isTold = true;
  return isTold;
}

function tell(own: string, whole: string, logLine: number, report: Report): boolean {
  if (OF_A_LOG.test(own)) return false;
  const members = membersOf(own);
  const path = firstOf(members, NAMES.path);
  const line = numberOf(firstOf(members, NAMES.line) ?? RANGES.exec(whole)?.groups?.['line']);
  const message = firstOf(members, NAMES.message);
  const type = members.get('type');
  const severity = firstOf(members, NAMES.severity) ?? (LEVELS.test(type ?? '') ? type : undefined);
  if (path === undefined || line === null) return false;
  if ((!message || severity === undefined) && !OF_JENKINS.test(own)) return false;
  const code = firstOf(members, NAMES.code);
  report.diagnostic({
    path,
    line: line || null,
    column: numberOf(firstOf(members, NAMES.column)) || null,
    endLine: numberOf(firstOf(members, NAMES.endLine)) || null,
    endColumn: numberOf(firstOf(members, NAMES.endColumn)) || null,
    severity: levelOf(severity ?? 'warning'),
    code: code === undefined || LEVELS.test(code) ? null : code,
    message: message || firstOf(members, ['category', 'type']) || 'no message',
    logLine,
  });
  return true;
}

function membersOf(object: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const [, key = '', text, number = ''] of object.matchAll(MEMBER)) {
    if (!members.has(key)) members.set(key, text === undefined ? number : unescapedJson(text));
  }
  return members;
}

function firstOf(members: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = members.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Jenkins and Bandit call a warning by how much it matters. */
function levelOf(word: string): 'error' | 'warning' | 'info' {
  return /^(?:high|normal|medium|low)$/i.test(word) ? 'warning' : severityOf(word);
}
