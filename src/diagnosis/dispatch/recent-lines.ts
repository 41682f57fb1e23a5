import { HISTORY_LINES, MAX_LOOK_BACK_LINES } from '../limits.ts';
import type { PrintedLine } from '../log/history.ts';
import type { LinePrefixes } from '../log/prefixes.ts';
import type { LineScanner } from '../log/scanner.ts';
import type { Line } from '../matchers/matcher.ts';
import type { KnownLine } from './known-lines.ts';

/** A line as matchers see it, and whether the runner's time stood before it. */
export type TimedLine = Line & { readonly timed: boolean };

/** The last lines of the log by their numbers, decoded when somebody wants them: decoding is most of what a line costs. */
export class RecentLines {
  readonly #scanner: Pick<LineScanner, 'lineOf' | 'printedOf'>;
  readonly #prefixes: LinePrefixes;
  /** What is known of them, by the last digits of their numbers. */
  readonly #known: (KnownLine | null)[] = new Array(HISTORY_LINES).fill(null);
  /** The last one that was decoded of those that are not known. */
  #decoded: TimedLine | null = null;

  constructor(scanner: Pick<LineScanner, 'lineOf' | 'printedOf'>, prefixes: LinePrefixes) {
    this.#scanner = scanner;
    this.#prefixes = prefixes;
  }

  /** Adds the next line. */
  add(number: number, known: KnownLine | null): void {
    this.#known[number % HISTORY_LINES] = known;
  }

  /** What is known of a line; `null` when nothing is. */
  knownAt(number: number): KnownLine | null {
    return number < 1 ? null : (this.#known[number % HISTORY_LINES] ?? null);
  }

  /** The line; `null` when it is gone. */
  lineAt(number: number): TimedLine | null {
    const known = this.knownAt(number);
    if (known === null) return this.#decode(number);
    if (known.clean === null) {
      const line = this.#decode(number);
      if (line) known.clean = { text: line.text, marker: line.marker, timed: line.timed };
      return line;
    }
    const { text, marker, timed } = known.clean;
    return { number, text, marker, timed };
  }

  /** The line so many lines before another; `null` past `MAX_LOOK_BACK_LINES`. */
  before(number: number, distance: number): TimedLine | null {
    return distance > MAX_LOOK_BACK_LINES ? null : this.lineAt(number - distance);
  }

  /** The line as it was printed, but for its prefix; `null` when it is gone. */
  printedAt(number: number): PrintedLine | null {
    const known = this.knownAt(number);
    if (known?.printed) return known.printed;
    const line = this.#scanner.printedOf(number);
    if (!line) return null;
    const printed = { text: this.#prefixes.strip(line.text), bytes: line.bytes };
    if (known) known.printed = printed;
    return printed;
  }

  /** Forgets what is known: lines mean something else from now on. */
  forget(): void {
    this.#known.fill(null);
    this.#decoded = null;
  }

  #decode(number: number): TimedLine | null {
    if (this.#decoded?.number === number) return this.#decoded;
    const clean = this.#scanner.lineOf(number);
    if (!clean) return null;
    this.#decoded = { number, text: this.#prefixes.strip(clean.text), marker: clean.marker, timed: clean.timed };
    return this.#decoded;
  }
}
