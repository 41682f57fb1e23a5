import { CLASS_BITS, type HintAutomaton, lowerCase } from '../dispatch/hints.ts';
import { type KnownLine, KnownLines } from '../dispatch/known-lines.ts';
import { MAX_LINE_BYTES } from '../limits.ts';
import { EscapeSkipper } from './escape-skipper.ts';
import { EscapesBackwards } from './escapes-backwards.ts';
import { LineHistory, type PrintedLine } from './history.ts';
import { isRunnerTime, RUNNER_TIME_BYTES } from './runner-time.ts';
import type { CleanLine } from './text.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const EMPTY = Buffer.alloc(0);

/**
 * What the scanner tells about each line. `hits` are listeners of the automaton, each once.
 * `known` is there for a line that has come before.
 */
export type LineHandler = (number: number, hits: readonly number[], known: KnownLine | null) => void;

/**
 * Splits bytes into lines (`\n`, `\r\n`, lone `\r`) and finds the hints in them in the same pass, without
 * decoding. Holds the last lines as bytes for looking back; nothing else of a chunk is kept after `push` has returned.
 */
export class LineScanner {
  readonly #automaton: HintAutomaton;
  readonly #onLine: LineHandler;
  readonly #seenIn: Float64Array;
  #hits: number[] = [];
  readonly #history = new LineHistory();
  readonly #escapes = new EscapeSkipper();
  readonly #backwards = new EscapesBackwards();
  readonly #known = new KnownLines();
  #view: DataView = new DataView(EMPTY.buffer, EMPTY.byteOffset, 0);
  #state = 0;
  /** Where the present line begins in the chunk. */
  #start = 0;
  /** The state before the byte that needs attention. */
  #stateBefore = 0;
  #carry: Buffer = EMPTY;
  #inLine = false;
  #hasEscape = false;
  /** The beginning of a line that may turn out to be the runner's time; not yet scanned. */
  #held: Buffer = EMPTY;
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
    if (given.length === 0) return;
    const chunk = bufferOf(given);
    if (this.#held.length === 0) {
      this.#take(chunk);
      return;
    }
    // Only the line that was held is put together: a copy of all of the chunk would cost more than the rest of the work with it.
    const lineEnd = chunk.indexOf(LINE_FEED);
    const rest = lineEnd < 0 ? chunk.length : lineEnd + 1;
    this.#take(Buffer.concat([this.#held, chunk.subarray(0, rest)]));
    if (rest < chunk.length) this.#take(chunk.subarray(rest));
  }

  /** Ends a last line that has no line end. */
  end(): void {
    if (this.#held.length > 0) this.#take(this.#held, false);
    this.#start = 0;
    if (this.#inLine) this.#endLine(EMPTY, 0);
    this.#state = this.#automaton.lineEnd;
    this.#escapes.reset();
    this.#afterCarriageReturn = false;
  }

  #take(chunk: Buffer, mayHold = true): void {
    this.#held = EMPTY;
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#history.begin(chunk);
    this.#start = this.#skipSplitLineEnd(chunk);
    let isAtBeginning = this.#inLine ? this.#goOn(chunk) : true;
    while (isAtBeginning && this.#start < chunk.length) {
      if (mayHold && isBeginning(chunk, this.#start)) {
        this.#held = Buffer.from(chunk.subarray(this.#start));
        this.#start = chunk.length;
      } else {
        isAtBeginning = this.#readLine(chunk);
      }
    }
    this.#carryOver(chunk, this.#start);
    this.#history.detach();
  }

  /** Goes on with a line that the last chunk has cut; returns whether it ends in this one. */
  #goOn(chunk: Buffer): boolean {
    const end = this.#scan(chunk, this.#escapes.resume(chunk, this.#start));
    if (end === chunk.length) return false;
    this.#endLine(chunk, end);
    return true;
  }

  /** Reads the line that begins at `#start`; returns whether it ends in the chunk. */
  #readLine(chunk: Buffer): boolean {
    const start = this.#start;
    const text = isRunnerTime(chunk, start) ? start + RUNNER_TIME_BYTES : start;
    const known = this.#known.find(this.#view, text, text !== start);
    if (known) {
      const { end } = this.#known;
      this.#history.add(start, end);
      this.#start = this.#afterLineEnd(chunk, end);
      this.#onLine(this.#history.lines, this.#known.hits(), known);
      return true;
    }
    this.#state = this.#automaton.lineEnd;
    const end = this.#scan(chunk, text);
    if (end === chunk.length) return false;
    this.#endLine(chunk, end, known === null ? this.#known.learn(this.#view, text, text !== start, this.#hits) : null);
    return true;
  }

  /** The bytes of a line among the last ones (the present line included), or `undefined` when it is gone. */
  bytesOf(line: number): Uint8Array | undefined {
    return this.#history.bytesOf(line);
  }

  /** The line as expressions see it, among the last ones; `undefined` when it is gone. */
  lineOf(line: number): CleanLine | undefined {
    return this.#history.lineOf(line);
  }

  /** The line as it was printed, among the last ones; `undefined` when it is gone. */
  printedOf(line: number): PrintedLine | undefined {
    return this.#history.printedOf(line);
  }

  /** Tells no more hits of a listener. */
  mute(listener: number): void {
    this.#seenIn[listener] = Number.POSITIVE_INFINITY;
    this.#known.drop(listener);
  }

  /** Tells `listener` whenever all that was known of lines has been forgotten. */
  whenForgotten(listener: () => void): void {
    this.#known.onForget = listener;
  }

  /** Forgets what is known of lines that hold one of these texts: they mean something else from now on. */
  forgetHolding(texts: readonly string[]): void {
    this.#known.forgetHolding(texts);
  }

  #skipSplitLineEnd(chunk: Buffer): number {
    const skip = this.#afterCarriageReturn && chunk[0] === LINE_FEED ? 1 : 0;
    this.#afterCarriageReturn = false;
    return skip;
  }

  /** Scans up to the end of the line, noting the hints; returns its index, or the chunk's length. */
  #scan(chunk: Buffer, from: number): number {
    const { lineEnd, escapeStart } = this.#automaton;
    let index = from;
    for (;;) {
      index = this.#nextNotable(chunk, index);
      if (index === chunk.length || this.#state === lineEnd) return index;
      if (this.#state === escapeStart) {
        this.#state = this.#stateBefore;
        this.#hasEscape = true;
        index = this.#escapes.skip(chunk, index);
      } else {
        this.#noteHits(this.#state, chunk, index);
        index++;
      }
    }
  }

  /**
   * Runs on to the next byte that needs attention; returns its index, or the chunk's length. Nearly all of a scan is
   * spent here: a function of its own, which calls nothing, keeps all that it needs in registers.
   */
  #nextNotable(chunk: Buffer, from: number): number {
    const { classes, transitions, firstNotable } = this.#automaton;
    const { length } = chunk;
    let state = this.#state;
    let before = state;
    let index = from;
    for (; index < length; index++) {
      before = state;
      state = transitions[(state << CLASS_BITS) | (classes[chunk[index] as number] as number)] as number;
      if (state >= firstNotable) break;
    }
    this.#state = state;
    this.#stateBefore = before;
    return index;
  }

  /** The index of the next line's first byte. */
  #afterLineEnd(chunk: Buffer, index: number): number {
    if (chunk[index] === CARRIAGE_RETURN) {
      if (chunk[index + 1] === LINE_FEED) return index + 2;
      if (index + 1 === chunk.length) this.#afterCarriageReturn = true;
    }
    return index + 1;
  }

  #noteHits(ended: number, chunk: Buffer, index: number): void {
    const line = this.#history.lines + 1;
    const { firsts, listeners } = this.#automaton.ends;
    const state = ended - this.#automaton.firstNotable;
    const behind = firsts[state + 1] as number;
    for (let end = firsts[state] as number; end < behind; end++) {
      const listener = listeners[end] as number;
      if ((this.#seenIn[listener] as number) >= line || !this.#isExact(end, chunk, index + 1)) continue;
      this.#seenIn[listener] = line;
      this.#hits.push(listener);
    }
  }

  /**
   * Whether the hint's very bytes stand there, if it has any that the automaton does not tell apart. Where that can't be seen
   * (a line cut by the chunk, a very long link among them) they count as right.
   * @param behind the index behind the hint's last byte in the chunk.
   */
  #isExact(end: number, chunk: Buffer, behind: number): boolean {
    const { exactFrom, exactBytes, isCaseSensitive } = this.#automaton.ends;
    const from = exactFrom[end] as number;
    const to = exactFrom[end + 1] as number;
    if (from === to) return true;
    if (this.#hasEscape) this.#backwards.start(chunk, this.#start, behind);
    let at = behind;
    for (let index = to - 1; index >= from; index--) {
      at = this.#hasEscape ? this.#backwards.previous() : at - 1;
      if (at < this.#start) return this.#inLine;
      const byte = chunk[at] as number;
      const isSame = (isCaseSensitive[end] === 1 ? byte : lowerCase(byte)) === exactBytes[index];
      if (!isSame) return this.#hasEscape && this.#backwards.isUnsure;
    }
    return true;
  }

  #endLine(chunk: Buffer, end: number, learned: KnownLine | null = null): void {
    const start = this.#start;
    this.#start = this.#afterLineEnd(chunk, end);
    if (this.#carry.length === 0) {
      this.#history.add(start, end);
    } else {
      const whole = joined(this.#carry, chunk.subarray(start, Math.min(end, start + MAX_LINE_BYTES)));
      this.#history.addWhole(whole);
      this.#carry = EMPTY;
    }
    this.#inLine = false;
    this.#hasEscape = false;
    const hits = this.#hits;
    if (hits.length > 0) this.#hits = [];
    this.#onLine(this.#history.lines, hits, learned);
  }

  #carryOver(chunk: Buffer, start: number): void {
    if (start >= chunk.length) return;
    this.#inLine = true;
    if (this.#carry.length < MAX_LINE_BYTES) this.#carry = joined(this.#carry, chunk.subarray(start, start + MAX_LINE_BYTES));
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  // One class of arrays keeps the loop fast, and a Buffer can decode a part of itself.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Whether the chunk ends within what may be the runner's time. */
function isBeginning(chunk: Buffer, index: number): boolean {
  return chunk.length - index < RUNNER_TIME_BYTES && !chunk.includes(LINE_FEED, index) && !chunk.includes(CARRIAGE_RETURN, index);
}

/** A copy, cut at `MAX_LINE_BYTES`. */
function joined(head: Buffer, tail: Buffer): Buffer {
  const all = Buffer.allocUnsafeSlow(Math.min(MAX_LINE_BYTES, head.length + tail.length));
  tail.copy(all, head.copy(all));
  return all;
}
