import { EscapeSkipper } from './escape-skipper.ts';
import type { HintAutomaton } from './hints.ts';
import { MAX_LINE_BYTES, MAX_LOOK_BACK_LINES } from './limits.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const EMPTY = new Uint8Array(0);

/** What the scanner tells about each line. `hits` are listeners of the automaton, valid during the call only. */
export type LineHandler = (number: number, hits: readonly number[]) => void;

/**
 * Splits bytes into lines (`\n`, `\r\n`, lone `\r`) and finds the hints in them in the same pass, without
 * decoding. Holds the last lines as bytes for looking back, each cut at `MAX_LINE_BYTES`; nothing else
 * of a chunk is kept after `push` has returned.
 */
export class LineScanner {
  readonly #automaton: HintAutomaton;
  readonly #onLine: LineHandler;
  readonly #seenIn: Float64Array;
  readonly #hits: number[] = [];
  readonly #recent: Uint8Array[] = new Array(MAX_LOOK_BACK_LINES).fill(EMPTY);
  readonly #escapes = new EscapeSkipper();
  #state = 0;
  #lines = 0;
  #carry: Uint8Array = EMPTY;
  #inLine = false;
  #afterCarriageReturn = false;

  constructor(automaton: HintAutomaton, onLine: LineHandler) {
    this.#automaton = automaton;
    this.#onLine = onLine;
    this.#seenIn = new Float64Array(automaton.listenerCount);
  }

  /** Lines that have ended so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Scans one chunk. The caller may reuse its memory afterwards. */
  push(chunk: Uint8Array): void {
    const { transitions, firstNotable, lineEnd, escapeStart } = this.#automaton;
    let start = this.#skipSplitLineEnd(chunk);
    let state = this.#state;
    const firstLine = this.#lines;
    for (let index = this.#escapes.resume(chunk, start); index < chunk.length; index++) {
      const next = transitions[state * 256 + (chunk[index] as number)] as number;
      if (next === escapeStart) {
        index = this.#escapes.skip(chunk, index) - 1;
        continue;
      }
      state = next;
      if (state < firstNotable) continue;
      if (state !== lineEnd) {
        this.#noteHits(state);
        continue;
      }
      this.#endLine(chunk, start, index);
      if (chunk[index] === CARRIAGE_RETURN) {
        if (chunk[index + 1] === LINE_FEED) index++;
        else if (index + 1 === chunk.length) this.#afterCarriageReturn = true;
      }
      start = index + 1;
    }
    this.#state = state;
    this.#carryOver(chunk, start);
    this.#detachRecent(firstLine);
  }

  /** Ends a last line that has no line end. */
  end(): void {
    if (this.#inLine) this.#endLine(EMPTY, 0, 0);
  }

  /** The bytes of a line among the last ones (the present line included), or `undefined` when it is gone. */
  bytesOf(line: number): Uint8Array | undefined {
    if (line < 1 || line > this.#lines || line <= this.#lines - MAX_LOOK_BACK_LINES) return undefined;
    return this.#recent[line % MAX_LOOK_BACK_LINES];
  }

  #skipSplitLineEnd(chunk: Uint8Array): number {
    if (chunk.length === 0) return 0;
    const skip = this.#afterCarriageReturn && chunk[0] === LINE_FEED ? 1 : 0;
    this.#afterCarriageReturn = false;
    return skip;
  }

  #noteHits(state: number): void {
    const line = this.#lines + 1;
    for (const listener of this.#automaton.listeners[state] ?? []) {
      if (this.#seenIn[listener] === line) continue;
      this.#seenIn[listener] = line;
      this.#hits.push(listener);
    }
  }

  #endLine(chunk: Uint8Array, start: number, end: number): void {
    this.#lines++;
    const own = chunk.subarray(start, Math.min(end, start + MAX_LINE_BYTES));
    this.#recent[this.#lines % MAX_LOOK_BACK_LINES] = this.#carry.length === 0 ? own : joined(this.#carry, own);
    this.#carry = EMPTY;
    this.#inLine = false;
    this.#onLine(this.#lines, this.#hits);
    this.#hits.length = 0;
  }

  #carryOver(chunk: Uint8Array, start: number): void {
    if (start >= chunk.length) return;
    this.#inLine = true;
    if (this.#carry.length < MAX_LINE_BYTES) this.#carry = joined(this.#carry, chunk.subarray(start, start + MAX_LINE_BYTES));
  }

  /** Copies the recent lines that still point into the chunk, so that it can be freed. */
  #detachRecent(firstLine: number): void {
    const from = Math.max(firstLine, this.#lines - MAX_LOOK_BACK_LINES) + 1;
    for (let line = from; line <= this.#lines; line++) {
      const slot = line % MAX_LOOK_BACK_LINES;
      this.#recent[slot] = (this.#recent[slot] ?? EMPTY).slice();
    }
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const length = Math.min(MAX_LINE_BYTES, head.length + tail.length);
  const all = new Uint8Array(length);
  all.set(head.subarray(0, length));
  all.set(tail.subarray(0, length - Math.min(head.length, length)), Math.min(head.length, length));
  return all;
}
