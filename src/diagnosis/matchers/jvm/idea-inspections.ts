import { detached } from '../../log/text.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { unescapedXml } from './xml-text.ts';

const FILE = /<file>(?:file:\/\/)?(?:\$PROJECT_DIR\$\/)?(?<path>[^<>]{1,500})<\/file>/;
const LINE = /<line>(?<line>\d{1,7})<\/line>/;
const CLASS = /<problem_class [^>]{0,200}?severity="(?<severity>[A-Z ]{1,40})"[^>]{0,200}>(?<code>[^<>]{1,200})<\/problem_class>/;
const DESCRIPTION = /<description>(?<message>[^<>]{1,2000})<\/description>/;
const END = '</problem>';
const MAX_LINES = 40;

/** Inspections of IntelliJ IDEA and its siblings in XML, as `inspect.sh` and Android Studio write them. */
export const ideaInspections: Matcher = {
  id: 'idea-inspections',
  tool: 'idea',
  cause: 'lint',
  hints: ['<problem>'],
  createReader: () => new InspectionReader(),
};

class InspectionReader implements LineReader {
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    let isTold = false;
    // A report may stand on one line.
    for (let from = 0; from < line.text.length; ) {
      const end = line.text.indexOf(END, from);
      const to = end < 0 ? line.text.length : end + END.length;
      if (this.#readPart(line.text.slice(from, to), line.number, report)) isTold = true;
      from = to;
    }
    if (this.#open && line.number - this.#open.logLine > MAX_LINES) this.#open = null;
    if (this.#open) return true;
    return isTold ? 'told' : null;
  }

  /** Returns whether it has told of a problem. */
  #readPart(text: string, number: number, report: Report): boolean {
    if (text.includes('<problem>')) this.#open = { message: '', logLine: number };
    const open = this.#open;
    if (!open) return false;
    describe(open, text);
    if (!text.endsWith(END)) return false;
    this.#open = null;
    if (!open.path || open.message === '') return false;
    report.diagnostic(open);
    return true;
  }
}

function describe(problem: Finding, text: string): void {
  const path = FILE.exec(text)?.groups?.['path'];
  if (path !== undefined) problem.path = detached(unescapedXml(path));
  const at = LINE.exec(text)?.groups?.['line'];
  if (at !== undefined) problem.line = numberOf(at);
  const kind = CLASS.exec(text)?.groups;
  if (kind) {
    problem.severity = levelOf(kind['severity'] ?? '');
    problem.code = detached(unescapedXml(kind['code'] ?? ''));
  }
  const message = DESCRIPTION.exec(text)?.groups?.['message'];
  if (message !== undefined) problem.message = detached(plain(message));
}

/** `WEAK WARNING`, `TYPO` and the like are shown in the editor only. */
function levelOf(severity: string): 'error' | 'warning' | 'info' {
  if (severity === 'ERROR') return 'error';
  return severity === 'WARNING' ? 'warning' : 'info';
}

/** Descriptions are HTML in XML. */
function plain(description: string): string {
  return unescapedXml(unescapedXml(description).replace(/<\/?(?:html|code|a|b|i|br|p)\b[^<>]{0,200}>/g, '')).trim();
}
