import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine } from './stack.ts';

const SEPARATOR = ' › ';
const HEADING =
  /^\s{2,4}\d{1,6}\) (?:\[[^\]]{1,100}\] › )?(?<file>[^\s:][^:]{0,500}):(?<line>\d{1,7}):\d{1,7} › (?<titles>[^─]{1,1000}?)(?: ─+)?$/;
/** In the summary: `    [project] › file:3:5 › suite › test`. */
const LISTED =
  /^\s{4}(?:\[[^\]]{1,100}\] › )?(?<file>[^\s:][^:]{0,500}):(?<line>\d{1,7}):\d{1,7} › (?<titles>[^─]{1,1000}?)(?: ─+)?$/;
const SECTION =
  /^\s{2}(?<count>\d{1,9}) (?<word>failed|flaky|skipped|interrupted|did not run|passed)(?: \([\d.]+\s?(?:ms|s|m|h)\))?$/;
/** A test with its place, as no other tool tells it. */
const OWN_FORM = / › \S[^:]{0,500}\.\w{1,8}:\d{1,7}:\d{1,7} › /;

/** Lines of a failure in which its own frame is looked for. */
const MAX_FAILURE_LINES = 80;

/** Playwright Test: numbered failures, and at the end the failed tests listed below `2 failed`. */
export const playwright: Matcher = {
  id: 'playwright',
  tool: 'playwright',
  cause: 'test-failure',
  hints: [' › ', ' passed ('],
  createReader: () => new PlaywrightReader(),
};

class PlaywrightReader implements LineReader {
  /** Failures that were told; only the summary says which of them counted. */
  readonly #told = new FailedTests();
  readonly #listed = new Set<string>();
  readonly #counts = new Map<string, number>();
  #section: string | null = null;
  #lastListed = 0;
  #open: FailedTest | null = null;
  #notes = new FailureNotes(undefined);
  #openSince = 0;

  read(line: Line, report: Report): boolean | null {
    if (this.#readSection(line)) return true;
    if (line.text.includes(SEPARATOR)) {
      const heading = HEADING.exec(line.text)?.groups;
      if (heading) return this.#addFailure(heading, line, report);
      const listed = LISTED.exec(line.text)?.groups;
      if (listed) return this.#list(listed, line, report);
    }
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    const ran = ['failed', 'flaky', 'passed', 'interrupted'].map((word) => this.#counts.get(word) ?? 0);
    if (this.#counts.size === 0 && this.#told.size === 0) return;
    const isKnown = (key: string) => this.#counts.size === 0 || this.#listed.has(key);
    const failed = this.#told.keys().flatMap((key) => (isKnown(key) ? (this.#told.get(key) ?? []) : []));
    if (this.#told.size === 0 && this.#counts.get('failed') === undefined && !this.#spoke) return;
    report.tests({
      framework: 'playwright',
      total: this.#counts.size > 0 ? ran.reduce((sum, count) => sum + count, 0) : null,
      failedCount: this.#counts.size > 0 ? (this.#counts.get('failed') ?? 0) : failed.length,
      skippedCount: this.#counts.size > 0 ? (this.#counts.get('skipped') ?? 0) : null,
      failed,
    });
  }

  /** Other tools write `1 passed (2s)`, too: a test of Playwright's own form must have been seen. */
  #spoke = false;

  #readSection(line: Line): boolean {
    const groups = SECTION.exec(line.text)?.groups;
    if (!groups || !this.#spoke) {
      this.#spoke ||= OWN_FORM.test(line.text);
      return false;
    }
    this.#section = groups['word'] ?? null;
    this.#lastListed = line.number;
    const count = numberOf(groups['count']) ?? 0;
    if (this.#section !== null) this.#counts.set(this.#section, (this.#counts.get(this.#section) ?? 0) + count);
    return true;
  }

  #addFailure(groups: Record<string, string>, line: Line, report: Report): boolean {
    this.#spoke = true;
    const parts = (groups['titles'] ?? '').trim().split(SEPARATOR);
    const name = parts.pop() ?? '';
    const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
    const test = { name, suite, file: groups['file'] ?? null, line: numberOf(groups['line']), logLine: line.number };
    this.#open = this.#told.add(keyOf(groups), test) ?? null;
    this.#notes = new FailureNotes(this.#open ?? undefined);
    this.#openSince = line.number;
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  #list(groups: Record<string, string>, line: Line, report: Report): boolean {
    if (line.number !== this.#lastListed + 1) {
      const above = report.previous(1);
      this.#spoke = true;
      if (!above || !this.#readSection(above)) return false;
    }
    this.#lastListed = line.number;
    if (this.#section === 'failed' || this.#section === 'interrupted') this.#listed.add(keyOf(groups));
    this.#open = null;
    return true;
  }

  #follow(line: Line, report: Report): boolean | null {
    const open = this.#open;
    if (!open) {
      if (line.number === this.#lastListed + 1) return true;
      return SECTION.test(line.text) || OWN_FORM.test(line.text) ? false : null;
    }
    if (line.number - this.#openSince >= MAX_FAILURE_LINES) {
      this.#open = null;
      return false;
    }
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    const frame = noteLine(this.#notes, line.text);
    if (frame && open.file !== null && frame.file.endsWith(open.file)) {
      open.line = frame.line;
      this.#open = null;
      // The summary may follow at once.
    }
    return true;
  }
}

function keyOf(groups: Record<string, string>): string {
  return `${groups['file']}:${groups['line']} ${(groups['titles'] ?? '').trim()}`;
}
