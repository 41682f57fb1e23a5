import { detached } from '../../log/text.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { unescapedXml } from './xml-text.ts';

const FILE = /<file>(?:file:\/\/)?(?:\$PROJECT_DIR\$\/)?(?<path>[^<>]{1,500})<\/file>/;
const LINE = /<line>(?<line>\d{1,7})<\/line>/;
const CLASS = /<problem_class [^>]{0,200}?severity="(?<severity>[A-Z ]{1,40})"[^>]{0,200}>(?<code>[^<>]{1,200})<\/problem_class>/;
const DESCRIPTION = /<description>(?<message>[^<>]{1,2000})<\/description>/;
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

  read(line: Line, report: Report): boolean {
    // A report may stand on one line.
    for (const part of line.text.split(/(?<=<\/problem>)/)) this.#readPart(part, line.number, report);
    if (this.#open && line.number - this.#open.logLine > MAX_LINES) this.#open = null;
    return this.#open !== null;
  }

  #readPart(text: string, number: number, report: Report): void {
    if (text.includes('<problem>')) this.#open = { message: '', logLine: number };
    if (!this.#open) return;
    this.#open = { ...this.#open, ...partsOf(text) };
    if (!text.endsWith('</problem>')) return;
    if (this.#open.path && this.#open.message !== '') report.diagnostic(this.#open);
    this.#open = null;
  }
}

function partsOf(text: string): Partial<Finding> {
  const path = FILE.exec(text)?.groups?.['path'];
  const at = LINE.exec(text)?.groups?.['line'];
  const kind = CLASS.exec(text)?.groups;
  const message = DESCRIPTION.exec(text)?.groups?.['message'];
  return {
    ...(path === undefined ? {} : { path: detached(unescapedXml(path)) }),
    ...(at === undefined ? {} : { line: numberOf(at) }),
    ...(kind ? { severity: levelOf(kind['severity'] ?? ''), code: detached(unescapedXml(kind['code'] ?? '')) } : {}),
    ...(message === undefined ? {} : { message: detached(plain(message)) }),
  };
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
