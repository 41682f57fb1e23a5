import { MAX_FAILED_TESTS } from './limits.ts';
import { detached } from './text.ts';
import type { FailedTest } from './types.ts';

/** The failed tests of one framework, each once, in the order in which they were told. Bounded. */
export class FailedTests {
  readonly #byKey = new Map<string, FailedTest>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Adds a test, or fills what is not yet known of it. Returns what is kept, or `undefined` past the limit. */
  add(key: string, test: FailedTest): FailedTest | undefined {
    const known = this.#byKey.get(key);
    if (known) {
      known.suite ??= test.suite;
      known.file ??= test.file;
      known.line ??= test.line;
      return known;
    }
    if (this.#byKey.size >= MAX_FAILED_TESTS) return undefined;
    const kept: FailedTest = {
      ...test,
      name: detached(test.name),
      suite: test.suite === null ? null : detached(test.suite),
      file: test.file === null ? null : detached(test.file),
    };
    this.#byKey.set(detached(key), kept);
    return kept;
  }

  get(key: string): FailedTest | undefined {
    return this.#byKey.get(key);
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  list(): FailedTest[] {
    return [...this.#byKey.values()];
  }
}

/** Counts of one word each, as frameworks print them: `2 failed, 1 skipped, 5 passed`. */
export function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, count, word] of text.matchAll(/(\d{1,9}) ([a-z]+)/gi)) {
    if (word !== undefined) counts.set(word.toLowerCase(), Number(count));
  }
  return counts;
}

/** Running sums of what summaries say; a log may hold several runs of one framework. */
export class TestTotals {
  #spoke = false;
  total = 0;
  failed = 0;
  skipped = 0;

  /** Adds the figures of one summary line. */
  add(total: number, failed: number, skipped: number): void {
    this.#spoke = true;
    this.total += total;
    this.failed += failed;
    this.skipped += skipped;
  }

  get spoke(): boolean {
    return this.#spoke;
  }
}
