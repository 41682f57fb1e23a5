import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const FAILED = /^# {3}Failed (?:\(TODO\) )?test(?: '(?<name>.*)')?(?: at (?<file>\S+) line (?<line>\d{1,7})\.)?$/;
const NAME_END = /^# {3}at (?<file>\S+) line (?<line>\d{1,7})\.$/;
const SCRIPT = /^(?<file>\S+) +\(Wstat: (?<status>\d{1,6}).* Tests: (?<total>\d{1,9}) Failed: (?<failed>\d{1,9})\)$/;
const NUMBERS = /^ {2}Failed tests?: {1,4}(?<numbers>[\d, -]+)$/;
const PARSE_ERRORS = /^ {2}Parse errors: (?<message>\S.*)$/;
/** A script broke off: what it died of stands above. */
const BROKEN_OFF = /^# Looks like you(?:r test exited with| planned) \d/;
/** Said while the scripts run; the name of the script stands before it or above. */
const DUBIOUS = /(?:^|\s)Dubious, test returned \d{1,3} \(wstat \d{1,6}, 0x[\da-f]{1,8}\)$/;
const TOTALS = /^Files=\d{1,9}, Tests=(?<total>\d{1,9}),/;

/** Lines below a failed test that belong to it: what was got and expected. */
const MAX_DETAIL_LINES = 12;

/** Perl's prove: Test::More's `#   Failed test` lines, and a `Test Summary Report` a script. */
export const prove: Matcher = {
  id: 'prove',
  tool: 'prove',
  cause: 'test-failure',
  hints: ['#   failed ', '# looks like you', '#   at ', '(wstat: ', 'Files=', 'parse errors: ', 'dubious, test returned'],
  createReader: () => new ProveReader(),
};

class ProveReader implements LineReader {
  readonly #failed = new FailedTests();
  #hasSpoken = false;
  #total: number | null = null;
  #failedCount = 0;
  #open: { name: string | null; since: number; notes: FailureNotes | null } | null = null;
  #script: { file: string; failed: number; hasTests: boolean; logLine: number } | null = null;

  read(line: Line, report: Report): boolean | null {
    const failed = FAILED.exec(line.text)?.groups;
    // It was expected to fail.
    if (failed && line.text.includes('(TODO)')) return false;
    if (failed) {
      this.#hasSpoken = true;
      this.#open = { name: failed['name'] ?? null, since: line.number, notes: null };
      report.highlight(line.number, line.number, 0.9);
      if (failed['file'] !== undefined) this.#place(failed);
      return true;
    }
    const script = SCRIPT.exec(line.text)?.groups;
    if (script) return this.#openScript(script, line, report);
    if (this.#script) return this.#followScript(line, report);
    if (!this.#open && BROKEN_OFF.test(line.text)) {
      this.#hasSpoken = true;
      const above = report.previous(1);
      report.highlight(above && above.text !== '' ? above.number : line.number, line.number, 0.9);
      return false;
    }
    const isDubious = DUBIOUS.test(line.text);
    if (isDubious && !this.#hasSpoken) return this.#openDubious(line, report);
    const total = TOTALS.exec(line.text)?.groups?.['total'];
    if (total !== undefined) this.#total = (this.#total ?? 0) + Number(total);
    else if (!this.#open && !isDubious) return null;
    return this.#follow(line, report);
  }

  /** Only with prove's own summary: Test::More speaks so under other harnesses too. */
  finish(report: Report): void {
    if (this.#total === null) return;
    const failedCount = Math.max(this.#failedCount, this.#failed.size);
    report.tests({ framework: 'prove', total: this.#total, failedCount, skippedCount: null, failed: this.#failed.list() });
  }

  #place(groups: Record<string, string | undefined>): void {
    const open = this.#open;
    if (!open || open.notes) return;
    const file = groups['file'] ?? '';
    const at = numberOf(groups['line']);
    const name = open.name ?? `line ${at}`;
    const test = this.#failed.add(`${file}:${at}:${name}`, { name, suite: null, file, line: at, logLine: open.since });
    open.notes = new FailureNotes(test);
    open.notes.place({ file, line: at });
  }

  #follow(line: Line, report: Report): boolean {
    const open = this.#open;
    const isPart = open !== null && line.text.startsWith('#') && line.number - open.since <= MAX_DETAIL_LINES;
    if (!open || !isPart || line.text.startsWith('# Looks like ')) {
      this.#open = null;
      return false;
    }
    const place = NAME_END.exec(line.text)?.groups;
    if (place) this.#place(place);
    else open.notes?.say(line.text.slice(1));
    report.highlight(line.number, line.number, 0.75);
    return true;
  }

  #openScript(groups: Record<string, string>, line: Line, report: Report): boolean {
    const failed = Number(groups['failed']);
    this.#failedCount += failed;
    this.#script = { file: groups['file'] ?? '', failed, hasTests: Number(groups['total']) > 0, logLine: line.number };
    report.highlight(line.number, line.number, 0.6);
    return true;
  }

  /** The line below says how many. */
  #openDubious(line: Line, report: Report): boolean {
    const isAlone = line.text.startsWith('Dubious') && report.previous(1)?.text !== '';
    report.highlight(isAlone ? line.number - 1 : line.number, line.number + 1, 0.6);
    return false;
  }

  /** A script that broke off fails as a whole. */
  #followScript(line: Line, report: Report): boolean | null {
    const script = this.#script;
    if (!script || !line.text.startsWith('  ')) {
      this.#script = null;
      return this.read(line, report);
    }
    report.highlight(line.number, line.number, NUMBERS.test(line.text) ? 0.7 : 0.5);
    const message = PARSE_ERRORS.exec(line.text)?.groups?.['message'];
    if (message !== undefined) report.diagnostic({ path: script.file, message, logLine: line.number });
    return true;
  }
}
