import type { CauseCategory } from '../../types.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { type Frame, frameOf, ownFrame } from './frames.ts';

const HEADER = 'Traceback (most recent call last):';
const EXCEPTION = /^(?<type>[A-Za-z_][\w.]*)(?:: (?<text>.*))?$/;
/** What is printed when the program that raised ends. */
const END =
  /Process completed with exit code [1-9]|exited with (?:code )?[1-9]|^g?make(?:\[\d+\])?: \*\*\*|returned a non-zero code|InvocationError|did not complete successfully: exit code|^npm ERR! code ELIFECYCLE/;
/** Lines between an exception and the end of its program, at most; a handled one is mostly further away. */
const NEAR = 12;
/** The same for the end of the log, which may be the end of a program that went well. */
const NEAR_END = 3;
/** A logger's line before a traceback says that the exception was caught. */
const LOGGED = /\b(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|^Exception ignored /;
const MAX_UNREADABLE = 200;
const SYNTAX_ERRORS = new Set(['SyntaxError', 'IndentationError', 'TabError']);
/** They say that something else has failed or was stopped. */
const CONSEQUENCES = new Set(['subprocess.CalledProcessError', 'CalledProcessError', 'KeyboardInterrupt', 'SystemExit']);
/** Exceptions whose name says the cause; any other that nobody caught is a crash. */
const CAUSES: ReadonlyMap<string, CauseCategory> = new Map([
  ['ModuleNotFoundError', 'dependency-unavailable'],
  ['MemoryError', 'out-of-memory'],
  ['SyntaxError', 'compile-error'],
  ['IndentationError', 'compile-error'],
  ['TabError', 'compile-error'],
  ['ConnectionError', 'network'],
  ['ConnectionResetError', 'network'],
  ['ConnectionRefusedError', 'network'],
  ['ConnectTimeout', 'network'],
  ['ReadTimeout', 'network'],
  ['URLError', 'network'],
]);

/**
 * An exception that ended a Python program. Logs are full of tracebacks that were handled, so one counts only when
 * its program ends right after it.
 */
export const traceback: Matcher = {
  id: 'traceback',
  tool: 'python',
  cause: 'crash',
  hints: [
    'traceback (most recent',
    'syntaxerror: ',
    'indentationerror: ',
    'taberror: ',
    'with exit code',
    'exited with ',
    ': *** ',
    'non-zero code',
    'invocationerror',
    'did not complete successfully',
    'err! code elifecycle',
  ],
  createReader: () => new TracebackReader(),
};

interface Raised {
  readonly finding: Finding;
  readonly cause: CauseCategory;
  readonly startLine: number;
}

class TracebackReader implements LineReader {
  #frames: Frame[] | null = null;
  #startLine = 0;
  #raised: Raised | null = null;
  /** Files that could not be read, one close below the other: whoever compiles many goes on after each. */
  #unreadable: Raised[] = [];

  read(line: Line, report: Report): boolean | null {
    if (line.text === HEADER) {
      this.#frames = isTold(report) ? null : [];
      this.#startLine = line.number;
      this.#raised = null;
      return this.#frames !== null;
    }
    if (this.#frames !== null) return this.#readTraceback(line);
    if (END.test(line.text)) this.#tell(line.number, report);
    else if (/^(?:Syntax|Indentation|Tab)Error: /.test(line.text)) this.#readSyntaxError(line, report);
    else return null;
    return false;
  }

  /** A log that ends with the exception has nothing after it that says so. */
  finish(report: Report): void {
    const last = report.previous(0);
    if (last) this.#tell(last.number + NEAR - NEAR_END, report);
  }

  #readTraceback(line: Line): boolean {
    const frame = frameOf(line.text);
    if (frame) this.#frames?.push(frame);
    if (frame || line.text === '' || /^\s/.test(line.text)) return true;
    this.#raise(line, this.#frames ?? [], this.#startLine);
    this.#frames = null;
    return false;
  }

  /** Of a program that could not be read: no header, the place, the source, and the error. */
  #readSyntaxError(line: Line, report: Report): void {
    for (let distance = 1; distance <= 5; distance++) {
      const before = report.previous(distance);
      const frame = before ? frameOf(before.text) : null;
      if (before && frame) {
        this.#keepUnreadable(before.number);
        this.#raise(line, [frame], before.number);
        return;
      }
    }
  }

  #keepUnreadable(line: number): void {
    const raised = this.#raised;
    const isNear = raised !== null && SYNTAX_ERRORS.has(raised.finding.code ?? '') && line - raised.finding.logLine <= NEAR;
    if (!isNear) this.#unreadable = [];
    else if (this.#unreadable.length < MAX_UNREADABLE) this.#unreadable.push(raised);
  }

  #raise(line: Line, frames: readonly Frame[], startLine: number): void {
    const type = EXCEPTION.exec(line.text)?.groups?.['type'];
    if (type === undefined || CONSEQUENCES.has(type)) return;
    const name = type.slice(type.lastIndexOf('.') + 1);
    const frame = SYNTAX_ERRORS.has(name) ? frames.at(-1) : ownFrame(frames);
    const finding = {
      path: frame?.path ?? null,
      line: frame?.line ?? null,
      code: name,
      message: line.text,
      logLine: line.number,
    };
    this.#raised = { finding, cause: CAUSES.get(name) ?? 'crash', startLine };
  }

  #tell(line: number, report: Report): void {
    const raised = this.#raised;
    this.#raised = null;
    const all = raised === null ? [] : [...this.#unreadable, raised];
    this.#unreadable = [];
    if (!raised || line - raised.finding.logLine > NEAR) return;
    for (const { finding, cause, startLine } of all) {
      report.diagnostic(finding, cause);
      report.highlight(startLine, finding.logLine, 0.7);
    }
  }
}

/** Whether it was logged, or a test framework printed it below a rule or a heading of its own. */
function isTold(report: Report): boolean {
  const before = report.previous(1)?.text ?? '';
  return /^(?:-{40,}|_{3,} .* _{3,}|ImportError: Failed to import test module: .*)$/.test(before) || LOGGED.test(before);
}
