import { MAX_RETAINED_ANCHORS, MAX_RETAINED_LINE_BYTES, MAX_RETAINED_LINES } from '../limits.ts';
import type { LinePrefixes } from './prefixes.ts';
import { type CleanLine, cleanLine } from './text.ts';

/** Lines kept around a signal, so that an excerpt can grow to a whole block. */
const CONTEXT_BEFORE = 12;
const CONTEXT_AFTER = 40;

/** Lines kept before a line that states a failure: what explains it mostly stands there. */
const LINES_BEFORE_ANCHOR = 400;

/** Copies are put together: thousands of small buffers would cost more than what they hold. */
const SLAB_BYTES = 65_536;

/** How much a signal is worth: weak ones must not use up the room. */
export type Strength = 'strong' | 'weak';

/**
 * The text of lines that an excerpt may show, as copied bytes: those near signals and before anchors, bounded. The last
 * lines of the log are at hand anyway (`history`).
 */
export class RetainedLines {
  readonly #kept = new Map<number, Uint8Array>();
  readonly #history: (line: number) => Uint8Array | undefined;
  readonly #prefixes: LinePrefixes;
  readonly #room = { ...MAX_RETAINED_LINES };
  #slab = new Uint8Array(0);
  #used = 0;
  #anchors = 0;
  #wantedUpTo = 0;
  #wantedBy: Strength = 'weak';

  /** @param history the bytes of a line among the last ones. */
  constructor(history: (line: number) => Uint8Array | undefined, prefixes: LinePrefixes) {
    this.#history = history;
    this.#prefixes = prefixes;
  }

  /** The last line that is still to be kept because of a signal above it. */
  get wantedUpTo(): number {
    return this.#wantedUpTo;
  }

  /** Whether there is room for the surroundings of such a signal. */
  hasRoom(strength: Strength): boolean {
    return this.#room[strength] > 0;
  }

  /** Keeps the surroundings of a signal: those that are past now, and those to come as they come. */
  keepAround(startLine: number, endLine: number, strength: Strength): void {
    if (!this.hasRoom(strength)) return;
    for (let line = Math.max(1, startLine - CONTEXT_BEFORE); line <= endLine; line++) this.#keep(line, strength);
    const upTo = endLine + CONTEXT_AFTER;
    if (upTo <= this.#wantedUpTo && strength === 'weak') return;
    this.#wantedUpTo = Math.max(this.#wantedUpTo, upTo);
    this.#wantedBy = strength;
  }

  /** Keeps the lines that stand before the statement of a failure. */
  keepBefore(anchor: number): void {
    if (this.#anchors++ >= MAX_RETAINED_ANCHORS) return;
    for (let line = Math.max(1, anchor - LINES_BEFORE_ANCHOR); line <= anchor; line++) this.#copy(line);
  }

  /** Keeps the present line, which `wantedUpTo` asked for. */
  keepWanted(line: number): void {
    this.#keep(line, this.#wantedBy);
  }

  /** The line as matchers would see it; `null` when it was not kept. */
  line(number: number): CleanLine | null {
    const bytes = this.#kept.get(number) ?? this.#history(number);
    if (!bytes) return null;
    const line = cleanLine(bytes.subarray(0, MAX_RETAINED_LINE_BYTES));
    return { ...line, text: this.#prefixes.strip(line.text) };
  }

  #keep(line: number, strength: Strength): void {
    if (this.#room[strength] > 0 && this.#copy(line)) this.#room[strength]--;
  }

  #copy(line: number): boolean {
    const bytes = this.#kept.has(line) ? undefined : this.#history(line);
    if (bytes) this.#kept.set(line, this.#copyOf(bytes.subarray(0, MAX_RETAINED_LINE_BYTES)));
    return bytes !== undefined;
  }

  #copyOf(bytes: Uint8Array): Uint8Array {
    if (this.#used + bytes.length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + bytes.length);
    copy.set(bytes);
    this.#used += bytes.length;
    return copy;
  }

  /** Lines that are at hand, in order, up to the last one. */
  numbers(firstOfHistory: number, last: number): number[] {
    const kept = [...this.#kept.keys()].filter((line) => line < firstOfHistory).sort((left, right) => left - right);
    for (let line = Math.max(1, firstOfHistory); line <= last; line++) kept.push(line);
    return kept;
  }
}
