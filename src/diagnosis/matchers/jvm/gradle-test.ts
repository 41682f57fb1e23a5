import { countsOf, FailedTests, TestTotals } from '../../dispatch/failed-tests.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { FailureFollower, qualified } from './frames.ts';

const FAILED = /^(?<path>[^\s>][^>]{0,300}(?: > .{1,1000})?) > (?<name>\S.*) FAILED$/;
const TOTALS = /^(?<counts>\d{1,9} tests? completed, \d{1,9} failed\b.*)$/;

/** Gradle's test tasks: `Suite > test FAILED` with the exception indented below, and the counts of the task. */
export const gradleTest: Matcher = {
  id: 'gradle-test',
  tool: 'gradle test',
  cause: 'test-failure',
  hints: [' FAILED', ' completed, '],
  createReader: () => new GradleTestReader(),
};

class GradleTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  readonly #follower = new FailureFollower();

  read(line: Line, report: Report): boolean | null {
    const failed = line.text.endsWith(' FAILED') ? FAILED.exec(line.text)?.groups : undefined;
    if (failed) {
      this.#open(failed['path'] ?? '', failed['name'] ?? '', line, report);
      return true;
    }
    const totals = TOTALS.exec(line.text)?.groups?.['counts'];
    if (totals !== undefined) {
      this.#addTotals(totals, line, report);
      return false;
    }
    if (!this.#follower.isOpen) return null;
    if (/^\S/.test(line.text)) {
      this.#follower.close();
      return false;
    }
    return this.#follower.read(line.text, line, report);
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && !this.#totals.spoke) return;
    const { total, failed, skipped, spoke } = this.#totals;
    report.tests({
      framework: 'gradle test',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  /** Each task runs its tests anew, so that one test may fail several times; all of them are in the counts. */
  #open(path: string, title: string, line: Line, report: Report): void {
    const own = qualified(title);
    const suite = own.suite ?? path.replace(/^Gradle Test (?:Run|Executor) [^>]* > /, '');
    const test = this.#failed.add(`${line.number}`, { name: own.name, suite, file: null, line: null, logLine: line.number });
    this.#follower.open(test, line);
    report.highlight(line.number, line.number, 0.9);
  }

  #addTotals(text: string, line: Line, report: Report): void {
    const counts = countsOf(text);
    const total = counts.get('tests') ?? counts.get('test') ?? 0;
    this.#totals.add(total, counts.get('failed') ?? 0, counts.get('skipped') ?? 0);
    report.highlight(line.number, line.number, 0.5);
  }
}
