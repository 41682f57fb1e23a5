import { MAX_RETAINED_LINE_BYTES, MAX_RETAINED_LINES_EACH_END } from './limits.ts';
import { type CleanLine, cleanLine } from './text.ts';

/** Lines kept around a signal, so that an excerpt can grow to a whole block. */
export const CONTEXT_BEFORE = 12;
export const CONTEXT_AFTER = 16;

/** The text of lines near signals, as copied bytes: the first ones and the last ones of the log. */
export class RetainedLines {
  readonly #head = new Map<number, Uint8Array>();
  /** A line's place is its number modulo the size, so that newer lines push out older ones. */
  readonly #tail: { line: number; bytes: Uint8Array }[] = [];
  #wantedUpTo = 0;

  /** The last line that is still to be kept because of a signal above it. */
  get wantedUpTo(): number {
    return this.#wantedUpTo;
  }

  /** Keeps the surroundings of a signal: those that are past now, and those to come as they come. */
  keepAround(startLine: number, endLine: number, bytesOf: (line: number) => Uint8Array | undefined): void {
    for (let line = Math.max(1, startLine - CONTEXT_BEFORE); line <= endLine; line++) {
      const bytes = this.#has(line) ? undefined : bytesOf(line);
      if (bytes) this.keep(line, bytes);
    }
    this.#wantedUpTo = Math.max(this.#wantedUpTo, endLine + CONTEXT_AFTER);
  }

  keep(line: number, bytes: Uint8Array): void {
    if (this.#has(line)) return;
    const copy = bytes.slice(0, MAX_RETAINED_LINE_BYTES);
    if (this.#head.size < MAX_RETAINED_LINES_EACH_END) {
      this.#head.set(line, copy);
      return;
    }
    this.#tail[line % MAX_RETAINED_LINES_EACH_END] = { line, bytes: copy };
  }

  /** The line as matchers would see it, cut at `MAX_RETAINED_LINE_BYTES`; `null` when it was not kept. */
  line(number: number): CleanLine | null {
    const bytes = this.#head.get(number) ?? this.#tailBytes(number);
    return bytes ? cleanLine(bytes) : null;
  }

  #has(line: number): boolean {
    return this.#head.has(line) || this.#tailBytes(line) !== undefined;
  }

  #tailBytes(line: number): Uint8Array | undefined {
    const slot = this.#tail[line % MAX_RETAINED_LINES_EACH_END];
    return slot?.line === line ? slot.bytes : undefined;
  }
}
