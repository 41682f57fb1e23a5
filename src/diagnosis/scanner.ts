import { EscapeSkipper } from './escape-skipper.ts';
import type { HintAutomaton } from './hints.ts';
import { LineHistory } from './history.ts';
import { MAX_LINE_BYTES } from './limits.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const EMPTY = new Uint8Array(0);

/** What the scanner tells about each line. `hits` are listeners of the automaton, valid during the call only. */
export type LineHandler = (number: number, hits: readonly number[]) => void;

/**
 * Splits bytes into lines (`\n`, `\r\n`, lone `\r`) and finds the hints in them in the same pass, without
 * decoding. Holds the last lines as bytes for looking back; nothing else of a chunk is kept after `push` has returned.
 */
export class LineScanner {
  readonly #automaton: HintAutomaton;
  readonly #onLine: LineHandler;
  readonly #seenIn: Float64Array;
  readonly #hits: number[] = [];
  readonly #history = new LineHistory();
  readonly #escapes = new EscapeSkipper();
  #state = 0;
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
    return this.#history.lines;
  }

  /** Scans one chunk. The caller may reuse its memory afterwards. */
  push(given: Uint8Array): void {
    // A Buffer's `slice` does not copy, and one class of arrays keeps the loop fast.
    const chunk = new Uint8Array(given.buffer, given.byteOffset, given.length);
    const { transitions, firstNotable, lineEnd, escapeStart } = this.#automaton;
    let start = this.#skipSplitLineEnd(chunk);
    let state = this.#state;
    const firstLine = this.#history.lines;
    const { length } = chunk;
    for (let index = this.#escapes.resume(chunk, start); index < length; index++) {
      const next = transitions[state + (chunk[index] as number)] as number;
      if (next < firstNotable) {
        state = next;
        continue;
      }
      if (next === escapeStart) {
        index = this.#escapes.skip(chunk, index) - 1;
        continue;
      }
      state = next;
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
    this.#history.detach(chunk, firstLine);
  }

  /** Ends a last line that has no line end. */
  end(): void {
    if (this.#inLine) this.#endLine(EMPTY, 0, 0);
    this.#state = this.#automaton.lineEnd;
    this.#afterCarriageReturn = false;
  }

  /** The bytes of a line among the last ones (the present line included), or `undefined` when it is gone. */
  bytesOf(line: number): Uint8Array | undefined {
    return this.#history.bytesOf(line);
  }

  #skipSplitLineEnd(chunk: Uint8Array): number {
    if (chunk.length === 0) return 0;
    const skip = this.#afterCarriageReturn && chunk[0] === LINE_FEED ? 1 : 0;
    this.#afterCarriageReturn = false;
    return skip;
  }

  #noteHits(state: number): void {
    const line = this.#history.lines + 1;
    for (const listener of this.#automaton.listeners[state >>> 8] ?? []) {
      if (this.#seenIn[listener] === line) continue;
      this.#seenIn[listener] = line;
      this.#hits.push(listener);
    }
  }

  #endLine(chunk: Uint8Array, start: number, end: number): void {
    if (this.#carry.length === 0) {
      this.#history.add(chunk, start, end);
    } else {
      const whole = joined(this.#carry, chunk.subarray(start, Math.min(end, start + MAX_LINE_BYTES)));
      this.#history.add(whole, 0, whole.length);
      this.#carry = EMPTY;
    }
    this.#inLine = false;
    this.#onLine(this.#history.lines, this.#hits);
    if (this.#hits.length > 0) this.#hits.length = 0;
  }

  #carryOver(chunk: Uint8Array, start: number): void {
    if (start >= chunk.length) return;
    this.#inLine = true;
    if (this.#carry.length < MAX_LINE_BYTES) this.#carry = joined(this.#carry, chunk.subarray(start, start + MAX_LINE_BYTES));
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const length = Math.min(MAX_LINE_BYTES, head.length + tail.length);
  const all = new Uint8Array(length);
  all.set(head.subarray(0, length));
  all.set(tail.subarray(0, length - Math.min(head.length, length)), Math.min(head.length, length));
  return all;
}
