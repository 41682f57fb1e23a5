import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { firstFindingOf } from '../matcher.ts';

/** What Ant puts before a line; older versions of Gradle leave the name of the task there, without a line end. */
const PREFIX = /^\s*\[(?:javac|javadoc|apt|groovyc)\] ?|^(?::[\w-]{1,100}){1,9}(?=\/)/;

const FORMS = [
  // javac: src/Cart.java:12: error: ';' expected
  {
    expression:
      /^(?<path>[^\s:[](?:[^:]|:(?=[\\/])){0,500}\.(?:java|class)):(?:(?<line>\d{1,7}):)? (?<severity>error|warning): (?:\[(?<code>[\w.-]+)\] )?(?<message>\S.*)$/,
  },
  // javadoc: src/Cart.java:12: warning - @return tag has no arguments.
  {
    expression:
      /^(?:\[(?:ERROR|WARNING)\] )?(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.java):(?<line>\d{1,7}): (?<severity>error|warning) - (?<message>\S.*)$/,
  },
  // and within Maven: [WARNING] src/Cart.java:12: warning: no @return
  {
    expression:
      /^\[(?:ERROR|WARNING)\] (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.java):(?<line>\d{1,7}): (?<severity>error|warning): (?<message>\S.*)$/,
  },
  { expression: /^javadoc: (?<severity>error|warning) - (?<message>\S.*)$/ },
  // Maven: [ERROR] /work/src/Cart.java:[12,5] ';' expected
  {
    expression:
      /^\[(?<severity>ERROR|WARNING)\] (?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}\.(?:java|groovy)):\[(?<line>\d{1,7})(?:,(?<column>\d{1,7}))?\] (?:error: |warning: )?(?:\[(?<code>[\w.-]+)\] )?(?<message>\S.*)$/,
  },
  // of no file: error: package org.shop does not exist
  { expression: /^(?<severity>error|warning): (?:\[(?<code>options|path|processing|serial)\] )(?<message>\S.*)$/ },
];
const CARET = /^\s*\^$/;
/** What was not found stands below: the message alone does not say it. */
const SYMBOL = /^(?:\[(?:ERROR|WARNING)\] )?\s+symbol ?: +(?<symbol>\S.*)$/;
const DETAIL = /^(?:\[(?:ERROR|WARNING)\] )?\s+(?:symbol|location|required|found|reason) ?:/;

/** Rules of javac's own lints are in lower case; those of Error Prone are named like classes. */
const ERROR_PRONE_RULE = /^[A-Z][A-Za-z0-9]+$/;

/** Lines after a finding in which its caret stands: the message may take several, the source one. */
const MAX_BLOCK_LINES = 8;

/** javac, alone or within Ant, Maven or Gradle, and Error Prone, which speaks through it. */
export const javac: Matcher = {
  id: 'javac',
  tool: 'javac',
  cause: 'compile-error',
  // Stack traces are full of `.java:`; what javac says has one of these besides.
  hints: [
    'javadoc: ',
    ': error: ',
    ': warning: ',
    ': error - ',
    ': warning - ',
    '.java:[',
    '.groovy:[',
    'warning: [',
    'error: [',
  ],
  createReader: () => new JavacReader(),
};

class JavacReader implements LineReader {
  /** Waits for the caret, which says the column. */
  #pending: Finding | null = null;
  #hasCaret = false;

  read(line: Line, report: Report): boolean | null {
    const text = line.text.replace(PREFIX, '');
    const found = findingIn(text, line);
    if (found && !report.isClaimed(line.number)) {
      this.#flush(report);
      this.#pending = found;
      this.#hasCaret = false;
      report.claim(line.number);
      return true;
    }
    const pending = this.#pending;
    if (!pending) return found ? false : null;
    return this.#follow(pending, text, line, report);
  }

  finish(report: Report): void {
    this.#flush(report);
  }

  /** The source and its caret follow, then perhaps what was looked for. Returns whether the next line is wanted. */
  #follow(pending: Finding, text: string, line: Line, report: Report): boolean {
    const isCaret = CARET.test(text);
    const isDetail = DETAIL.test(text);
    const isOver = line.number - pending.logLine >= MAX_BLOCK_LINES || (!isDetail && (this.#hasCaret || text.startsWith('[')));
    if (isOver) {
      this.#flush(report);
      return false;
    }
    if (isCaret) pending.column ??= text.indexOf('^') + 1;
    this.#hasCaret ||= isCaret;
    const symbol = SYMBOL.exec(text)?.groups?.['symbol'];
    if (symbol !== undefined) pending.message += `: ${symbol}`;
    if (pending.severity === 'error' && (isCaret || isDetail)) {
      report.highlight(isCaret ? pending.logLine : line.number, line.number, 0.8);
    }
    return true;
  }

  #flush(report: Report): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = null;
    const isErrorProne = ERROR_PRONE_RULE.test(pending.code ?? '');
    report.diagnostic({ ...pending, tool: isErrorProne ? 'error-prone' : 'javac' }, isErrorProne ? 'lint' : 'compile-error');
  }
}

function findingIn(text: string, line: Line): Finding | null {
  // As the source and the caret below a finding are.
  const isIndented = /^\s/.test(text);
  if (isIndented) return null;
  return firstFindingOf(FORMS, { ...line, text });
}
