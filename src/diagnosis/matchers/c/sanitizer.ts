import { detached } from '../../log/text.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEAD =
  /^(?:==\d{1,10}==\s?ERROR|WARNING): (?<name>(?:Address|Leak|Memory|Thread|UndefinedBehavior|HWAddress)Sanitizer): (?<message>\S.*)$/;
const FRAME =
  /^\s+#\d{1,3} (?:0x[0-9a-f]+ in )?(?<function>\S.{0,500}?) (?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]+):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?(?: \(.*\))*$/;
const OF_RUNTIME =
  /(?:^|\/)(?:libsanitizer|compiler-rt|sysdeps|csu|nptl)\/|(?:asan|lsan|tsan|msan|ubsan|sanitizer)_\w+\.(?:cpp|cc|inc|h)$|libc_start/;
const SUMMARY = /^SUMMARY: (?<name>\w+Sanitizer): (?<message>\S.*)$/;
const UNDEFINED =
  /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}):(?<line>\d{1,7}):(?<column>\d{1,7}): runtime error: (?<message>\S.*)$/;
/** What follows from where and when: it is not the same in two runs. */
const VOLATILE = / (?:on (?:unknown )?address|\(pid=).*$/;

const TOOLS: Readonly<Record<string, string>> = {
  AddressSanitizer: 'asan',
  HWAddressSanitizer: 'hwasan',
  LeakSanitizer: 'lsan',
  MemorySanitizer: 'msan',
  ThreadSanitizer: 'tsan',
  UndefinedBehaviorSanitizer: 'ubsan',
};

/** Lines of a report that are read for the first frame of the program's own. */
const MAX_REPORT_LINES = 120;

interface Open {
  readonly tool: string;
  readonly message: string;
  readonly logLine: number;
}

/** The sanitizers of LLVM and GCC: a header, stacks, and a summary; UBSan also in one line. Each is a tool of its own name. */
export const sanitizer: Matcher = {
  id: 'sanitizer',
  tool: 'asan',
  cause: 'crash',
  hints: ['sanitizer: ', ': runtime error: '],
  createReader: () => new SanitizerReader(),
};

class SanitizerReader implements LineReader {
  #open: Open | null = null;

  read(line: Line, report: Report): Answer {
    const undefinedBehavior = UNDEFINED.exec(line.text)?.groups;
    if (undefinedBehavior) {
      this.#readUndefined(undefinedBehavior, line, report);
      return 'told';
    }
    const head = HEAD.exec(line.text)?.groups;
    if (head) return this.#begin(head, line, report);
    if (SUMMARY.test(line.text)) {
      this.#close(null, report);
      report.highlight(line.number, line.number, 0.7);
      return false;
    }
    if (!this.#open) return null;
    const frame = FRAME.exec(line.text)?.groups;
    if (frame && !OF_RUNTIME.test(frame['path'] ?? '')) {
      report.highlight(line.number, line.number, 0.8);
      this.#close(frame, report);
    }
    return this.#open !== null && line.number - this.#open.logLine < MAX_REPORT_LINES;
  }

  finish(report: Report): void {
    this.#close(null, report);
  }

  #begin(head: Record<string, string | undefined>, line: Line, report: Report): boolean {
    this.#close(null, report);
    const message = detached((head['message'] ?? '').replace(VOLATILE, ''));
    this.#open = { tool: TOOLS[head['name'] ?? ''] ?? 'asan', message, logLine: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #close(frame: Record<string, string | undefined> | null, report: Report): void {
    if (!this.#open) return;
    const { tool, message, logLine } = this.#open;
    this.#open = null;
    report.diagnostic({
      tool,
      path: frame?.['path'] ?? null,
      line: numberOf(frame?.['line']),
      column: numberOf(frame?.['column']),
      message: frame ? `${message} in ${frame['function']}` : message,
      logLine,
    });
  }

  #readUndefined(groups: Record<string, string | undefined>, line: Line, report: Report): void {
    report.diagnostic({
      tool: 'ubsan',
      path: groups['path'] ?? null,
      line: numberOf(groups['line']),
      column: numberOf(groups['column']),
      message: groups['message'] ?? '',
      logLine: line.number,
    });
  }
}
