import { MAX_FAILED_TESTS, MAX_TEST_MESSAGE_CHARACTERS } from '../limits.ts';
import { detached } from '../log/text.ts';
import type { FailedTest, StackFrame } from '../types.ts';

/** A test as a matcher first hears of it: why it failed may come later. */
export type ToldTest = Omit<FailedTest, 'message' | 'frame'> & Partial<Pick<FailedTest, 'message' | 'frame'>>;

/** The failed tests of one framework, each once, in the order in which they were told. Bounded. */
export class FailedTests {
  readonly #byKey = new Map<string, FailedTest>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Adds a test, or fills what is not yet known of it. Returns what is kept, or `undefined` past the limit. */
  add(key: string, test: ToldTest): FailedTest | undefined {
    const known = this.#byKey.get(key);
    if (known) {
      known.suite ??= test.suite;
      known.file ??= test.file;
      known.line ??= test.line;
      known.message ??= test.message ?? null;
      known.frame ??= test.frame ?? null;
      return known;
    }
    if (this.#byKey.size >= MAX_FAILED_TESTS) return undefined;
    const kept: FailedTest = {
      name: detached(test.name),
      suite: test.suite === null ? null : detached(test.suite),
      file: test.file === null ? null : detached(test.file),
      line: test.line,
      message: test.message ?? null,
      frame: test.frame ?? null,
      logLine: test.logLine,
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

/**
 * Takes down why a test failed, while its matcher reads the lines below the heading: first the message, then the stack.
 * A failure that was told before is not told again.
 */
export class FailureNotes {
  readonly #test: Pick<FailedTest, 'message' | 'frame'> | undefined;
  readonly #isNew: boolean;
  #isInMessage: boolean;

  constructor(test: Pick<FailedTest, 'message' | 'frame'> | undefined) {
    this.#test = test;
    this.#isNew = test !== undefined && test.message === null;
    this.#isInMessage = this.#isNew;
  }

  /** Takes a line of the message; blank ones, and what comes after the end of the message, are left out. */
  say(text: string): void {
    if (this.#isInMessage && this.#test) this.#test.message = lengthened(this.#test.message, text);
  }

  /** The message is over: a stack, a difference of source or a summary has begun. */
  endMessage(): void {
    this.#isInMessage = false;
  }

  /** Takes a frame of the project's own code. The first one stays, unless it says that the last one shall (Python, Perl). */
  place(frame: StackFrame, order: 'innermost-first' | 'innermost-last' = 'innermost-first'): void {
    if (!this.#test || (this.#test.frame !== null && (order === 'innermost-first' || !this.#isNew))) return;
    this.#test.frame = { file: detached(frame.file), line: frame.line };
  }

  /** What was taken down as the message was none, since another one follows: an exception that caused the next one. */
  startOver(): void {
    if (!this.#isNew || !this.#test) return;
    this.#test.message = null;
    this.#isInMessage = true;
  }
}

/** Adds a line to a message, within its bounds. */
export function lengthened(message: string | null, line: string): string | null {
  const text = line.trim();
  if (text === '') return message;
  const room = MAX_TEST_MESSAGE_CHARACTERS - (message === null ? 0 : message.length + 1);
  if (room <= 0) return message;
  const piece = detached(text.slice(0, room).toWellFormed());
  return message === null ? piece : `${message}\n${piece}`;
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
