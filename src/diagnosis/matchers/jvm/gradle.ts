import type { CauseCategory } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const WHERE =
  /^(?:Build file|Settings file|Script|Initialization script|Precompiled script plugin) '(?<path>[^']+)'(?: line: (?<line>\d{1,7}))?$/;
const WRONG = '* What went wrong:';
const END = /^(?:\* (?:Try|Exception is|Get more help)|={10,}|-{10,}$)/;
const DETAIL = /^\s*> /;

/** Lines of a block that are read; the causes come first. */
const MAX_BLOCK_LINES = 30;

/** A task that only repeats what a compiler or a test framework has said on its own lines. */
const REPEATED =
  /There were failing tests|Compilation failed; see the compiler (?:error )?output|Compilation error\. See log|Internal compiler error\. See log|Compilation finished with errors|Some test\(s\) failed/;

/** What the block means. The first that fits decides. */
const CAUSES: readonly { expression: RegExp; cause: CauseCategory }[] = [
  { expression: /status code (?:401|403)|Unauthorized|Forbidden/, cause: 'permission' },
  { expression: /status code 429|Too Many Requests/i, cause: 'rate-limit' },
  {
    expression:
      /status code 5\d\d|Connection (?:reset|refused|timed out)|Read timed out|UnknownHost|Remote host terminated|No such host|SSLHandshake/i,
    cause: 'network',
  },
  {
    expression: /Could not (?:find (?!method|property)|resolve|GET|HEAD|download)|was not found in any of the following sources/,
    cause: 'dependency-unavailable',
  },
  { expression: /lock state|dependency locking|Dependency verification failed/i, cause: 'lockfile' },
  { expression: /Conflict\(s\) found|Cannot choose between|conflict/i, cause: 'dependency-conflict' },
  {
    expression:
      /Unsupported class file major version|Could not determine java version|invalid source release|invalid target release|No matching toolchains|requires (?:at least )?Java|SDK location not found|incompatible because this component/i,
    cause: 'toolchain',
  },
  { expression: /OutOfMemory|Java heap space|GC overhead|daemon disappeared unexpectedly/i, cause: 'out-of-memory' },
  { expression: /Rule violated for|minimum (?:covered )?ratio/i, cause: 'quality-gate' },
  { expression: /Task '.*' not found/, cause: 'build-config' },
  { expression: /format violations|spotless|ktlintCheck|ktfmt|formatting/i, cause: 'formatting' },
  { expression: /checkstyle|PMD|spotbugs|detekt|ktlint|codenarc|lint found|rule violations/i, cause: 'lint' },
  {
    expression:
      /A problem occurred (?:evaluating|configuring)|Could not compile (?:build|settings|initialization) (?:file|script)|Project '.*' not found|Could not determine the dependencies|Script compilation errors?|does not contain a Gradle build/,
    cause: 'build-config',
  },
];

/** Gradle's own account: `* What went wrong:`, a sentence, and the reasons indented below with `>`. */
export const gradle: Matcher = {
  id: 'gradle',
  tool: 'gradle',
  cause: null,
  hints: ['* What went wrong:', '* Where:'],
  createReader: () => new GradleReader(),
};

interface Block {
  lines: string[];
  logLine: number;
  lastLine: number;
}

class GradleReader implements LineReader {
  #where: { path: string; line: number | null } | null = null;
  #isWhere = false;
  #block: Block | null = null;

  read(line: Line, report: Report): boolean {
    if (line.text === WRONG) {
      this.#flush(report);
      this.#block = { lines: [], logLine: line.number + 1, lastLine: line.number };
      return true;
    }
    if (line.text === '* Where:') {
      this.#isWhere = true;
      return true;
    }
    if (this.#isWhere) {
      this.#isWhere = false;
      const where = WHERE.exec(line.text)?.groups;
      this.#where = where ? { path: where['path'] ?? '', line: numberOf(where['line']) } : null;
      return false;
    }
    return this.#readBlock(line, report);
  }

  finish(report: Report): void {
    this.#flush(report);
  }

  #readBlock(line: Line, report: Report): boolean {
    const block = this.#block;
    if (!block) return false;
    if (END.test(line.text) || line.number - block.logLine >= MAX_BLOCK_LINES) {
      this.#flush(report);
      return false;
    }
    if (line.text !== '') {
      block.lines.push(line.text.slice(0, 500));
      block.lastLine = line.number;
    }
    return true;
  }

  #flush(report: Report): void {
    const block = this.#block;
    if (!block) return;
    const where = this.#where;
    this.#block = null;
    this.#where = null;
    if (block.lines.length === 0) return;
    const text = block.lines.join('\n');
    if (REPEATED.test(text)) {
      report.highlight(block.logLine, block.lastLine, 0.45);
      return;
    }
    const reasons = block.lines.filter((each) => DETAIL.test(each)).map((each) => each.replace(/^[\s>]+/, ''));
    const message = [block.lines[0], ...reasons].join('\n');
    report.diagnostic({ ...(where ?? {}), message, logLine: block.logLine }, causeOf(text));
    report.highlight(block.logLine, block.lastLine, 0.85);
  }
}

function causeOf(text: string): CauseCategory | undefined {
  return CAUSES.find(({ expression }) => expression.test(text))?.cause;
}
