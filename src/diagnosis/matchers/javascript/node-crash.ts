import type { CauseCategory } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { ownFrameOf } from './stack.ts';

/** Node.js prints the place of an uncaught exception alone on a line, then the source and a caret. */
const PLACE =
  /^(?:file:\/\/)?(?<file>(?:\/|[A-Za-z]:[\\/]|node:|internal\/|module\.js|events\.js|assert\.js|fs\.js|net\.js|util\.js|evalmachine)[^:]{0,500}):(?<line>\d{1,7})$/;
const CARET = /^\s*\^+\s*$/;
const ERROR = /^(?:Uncaught )?(?<name>[A-Za-z_$][\w$.]{0,100})(?: \[(?<code>\w{1,100})\])?: (?<message>\S.*)$/;
const REJECTION = /^\[(?<name>UnhandledPromiseRejection): (?<message>.+?)\]/;
const CODE = /^\s+code: '(?<code>\w{1,100})'/;
const REQUIRED_BY = /^- (?<file>\S.*)$/;
const IMPORTED_BY = / imported from (?<file>\S.*)$/;
const MISSING_MODULE = /^Cannot find (?:module|package) '(?<module>[^']{1,500})'/;
const INTERNAL = /^(?:node:|internal\/|(?:module|events|assert|fs|net|util)\.js$|evalmachine)/;

/** Lines between the place and the caret, and from the error back to the place. */
const MAX_SOURCE_LINES = 4;
/** Lines of a stack in which the first own frame is looked for. */
const MAX_STACK_LINES = 25;

/** Node.js itself, brought down by an exception that nobody caught. */
export const nodeCrash: Matcher = {
  id: 'node-crash',
  tool: 'node',
  cause: 'crash',
  hints: [
    'node.js v',
    'throw ',
    'new unhandledpromiserejection',
    'triggeruncaughtexception',
    'syntaxerror: ',
    'typeerror: ',
    'referenceerror: ',
    'rangeerror: ',
    'error [err_',
  ],
  createReader: () => new NodeCrashReader(),
};

interface Crash {
  name: string;
  message: string;
  code: string | null;
  file: string | null;
  line: number | null;
  column: number | null;
  logLine: number;
}

class NodeCrashReader implements LineReader {
  #open: Crash | null = null;
  /** A source line under a place has been read; caret and error are to come. */
  #awaitedSince = 0;
  #lastError = 0;

  read(line: Line, report: Report): boolean {
    if (this.#open) return this.#follow(this.#open, line, report);
    if (/^Node\.js v\d/.test(line.text)) {
      this.#lookBack(report);
      return false;
    }
    if (this.#isError(line) && this.#start(line, (distance) => report.previous(distance), report)) return true;
    if (this.#awaitedSince > 0) return line.number - this.#awaitedSince < MAX_SOURCE_LINES + 1;
    const isSource = PLACE.test(report.previous(1)?.text ?? '');
    this.#awaitedSince = isSource ? line.number : 0;
    return isSource;
  }

  finish(report: Report): void {
    if (this.#open) this.#close(this.#open, report);
  }

  #isError(line: Line): boolean {
    return line.number !== this.#lastError && (ERROR.test(line.text) || REJECTION.test(line.text));
  }

  /** Checks that a place, its source and a caret stand above the error. */
  #start(line: Line, above: (distance: number) => Line | null, report: Report): boolean {
    this.#awaitedSince = 0;
    const caretAt = above(1)?.text === '' ? 2 : 1;
    if (!CARET.test(above(caretAt)?.text ?? '')) return false;
    for (let distance = caretAt + 1; distance <= caretAt + MAX_SOURCE_LINES; distance++) {
      const place = PLACE.exec(above(distance)?.text ?? '')?.groups;
      if (!place) continue;
      this.#open = crashOf(line, place['file'] ?? '', numberOf(place['line']), above(caretAt)?.text ?? '');
      this.#lastError = line.number;
      report.highlight(line.number - distance, line.number, 0.85);
      return true;
    }
    return false;
  }

  /** The error's name is no hint: the last line of the crash leads back to it. */
  #lookBack(report: Report): void {
    for (let distance = 2; distance <= 60; distance++) {
      const error = report.previous(distance);
      if (!error || error.number <= this.#lastError) return;
      if (!this.#isError(error)) continue;
      if (!this.#start(error, (further) => report.previous(distance + further), report)) continue;
      for (let back = distance - 1; back > 0 && this.#open; back--) {
        const next = report.previous(back);
        if (next) this.#follow(this.#open, next, report);
      }
      if (this.#open) this.#close(this.#open, report);
      return;
    }
  }

  #follow(crash: Crash, line: Line, report: Report): boolean {
    crash.code ??= CODE.exec(line.text)?.groups?.['code'] ?? null;
    if (crash.file === null) placeCrash(crash, line.text);
    const isOver = /^(?:\}|Node\.js v)/.test(line.text) || line.number - crash.logLine >= MAX_STACK_LINES;
    if (!isOver) return true;
    this.#close(crash, report);
    return false;
  }

  #close(crash: Crash, report: Report): void {
    this.#open = null;
    const { name, message, code, file, line, column, logLine } = crash;
    const text = `${name}: ${message}`;
    report.diagnostic({ path: file, line, column, code, message: text, logLine }, causeOf(crash));
  }
}

/** The first own frame, or the first of the files that wanted a missing module. */
function placeCrash(crash: Crash, text: string): void {
  const frame = ownFrameOf(text);
  if (frame) Object.assign(crash, { file: frame.file, line: frame.line, column: frame.column });
  else crash.file = REQUIRED_BY.exec(text)?.groups?.['file'] ?? null;
}

function crashOf(error: Line, file: string, line: number | null, caret: string): Crash {
  const groups = ERROR.exec(error.text)?.groups ?? REJECTION.exec(error.text)?.groups ?? {};
  const message = groups['message'] ?? error.text;
  const importedBy = IMPORTED_BY.exec(message)?.groups?.['file'];
  const isOwn = !INTERNAL.test(file);
  return {
    name: groups['name'] ?? 'Error',
    message,
    code: groups['code'] ?? null,
    file: isOwn ? file : (importedBy ?? null),
    line: isOwn ? line : null,
    column: isOwn ? caret.indexOf('^') + 1 : null,
    logLine: error.number,
  };
}

function causeOf({ name, message }: Crash): CauseCategory {
  if (name === 'AssertionError') return 'test-failure';
  if (name === 'SyntaxError') return 'compile-error';
  const missing = MISSING_MODULE.exec(message)?.groups?.['module'];
  if (missing === undefined) return 'crash';
  return /^(?:[./]|[A-Za-z]:)/.test(missing) ? 'compile-error' : 'dependency-unavailable';
}
