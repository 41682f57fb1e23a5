import type { CauseCategory } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';
import { BUILD_PREFIX, C_FILE, C_HEADER, C_OR_FORTRAN_EXTENSION, DRIVE, FORTRAN_FILE, PROBE } from './forms.ts';

const SEVERITY = '(?<severity>(?:fatal )?error|warning|note|remark|internal compiler error|sorry, unimplemented)';

/** `path:line:column: severity: message [-Wflag]`; older compilers print no column. */
const OF_FILE = {
  expression: new RegExp(
    `^${BUILD_PREFIX}(?<path>${DRIVE}(?:${C_FILE}|${FORTRAN_FILE}|${C_HEADER})):(?<line>\\d{1,7})(?::(?<column>\\d{1,7}))?: ${SEVERITY}: {1,8}(?<message>\\S.*)$`,
  ),
};

/** The preprocessor of versions before 4.5 names no severity: `path:line:column: money.h: No such file or directory`. */
const OF_OLD_PREPROCESSOR = {
  expression: new RegExp(
    `^${BUILD_PREFIX}(?<path>${DRIVE}${C_FILE}):(?<line>\\d{1,7}):(?<column>\\d{1,7}): (?<message>[^\\s:]{1,300}: No such file or directory|invalid preprocessing directive #?\\w{1,60}|unterminated (?:#|comment|argument list|character).*|missing (?:terminating|binary operator|'\\(').*|#error .*|#else without .*|#endif without .*)$`,
  ),
};

/** Of no file: `g++: error: a.cpp: No such file or directory`, `cc1plus: error: …`, `clang: error: …`. */
const OF_DRIVER = {
  expression: new RegExp(
    `^(?:\\S{0,200}[\\\\/])?(?:[\\w.]{1,40}-){0,4}(?:gcc|g\\+\\+|c\\+\\+|cc1|cc1plus|cc1obj|cc|clang|clang\\+\\+|clang-cl|nvcc|emcc|em\\+\\+)(?:-[\\d.]{1,8})?(?:\\.exe)?: ${SEVERITY}: (?<message>\\S.*)$`,
  ),
};

/** What each form holds: the most lines with such words are of tools for other languages. */
const OF_INTEREST = new RegExp(
  String.raw`${C_OR_FORTRAN_EXTENSION}:\d|\/include\/|(?:cc1?|cc1plus|cc1obj|\+\+|clang|-cl)(?:-[\d.]{1,8})?(?:\.exe)?: `,
);

/** The flag, the analyser's check, or clang's `[-Wflag,Category]` at the end of a message. */
const CODE =
  /^(?<message>.*\S) \[(?:-Werror,)?(?<code>-[Wf][\w+=-]+|-pedantic(?:-errors)?|[a-z]+(?:\.[A-Za-z]+){1,4})(?:,[^\]]*)?\]$/;
const WEAKNESS = / \[CWE-\d+\]$/;

const NOTE = /: note: /;
/** What the source says by itself. */
const PRAGMA = /^['‘]?#pragma message/;

/** The driver only passes on what the linker or another process has said. */
const CONSEQUENCE = /^(?:linker command failed|.* command failed (?:with exit code|due to signal)|ld returned \d+ exit status)/;
const KILLED = /: (?:fatal error|internal compiler error): Killed\b/;

/** Above a finding: where the file comes from, and the function that it is in. */
const CONTEXT = /^(?:In file included from |\s+from .*[:,]$|\S.*: (?:In|At|in) .*:$|.*(?:required|instantiated) from )/;
const SOURCE = /^\s{0,12}\d{0,7} \|/;
const CARET = /^[\s~]*\^[~\s]*$/;
const CLANG = /compiler identification is (?:Apple)?Clang|\bclang(?:\+\+)?(?:-\d+)? -|^\d+ (?:errors?|warnings?).* generated\.$/;
const MAX_CONTEXT_LINES = 6;
/** Lines below an error in which its notes stand. */
const MAX_NOTE_DISTANCE = 8;

/** GCC and clang, and the compilers that write as they do. */
export const gcc: Matcher = {
  id: 'gcc',
  tool: 'gcc',
  cause: 'compile-error',
  hints: [
    ': error: ',
    ': warning: ',
    ': note: ',
    ': remark: ',
    ': fatal error: ',
    ': internal compiler error: ',
    ': sorry, unimplemented: ',
    'clang',
    ': no such file or directory',
    ': invalid preprocessing',
    ': unterminated ',
    ': missing ',
    ': #error ',
  ],
  createReader: () => new GccReader(),
};

class GccReader implements LineReader {
  #tool = 'gcc';
  /** The last error or note of one, whose source is quoted below it. */
  #errorLine = 0;

  read(line: Line, report: Report): Answer {
    const isOfInterest = OF_INTEREST.test(line.text);
    const isClaimed = isOfInterest && report.isClaimed(line.number);
    const finding = isOfInterest && !isClaimed ? findingOfForms(line) : null;
    if (finding) return this.#found(finding, line, report);
    const isClang = CLANG.test(line.text);
    if (isClang) this.#tool = 'clang';
    return this.#quoted(line, report) || (isClaimed || isClang ? false : null);
  }

  #found(finding: Finding, line: Line, report: Report): Answer {
    if (CONSEQUENCE.test(finding.message)) return null;
    if (finding.severity === 'info' && NOTE.test(line.text) && !PRAGMA.test(finding.message)) return this.#note(line, report);
    // Only GCC writes typographic quotes; a log may hold the output of both.
    if (finding.message.includes('‘')) this.#tool = 'gcc';
    const severity = PROBE.test(finding.path ?? '') ? 'info' : (finding.severity ?? 'error');
    report.diagnostic({ ...finding, ...withCode(finding.message), severity, tool: this.#tool }, causeOf(line.text));
    if (severity !== 'error') return false;
    this.#errorLine = line.number;
    highlightContext(report);
    return true;
  }

  /** A note is a part of the finding above it: where something was declared, or what would help. */
  #note(line: Line, report: Report): boolean {
    if (this.#errorLine === 0 || line.number - this.#errorLine > MAX_NOTE_DISTANCE) return false;
    this.#errorLine = line.number;
    report.highlight(line.number, line.number, 0.5);
    return true;
  }

  /** GCC numbers the lines that it quotes; clang does so only since version 16. */
  #quoted(line: Line, report: Report): boolean {
    const distance = line.number - this.#errorLine;
    if (this.#errorLine === 0 || distance > 3) return false;
    if (SOURCE.test(line.text)) report.highlight(line.number, line.number, 0.6);
    else if (CARET.test(line.text)) report.highlight(line.number - 1, line.number, 0.6);
    return true;
  }
}

function findingOfForms(line: Line): Finding | null {
  return findingOf(OF_FILE, line) ?? findingOf(OF_DRIVER, line) ?? findingOf(OF_OLD_PREPROCESSOR, line);
}

function withCode(text: string): { message: string; code: string | null } {
  const groups = CODE.exec(text)?.groups;
  return { message: (groups?.['message'] ?? text).replace(WEAKNESS, ''), code: groups?.['code'] ?? null };
}

function causeOf(text: string): CauseCategory | undefined {
  if (KILLED.test(text)) return 'out-of-memory';
  return text.includes(': internal compiler error: ') ? 'crash' : undefined;
}

function highlightContext(report: Report): void {
  for (let distance = 1; distance <= MAX_CONTEXT_LINES; distance++) {
    const above = report.previous(distance);
    if (!above || !CONTEXT.test(above.text)) return;
    report.highlight(above.number, above.number, 0.5);
  }
}
