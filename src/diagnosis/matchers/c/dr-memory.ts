import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** While the program runs, each line has the tool's name before it. */
const PREFIX = String.raw`^(?:~~Dr\.M~~ )?`;
const HEAD = new RegExp(
  `${PREFIX}Error #\\d{1,6}: (?<message>(?<code>UNADDRESSABLE ACCESS|UNINITIALIZED READ|INVALID HEAP ARGUMENT|GDI USAGE ERROR|HANDLE LEAK|(?:POSSIBLE |REACHABLE )?LEAK)\\b.*)$`,
);
const FRAME = new RegExp(`${PREFIX}#\\s?\\d{1,3} (?<function>\\S[^[\\]]{0,500}?)(?:\\s+\\[(?<place>[^[\\]]{1,500})\\])?$`);
const PLACE = /^(?<path>.{1,480}):(?<line>\d{1,7})$/;
/** Dr. Memory's own allocator, and libraries of the system. */
const NOT_OWN = /[\\/]alloc_replace\.c$|^\.\.?[\\/]+(?:sysdeps|stdio-common|libio|nptl|csu|src[\\/]gcc)|[\\/](?:e?glibc|gcc)-\d/;
const MAX_FRAMES = 40;

interface Open {
  readonly message: string;
  readonly code: string;
  readonly logLine: number;
}

/** Dr. Memory: a numbered error, and below it the stack with places in brackets. */
export const drMemory: Matcher = {
  id: 'dr-memory',
  tool: 'dr-memory',
  cause: 'crash',
  hints: [
    ': UNADDRESSABLE ACCESS',
    ': UNINITIALIZED READ',
    ': INVALID HEAP ARGUMENT',
    ': GDI USAGE ERROR',
    ': HANDLE LEAK',
    ': POSSIBLE LEAK',
    ': REACHABLE LEAK',
    ': LEAK ',
  ],
  createReader: () => new DrMemoryReader(),
};

class DrMemoryReader implements LineReader {
  #open: Open | null = null;

  read(line: Line, report: Report): boolean {
    const head = HEAD.exec(line.text)?.groups;
    if (head) {
      this.finish(report);
      this.#open = { message: detached(head['message'] ?? ''), code: detached(head['code'] ?? ''), logLine: line.number };
      report.claim(line.number);
      return true;
    }
    const open = this.#open;
    if (!open) return false;
    const frame = FRAME.exec(line.text)?.groups;
    const place = PLACE.exec(frame?.['place'] ?? '')?.groups;
    if (place && !NOT_OWN.test(place['path'] ?? '')) {
      report.highlight(line.number, line.number, 0.7);
      this.#tell(open, place['path'] ?? null, numberOf(place['line']), report);
      return false;
    }
    if ((frame || line.number === open.logLine + 1) && line.number - open.logLine < MAX_FRAMES) return true;
    this.finish(report);
    return false;
  }

  finish(report: Report): void {
    if (this.#open) this.#tell(this.#open, null, null, report);
  }

  #tell({ message, code, logLine }: Open, path: string | null, line: number | null, report: Report): void {
    this.#open = null;
    const severity = code === 'REACHABLE LEAK' ? 'warning' : 'error';
    report.diagnostic({ path, line, severity, code, message, logLine });
  }
}
