import { detached } from '../../log/text.ts';
import type { Severity } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';
import { type Attributes, attributesOf, unescapedXml } from './xml-text.ts';

const FILE = /^\s{0,20}<file (?=[^>]*\b(?:name|path)=)/;
const ERROR = /^\s{0,20}<error (?=[^>]*\bline=)(?=[^>]*\bmessage=)/;
/** Of Checkstyle's form, which alone is written so. */
const SEVERAL = /<(?:file|error) [^>]*>.{0,400}?<error (?=[^>]*\bline=)/;
const CPPCHECK_ERROR = /^\s{0,20}<error (?=[^>]*\bid=)(?=[^>]*\bmsg=)/;
const CPPCHECK_PLACE = /^\s{0,20}<location (?=[^>]*\bfile=)(?=[^>]*\bline=)/;
const VIOLATION = /^\s{0,20}<violation (?=[^>]*\bbeginline=)/;

/**
 * Reports of Checkstyle, PMD and Cppcheck in XML that a step prints. Many linters of other languages write
 * Checkstyle's form too.
 */
export const xmlReport: Matcher = {
  id: 'xml-report',
  tool: 'checkstyle',
  cause: 'lint',
  hints: ['<file ', '<error ', '<violation ', '<location '],
  createReader: () => new XmlReportReader(),
};

class XmlReportReader implements LineReader {
  #path: string | null = null;
  /** PMD's message is the element's text; Cppcheck's place is an element below. */
  #open: { finding: Finding; waitsFor: 'text' | 'place' } | null = null;

  read(line: Line, report: Report): Answer {
    if (this.#open || !SEVERAL.test(line.text)) return this.#readElement(line, report);
    // Reporters that save bytes write a file's findings, or the whole report, on one line.
    for (const text of line.text.split(/(?=<(?:file|error) )/)) {
      if (text.includes('>')) this.#readElement({ ...line, text }, report);
    }
    return false;
  }

  #readElement(line: Line, report: Report): Answer {
    const { text } = line;
    if (this.#open) return this.#complete(this.#open, line, report);
    if (ERROR.test(text)) {
      this.#checkstyle(attributesOf(text), line, report);
      return false;
    }
    if (FILE.test(text)) {
      const attributes = attributesOf(text);
      this.#path = detached(attributes.get('name') ?? attributes.get('path') ?? '');
      return false;
    }
    if (CPPCHECK_ERROR.test(text)) {
      const attributes = attributesOf(text);
      const severity = cppcheckSeverity(attributes.get('severity') ?? '');
      const finding = { tool: 'cppcheck', severity, code: attributes.get('id') ?? null, message: attributes.get('msg') ?? '' };
      this.#open = { finding: { ...finding, logLine: line.number }, waitsFor: 'place' };
      return true;
    }
    return VIOLATION.test(text) ? this.#violation(attributesOf(text), line, report) : null;
  }

  finish(report: Report): void {
    if (this.#open?.waitsFor === 'place') report.diagnostic(this.#open.finding);
  }

  #checkstyle(attributes: Attributes, line: Line, report: Report): void {
    const rule = attributes
      .get('source')
      ?.replace(/^.*\./, '')
      .replace(/Check$/, '');
    report.diagnostic({
      path: this.#path,
      line: numberOf(attributes.get('line')) || null,
      column: numberOf(attributes.get('column')) || null,
      severity: severityOf(attributes.get('severity') ?? 'error'),
      code: rule || null,
      message: attributes.get('message') ?? '',
      logLine: line.number,
    });
  }

  #violation(attributes: Attributes, line: Line, report: Report): boolean {
    const priority = numberOf(attributes.get('priority')) ?? 3;
    const finding: Finding = {
      tool: 'pmd',
      path: this.#path,
      line: numberOf(attributes.get('beginline')),
      column: numberOf(attributes.get('begincolumn')),
      endLine: numberOf(attributes.get('endline')),
      endColumn: numberOf(attributes.get('endcolumn')),
      severity: priority <= 2 ? 'error' : 'warning',
      code: attributes.get('rule') ?? null,
      message: '',
      logLine: line.number,
    };
    const inside = />(?<text>[^<>]+)<\/violation>/.exec(line.text)?.groups?.['text'];
    if (inside !== undefined) report.diagnostic({ ...finding, message: unescapedXml(inside.trim()) });
    else this.#open = { finding, waitsFor: 'text' };
    return this.#open !== null;
  }

  #complete(open: { finding: Finding; waitsFor: 'text' | 'place' }, line: Line, report: Report): boolean {
    if (open.waitsFor === 'text' && line.text.trim() === '') return true;
    this.#open = null;
    const { finding } = open;
    if (open.waitsFor === 'text') {
      report.diagnostic({ ...finding, message: unescapedXml(line.text.replace(/<\/violation>.*$/, '').trim()) });
      return false;
    }
    const place = CPPCHECK_PLACE.test(line.text) ? attributesOf(line.text) : new Map<string, string>();
    const at = { path: place.get('file') ?? null, line: numberOf(place.get('line')), column: numberOf(place.get('column')) };
    report.diagnostic({ ...finding, ...at });
    return false;
  }
}

function cppcheckSeverity(word: string): Severity {
  if (word === 'error') return 'error';
  return word === 'information' ? 'info' : 'warning';
}
