import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEADER = /^-- (?<title>[A-Z][A-Z ']{2,60}) -{2,200} (?<path>\S.{0,400}\.elm)$/;
/** The source: of several lines the first that is marked is meant. */
const SOURCE = /^(?<line>\d{1,7})\|(?<mark>>)?/;
const MAX_BLOCK_LINES = 30;

/** The Elm compiler: `-- TYPE MISMATCH ------ src/Main.elm`, what is wrong, and below it the source with its number. */
export const elm: Matcher = {
  id: 'elm',
  tool: 'elm',
  cause: 'compile-error',
  hints: ['.elm'],
  createReader: () => new ElmReader(),
};

class ElmReader implements LineReader {
  #open: { path: string; title: string; text: string; line: number | null; isMarked: boolean; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const header = HEADER.exec(line.text)?.groups;
    if (header) {
      this.finish(report);
      const { path = '', title = '' } = header;
      this.#open = { path: detached(path), title: detached(title), text: '', line: null, isMarked: false, logLine: line.number };
      report.claim(line.number);
      report.highlight(line.number, line.number, 0.85);
      return true;
    }
    const open = this.#open;
    if (!open) return null;
    const source = SOURCE.exec(line.text)?.groups;
    if (!source && open.line === null) open.text = detached(`${open.text} ${line.text.trim()}`.trim()).slice(0, 500);
    const isMarked = source?.['mark'] !== undefined;
    if (source && (open.line === null || (isMarked && !open.isMarked))) {
      open.line = numberOf(source['line']);
      open.isMarked = isMarked;
    }
    if (line.number - open.logLine < MAX_BLOCK_LINES) return true;
    this.finish(report);
    return false;
  }

  finish(report: Report): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const message = open.text === '' ? open.title : `${open.title}: ${open.text}`;
    report.diagnostic({ path: open.path, line: open.line, message, logLine: open.logLine });
  }
}
