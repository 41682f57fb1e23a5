import { FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';
import { noteLine, ownFrameOf } from './stack.ts';

/** Bun marks errors with a word that many others use, too: only its known sentences are taken. */
const SENTENCES: readonly { readonly sentence: RegExp; readonly cause: CauseCategory }[] = [
  { sentence: /^error: (?<message>lockfile had changes, but lockfile is frozen.*)$/, cause: 'lockfile' },
  { sentence: /^error: (?<message>No version matching ".*" found for specifier .*)$/, cause: 'dependency-unavailable' },
  { sentence: /^error: (?<message>GET https?:\/\/\S+ - 404)$/, cause: 'dependency-unavailable' },
  { sentence: /^error: (?<message>GET https?:\/\/\S+ - 5\d\d)$/, cause: 'network' },
  { sentence: /^error: (?<message>Script not found ".*")$/, cause: 'build-config' },
];

const FAILED = /^(?:\(fail\)|✗) (?<title>\S.*?)(?: \[[\d.]+m?s\])?$/;
const RESULT = /^(?:\((?:pass|fail|skip|todo)\)|[✓✗»✎]) /;
const RAN = /^Ran (?<total>\d{1,9}) tests? across \d{1,9} files?\b/;
const COUNT = /^ (?<count>\d{1,9}) (?<word>pass|fail|skip|todo)$/;
const MESSAGE = /^(?:error|\w*Error): /;
const SEPARATOR = ' > ';

/** Lines above a result in which its failure stands. */
const MAX_FAILURE_LINES = 40;
/** Lines of the summary above its last one. */
const MAX_COUNT_LINES = 7;

/** Bun as a package manager and runner of scripts. */
export const bun: Matcher = {
  id: 'bun',
  tool: 'bun',
  cause: null,
  hints: ['error: lockfile had changes', 'error: no version matching', 'error: get http', 'error: script not found'],
  createReader: createBunReader,
};

/** `bun test`: each failure comes before its `(fail) suite > test`, the counts at the end. */
export const bunTest: Matcher = {
  id: 'bun-test',
  tool: 'bun test',
  cause: 'test-failure',
  hints: ['(fail) ', '✗ ', ' tests across ', ' test across '],
  createReader: () => new BunTestReader(),
};

function createBunReader(): LineReader {
  return {
    read(line, report) {
      if (!line.text.startsWith('error: ')) return null;
      for (const { sentence, cause } of SENTENCES) {
        const message = sentence.exec(line.text)?.groups?.['message'];
        if (message === undefined) continue;
        report.diagnostic({ message, logLine: line.number }, cause);
        report.highlight(line.number, line.number, 0.85);
        return false;
      }
      return null;
    },
  };
}

/** `test/sum.test.ts:` stands above the results of a file. */
function isFileHeading(text: string): boolean {
  return text.endsWith(':') && /^\S+\.\w{1,4}:$/.test(text);
}

class BunTestReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  /** A failure stands under Bun's own word: without it and the totals the sign may be another tool's. */
  #isNamed = false;

  read(line: Line, report: Report): Answer {
    const title = FAILED.exec(line.text)?.groups?.['title'];
    if (title !== undefined) {
      this.#isNamed ||= line.text.startsWith('(fail) ');
      this.#addFailure(title, line, report);
      return false;
    }
    const total = numberOf(RAN.exec(line.text)?.groups?.['total']);
    if (total === null) return null;
    this.#addTotals(total, report);
    return false;
  }

  finish(report: Report): void {
    const { spoke, total, failed, skipped } = this.#totals;
    if (!spoke && !this.#isNamed) return;
    report.tests({
      framework: 'bun test',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  #addFailure(title: string, line: Line, report: Report): void {
    const parts = title.split(SEPARATOR);
    const name = parts.pop() ?? title;
    const suite = parts.length > 0 ? parts.join(SEPARATOR) : null;
    const test = this.#failed.add(title, { name, suite, file: null, line: null, logLine: line.number });
    const notes = new FailureNotes(test);
    /** From the result upwards. */
    const lines: string[] = [];
    let startLine = line.number;
    for (let distance = 1; distance <= MAX_FAILURE_LINES; distance++) {
      const above = report.previous(distance);
      if (!above || RESULT.test(above.text) || isFileHeading(above.text)) break;
      startLine = above.number;
      lines.push(above.text);
      const frame = ownFrameOf(above.text);
      if (!frame || !test) continue;
      test.file = frame.file;
      test.line = frame.line;
    }
    const message = lines.findIndex((text) => MESSAGE.test(text));
    for (let at = message; at >= 0; at--) noteLine(notes, lines[at] ?? '');
    report.highlight(startLine, line.number, 0.85);
  }

  /** ` 1 pass`, ` 2 fail` and the others stand above the total. */
  #addTotals(total: number, report: Report): void {
    const counts = new Map<string, number>();
    for (let distance = 1; distance <= MAX_COUNT_LINES; distance++) {
      const groups = COUNT.exec(report.previous(distance)?.text ?? '')?.groups;
      if (groups) counts.set(groups['word'] ?? '', numberOf(groups['count']) ?? 0);
    }
    const skipped = (counts.get('skip') ?? 0) + (counts.get('todo') ?? 0);
    if (counts.size > 0) this.#totals.add(total - skipped, counts.get('fail') ?? 0, skipped);
  }
}
