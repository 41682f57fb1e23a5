import { HISTORY_LINES, MAX_LINE_BYTES, MAX_LOOK_BACK_LINES, MAX_RETAINED_LINE_BYTES } from './limits.ts';

const EMPTY = new Uint8Array(0);

/** A copy of so many bytes of a chunk is made in one piece; where its lines reach further apart, each is copied alone. */
const MAX_SLAB_BYTES = 1_048_576;

/**
 * The last lines of a log, as views into the chunk that is being scanned, and as copies once it is gone. Cut at
 * `MAX_LINE_BYTES`; those that no matcher can look back at any more may be cut at `MAX_RETAINED_LINE_BYTES`.
 */
export class LineHistory {
  readonly #sources: Uint8Array[] = new Array(HISTORY_LINES).fill(EMPTY);
  readonly #starts = new Uint32Array(HISTORY_LINES);
  readonly #ends = new Uint32Array(HISTORY_LINES);
  #lines = 0;

  /** Lines that have been added. */
  get lines(): number {
    return this.#lines;
  }

  /** Adds the next line. `source` may be a chunk whose memory is used again after `detach`. */
  add(source: Uint8Array, start: number, end: number): void {
    const slot = ++this.#lines % HISTORY_LINES;
    this.#sources[slot] = source;
    this.#starts[slot] = start;
    this.#ends[slot] = Math.min(end, start + MAX_LINE_BYTES);
  }

  /** The bytes of a line among the last ones, or `undefined` when it is gone. */
  bytesOf(line: number): Uint8Array | undefined {
    if (line < 1 || line > this.#lines || line <= this.#lines - HISTORY_LINES) return undefined;
    const slot = line % HISTORY_LINES;
    return this.#sources[slot]?.subarray(this.#starts[slot], this.#ends[slot]);
  }

  /** Copies the lines after `firstLine` that still point into the chunk, so that its memory can be used again. */
  detach(chunk: Uint8Array, firstLine: number): void {
    const slots: number[] = [];
    for (let line = Math.max(firstLine, this.#lines - HISTORY_LINES) + 1; line <= this.#lines; line++) {
      const slot = line % HISTORY_LINES;
      if (this.#sources[slot] === chunk) slots.push(slot);
    }
    const first = slots[0];
    const last = slots.at(-1);
    if (first === undefined || last === undefined) return;
    const start = this.#starts[first] ?? 0;
    const end = this.#ends[last] ?? 0;
    if (end - start > MAX_SLAB_BYTES) {
      this.#copyEach(chunk, slots);
      return;
    }
    const slab = chunk.slice(start, end);
    for (const slot of slots) this.#point(slot, slab, (this.#starts[slot] ?? 0) - start, (this.#ends[slot] ?? 0) - start);
  }

  #copyEach(chunk: Uint8Array, slots: readonly number[]): void {
    const firstNear = slots.length - MAX_LOOK_BACK_LINES;
    slots.forEach((slot, index) => {
      const start = this.#starts[slot] ?? 0;
      const cap = index >= firstNear ? MAX_LINE_BYTES : MAX_RETAINED_LINE_BYTES;
      const own = chunk.slice(start, Math.min(this.#ends[slot] ?? 0, start + cap));
      this.#point(slot, own, 0, own.length);
    });
  }

  #point(slot: number, source: Uint8Array, start: number, end: number): void {
    this.#sources[slot] = source;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
  }
}
