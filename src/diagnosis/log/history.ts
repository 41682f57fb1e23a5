import {
  HISTORY_LINES,
  LAST_LINES,
  MAX_LINE_BYTES,
  MAX_LOOK_BACK_LINES,
  MAX_PASSAGE_LINES,
  MAX_RETAINED_LINE_BYTES,
} from '../limits.ts';
import { isRunnerTime, RUNNER_TIME_BYTES } from './runner-time.ts';
import { type CleanLine, cleanText, printedText } from './text.ts';

const EMPTY = Buffer.alloc(0);

/** A line without time and colours, but whole, and with the blanks at its end. */
export interface PrintedLine {
  readonly text: string;
  /** Its length as it is known, with the time: one at `MAX_LINE_BYTES` is cut off. */
  readonly bytes: number;
}

/** Last lines that matchers may still read, or look back at. */
const UNREAD_LINES = LAST_LINES + MAX_PASSAGE_LINES + MAX_LOOK_BACK_LINES;

/** A copy of so many bytes of a chunk is made in one piece; where its lines reach further apart, each is copied alone. */
const MAX_SLAB_BYTES = 1_048_576;

/** Chunks mostly hold fewer lines than are kept, so that copies of some are in use. */
const MAX_SLABS = 4;

/** How many times the bytes of its lines such a piece may have: of long lines only the beginnings are kept, not what lies between. */
const MAX_SPREAD = 2;

/**
 * The last lines of a log, as views into the chunk that is being scanned, and as copies once it is gone. Cut at
 * `MAX_LINE_BYTES`; those that no matcher can look back at any more may be cut at `MAX_RETAINED_LINE_BYTES`.
 */
export class LineHistory {
  /** Of lines that lie in a chunk no longer: to write down an object for each line of a chunk would be slow. */
  readonly #sources: Buffer[] = new Array(HISTORY_LINES).fill(EMPTY);
  /** The chunk that is being scanned; lines behind the last one of those before lie in it. */
  #chunk: Buffer = EMPTY;
  #linesBefore = 0;
  readonly #starts = new Uint32Array(HISTORY_LINES);
  readonly #ends = new Uint32Array(HISTORY_LINES);
  #lines = 0;
  /** Copies whose memory is taken again once none of the last lines is in them: fresh memory costs more than the copying. */
  readonly #slabs: { readonly memory: Buffer; lastLine: number }[] = [];

  /** Lines that have been added. */
  get lines(): number {
    return this.#lines;
  }

  /** Begins a chunk whose memory is used again after `detach`. */
  begin(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#linesBefore = this.#lines;
  }

  /** Adds the next line, which lies in the chunk. */
  add(start: number, end: number): void {
    const slot = ++this.#lines % HISTORY_LINES;
    this.#starts[slot] = start;
    this.#ends[slot] = Math.min(end, start + MAX_LINE_BYTES);
  }

  /** Adds the next line, which began in an earlier chunk: all of `source`. No line of this chunk may have been added. */
  addWhole(source: Buffer): void {
    const slot = ++this.#lines % HISTORY_LINES;
    this.#linesBefore = this.#lines;
    this.#point(slot, source, 0, Math.min(source.length, MAX_LINE_BYTES));
  }

  /** The bytes of a line among the last ones, or `undefined` when it is gone. */
  bytesOf(line: number): Uint8Array | undefined {
    if (!this.#has(line)) return undefined;
    const slot = line % HISTORY_LINES;
    return this.#sourceOf(line).subarray(this.#starts[slot], this.#ends[slot]);
  }

  /** The line as expressions see it; `undefined` when it is gone. */
  lineOf(line: number): CleanLine | undefined {
    if (!this.#has(line)) return undefined;
    const timed = this.#isTimed(line);
    return cleanText(this.#textOf(line, timed), timed);
  }

  /** The line as the tool printed it; `undefined` when it is gone. */
  printedOf(line: number): PrintedLine | undefined {
    if (!this.#has(line)) return undefined;
    const timed = this.#isTimed(line);
    return { text: printedText(this.#textOf(line, timed), timed), bytes: this.#lengthOf(line % HISTORY_LINES) };
  }

  #has(line: number): boolean {
    return line >= 1 && line <= this.#lines && line > this.#lines - HISTORY_LINES;
  }

  #sourceOf(line: number): Buffer {
    return line > this.#linesBefore ? this.#chunk : (this.#sources[line % HISTORY_LINES] as Buffer);
  }

  #isTimed(line: number): boolean {
    const slot = line % HISTORY_LINES;
    return this.#lengthOf(slot) >= RUNNER_TIME_BYTES && isRunnerTime(this.#sourceOf(line), this.#starts[slot] as number);
  }

  /** Decoded without a copy of its bytes. */
  #textOf(line: number, timed: boolean): string {
    const slot = line % HISTORY_LINES;
    const start = this.#starts[slot] as number;
    return this.#sourceOf(line).toString('utf8', timed ? start + RUNNER_TIME_BYTES : start, this.#ends[slot]);
  }

  /** Copies the lines that lie in the chunk, so that its memory can be used again. */
  detach(): void {
    const chunk = this.#chunk;
    const first = Math.max(this.#linesBefore, this.#lines - HISTORY_LINES) + 1;
    this.#chunk = EMPTY;
    this.#linesBefore = this.#lines;
    if (first <= this.#lines) this.#copyOut(chunk, first);
  }

  #copyOut(chunk: Buffer, first: number): void {
    const start = this.#starts[first % HISTORY_LINES] as number;
    const bytes = (this.#ends[this.#lines % HISTORY_LINES] as number) - start;
    if (bytes > MAX_SLAB_BYTES || first === this.#lines) {
      this.#copyEach(chunk, first);
      return;
    }
    const kept = this.#bytesFrom(first);
    if (bytes > MAX_SPREAD * kept) {
      this.#copyTogether(chunk, first, kept);
      return;
    }
    const slab = this.#slab(bytes);
    chunk.copy(slab, 0, start, start + bytes);
    for (let line = first; line <= this.#lines; line++) {
      const slot = line % HISTORY_LINES;
      this.#point(slot, slab, (this.#starts[slot] as number) - start, (this.#ends[slot] as number) - start);
    }
  }

  #bytesFrom(first: number): number {
    let bytes = 0;
    for (let line = first; line <= this.#lines; line++) bytes += this.#lengthOf(line % HISTORY_LINES);
    return bytes;
  }

  /** Memory for the last lines that have been added. */
  #slab(bytes: number): Buffer {
    const free = this.#slabs.find(
      ({ memory, lastLine }) => lastLine <= this.#lines - HISTORY_LINES && memory.length >= bytes && memory.length <= 2 * bytes,
    );
    if (free) {
      free.lastLine = this.#lines;
      return free.memory;
    }
    const memory = Buffer.allocUnsafeSlow(bytes + (bytes >> 3)); // the next one may be somewhat larger
    if (this.#slabs.length === MAX_SLABS) this.#slabs.shift();
    this.#slabs.push({ memory, lastLine: this.#lines });
    return memory;
  }

  /** One piece of memory with the lines alone. */
  #copyTogether(chunk: Buffer, first: number, bytes: number): void {
    const slab = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    for (let line = first; line <= this.#lines; line++) {
      const slot = line % HISTORY_LINES;
      const start = at;
      at += chunk.copy(slab, start, this.#starts[slot], this.#ends[slot]);
      this.#point(slot, slab, start, at);
    }
  }

  #lengthOf(slot: number): number {
    return (this.#ends[slot] as number) - (this.#starts[slot] as number);
  }

  #copyEach(chunk: Buffer, first: number): void {
    for (let line = first; line <= this.#lines; line++) {
      const slot = line % HISTORY_LINES;
      const start = this.#starts[slot] as number;
      const cap = line > this.#lines - UNREAD_LINES ? MAX_LINE_BYTES : MAX_RETAINED_LINE_BYTES;
      const own = copyOf(chunk, start, Math.min(this.#ends[slot] as number, start + cap));
      this.#point(slot, own, 0, own.length);
    }
  }

  #point(slot: number, source: Buffer, start: number, end: number): void {
    this.#sources[slot] = source;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
  }
}

/** A copy with memory of its own: Node's shared pool would be held by it. */
function copyOf(source: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  source.copy(copy, 0, start, end);
  return copy;
}
