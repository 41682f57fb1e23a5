import { FailedTests } from '../../dispatch/failed-tests.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { FailureFollower } from './frames.ts';

/** Ant runs the launcher with a prefix of its own. */
const PREFIX = /^\s*\[(?:junit|java|junitlauncher)\] ?/;
const START = /^Failures \(\d{1,9}\):$/;
const TITLE = /^ {2}JUnit \w+:(?<title>\S.*)$/;
const SOURCE = /^ {4}MethodSource \[className = '(?<suite>[^']+)', methodName = '(?<name>[^']+)'/;
const COUNT = /^\[ {0,20}(?<count>\d{1,9}) tests (?<what>found|skipped|failed) {0,20}\]$/;

/** The console launcher of the JUnit platform: `Failures (n):`, and a table of counts. */
export const junitConsole: Matcher = {
  id: 'junit-console',
  tool: 'junit console',
  cause: 'test-failure',
  hints: ['Failures (', ' tests found ', ' tests skipped ', ' tests failed ', 'MethodSource [className'],
  createReader: () => new JunitConsoleReader(),
};

class JunitConsoleReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #follower = new FailureFollower();
  readonly #counts = new Map<string, number>();
  #inFailures = false;
  #title: { text: string; line: number } | null = null;

  read(line: Line, report: Report): Answer {
    const text = line.text.replace(PREFIX, '');
    const count = COUNT.exec(text)?.groups;
    if (count) {
      const what = count['what'] ?? '';
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + (numberOf(count['count']) ?? 0));
      this.#inFailures = false;
      return false;
    }
    if (START.test(text)) {
      this.#inFailures = true;
      return true;
    }
    // The list goes on at an indented line, where it is longer than the lines in a row that are given.
    if (!this.#inFailures) return text.startsWith(' ') ? false : null;
    this.#readFailure(text, line, report);
    return true;
  }

  finish(report: Report): void {
    if (this.#failed.size === 0 && this.#counts.size === 0) return;
    report.tests({
      framework: 'junit console',
      total: this.#counts.get('found') ?? null,
      failedCount: this.#counts.get('failed') ?? this.#failed.size,
      skippedCount: this.#counts.get('skipped') ?? null,
      failed: this.#failed.list(),
    });
  }

  #readFailure(text: string, line: Line, report: Report): void {
    const title = TITLE.exec(text)?.groups?.['title'];
    if (title !== undefined) {
      this.#title = { text: title, line: line.number };
      report.highlight(line.number, line.number, 0.9);
      return;
    }
    const source = SOURCE.exec(text)?.groups;
    if (!source) {
      this.#follower.read(text, line, report);
      return;
    }
    const { name = '', suite = null } = source;
    const logLine = this.#title?.line ?? line.number;
    const test = this.#failed.add(`${this.#title?.text}#${suite}#${name}`, { name, suite, file: null, line: null, logLine });
    this.#follower.open(test, line);
  }
}
