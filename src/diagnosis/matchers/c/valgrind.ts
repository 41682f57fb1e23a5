import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEAD = /^==(?<process>\d{1,10})== (?<message>\S.*)$/;
const FRAME = /^==\d{1,10}== {4}(?:at|by) 0x[0-9A-F]+: (?<function>\S.{0,500}?) \((?<place>[^()]{1,500})\)$/;
const PLACE = /^(?<path>(?!in )[^:]{1,400}):(?<line>\d{1,7})$/;
/** What Memcheck says where something is wrong. Blocks that can still be reached are no faults. */
const FAULT =
  /^(?:Invalid (?:read|write|free)|Mismatched free|Conditional jump or move|Use of uninitialised|Syscall param|Source and destination overlap|Argument '.*' of function|Jump to the invalid address|Process terminating with default action|Stack overflow|Possible data race|Thread #\d+.* (?:lock order|unlocked)|(?:[\d,]+ (?:\([^)]*\) )?bytes in [\d,]+ blocks are (?:definitely|indirectly) lost))/;
/** Valgrind replaces these functions; the caller is the program's own. */
const OF_VALGRIND = /^vg_replace_\w+\.c$|^(?:mc|hg)_replace_/;
const MAX_FRAMES = 20;

/** Valgrind (Memcheck, Helgrind): `==pid== message`, then the stack. */
export const valgrind: Matcher = {
  id: 'valgrind',
  tool: 'valgrind',
  cause: 'crash',
  hints: ['==    at 0x'],
  createReader: () => new ValgrindReader(),
};

class ValgrindReader implements LineReader {
  #open: { message: string; logLine: number } | null = null;

  read(line: Line, report: Report): boolean {
    const frame = FRAME.exec(line.text)?.groups;
    if (frame && line.text.includes('==    at ')) this.#begin(report);
    if (!this.#open) return false;
    const place = frame ? PLACE.exec(frame['place'] ?? '')?.groups : undefined;
    const isOwn = place !== undefined && !OF_VALGRIND.test(place['path'] ?? '');
    if (isOwn) {
      report.highlight(line.number, line.number, 0.8);
      this.#close(report, `${this.#open.message} in ${frame?.['function']}`, place);
      return false;
    }
    if (frame && line.number - this.#open.logLine < MAX_FRAMES) return true;
    this.#close(report, this.#open.message, null);
    return false;
  }

  finish(report: Report): void {
    if (this.#open) this.#close(report, this.#open.message, null);
  }

  #begin(report: Report): void {
    const above = report.previous(1);
    const message = above ? HEAD.exec(above.text)?.groups?.['message'] : undefined;
    if (!above || message === undefined || !FAULT.test(message)) return;
    if (this.#open) this.#close(report, this.#open.message, null);
    this.#open = { message: detached(message.replace(/ in loss record .*$/, '')), logLine: above.number };
  }

  #close(report: Report, message: string, place: Record<string, string | undefined> | null): void {
    const logLine = this.#open?.logLine;
    this.#open = null;
    if (logLine === undefined) return;
    report.diagnostic({ path: place?.['path'] ?? null, line: numberOf(place?.['line']), message, logLine });
  }
}
