import type { PrintedLine } from '../log/history.ts';
import type { CleanLine } from '../log/text.ts';
import type { Passage } from './passages.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ESCAPE = '\x1b';
const REPLACEMENT = '\ufffd';

/** Longer lines seldom come again. */
const MAX_BYTES = 1_000;
/** Lines that are remembered, and their bytes; when there is no more room, all are forgotten. */
const MAX_LINES = 16_384;
const MAX_ARENA_BYTES = 2_097_152;
/**
 * So many lines are remembered the first time: what a small log says again is known at once, and a large one whose lines never come again
 * keeps room for those that do.
 */
const LINES_AT_ONCE = 12_288;
/** Places of the table: twice the lines, so that a search ends soon. */
const PLACES = 2 * MAX_LINES;
const MAX_STEPS = 32;
/** Places of the table of what comes after what. */
const NEXT_PLACES = 32_768;
/** Hashes of lines that came once. Only the second time a line is remembered: most lines never come again. */
const ONCE_PLACES = 131_072;
/** Hashes that share a place of it: where too many do, their lines are never known. */
const ONCE_WAYS = 4;

/** Stands where a line's time is noted, for one that has been forgotten alone: its bytes are found no more. */
const FORGOTTEN = 2;

const NONE: readonly number[] = [];

export const NO_PASSAGES: readonly Passage[] = [];

const HASH_START = 0x2f0b_4c47;
const HASH_FACTOR = 0x9e37_79b1;

/** A line that has come before, byte for byte. What is found out about it once need not be found out again. */
export interface KnownLine {
  /** The listeners whose hints it holds. */
  hits: readonly number[];
  /** The matchers, by their place in the registry, that would only tell once more what is known. */
  claims: readonly number[];
  /** The listeners that are rules, and recognise it. */
  proven: readonly number[];
  /** How much it sounds like a failure; `null` until somebody has weighed it. */
  weight: number | null;
  /** The line as expressions see it; `null` until somebody wants it. */
  clean: CleanLine | null;
  /** The line as it was printed, but for the prefix; `null` until somebody wants it. */
  printed: PrintedLine | null;
  /** What was read from this line on. */
  passages: readonly Passage[];
}

/** Notes that a listener makes nothing of a line: it is told no more when the line comes again. */
export function drop(line: KnownLine, listener: number): void {
  // A new array: the present one is being gone through.
  line.hits = line.hits.filter((hit) => hit !== listener);
}

/** Notes that a matcher has told all that it knows of a line: when it comes again, it is only claimed. */
export function claimOnly(line: KnownLine, order: number): void {
  line.claims = [...line.claims, order];
}

/** Notes that a rule recognises a line: it need not look again. */
export function prove(line: KnownLine, rule: number): void {
  if (!line.proven.includes(rule)) line.proven = [...line.proven, rule];
}

/**
 * The lines that come again and again: logs repeat themselves, in progress, retries and the same warning for each file.
 * It finds a line by its bytes (equal hashes are not enough: whoever writes a log could make them), without decoding.
 * Bounded in memory, and cheap for lines that it does not know.
 */
export class KnownLines {
  /** Where the line that was looked for ends: the index of its line end. */
  end = 0;
  /** Called when all lines have been forgotten. */
  onForget: () => void = () => {};
  #hash = 0;
  #lines: KnownLine[] = [];
  /** The line that was found last; -1 where the last one was not known. */
  #last = -1;
  /** The one before it. */
  #beforeLast = -1;
  /** The line that came after two others, plus 1: logs repeat whole passages, and so most lines are found without a search. */
  readonly #next = new Uint16Array(NEXT_PLACES);
  readonly #places = new Uint16Array(PLACES);
  readonly #once = new Int32Array(ONCE_PLACES);
  readonly #hashes = new Int32Array(MAX_LINES);
  readonly #timed = new Uint8Array(MAX_LINES);
  /** 1 for a line that holds no hint (any more): what else is known of it lies elsewhere in memory, and need not be looked at. */
  readonly #isQuiet = new Uint8Array(MAX_LINES);
  readonly #offsets = new Uint32Array(MAX_LINES + 1);
  readonly #arena = new DataView(new ArrayBuffer(MAX_ARENA_BYTES));

  /**
   * Looks for the line that begins at `start`, without the runner's time; sets `end`.
   * @param timed the runner's time stands before it: the same bytes can mean something else without.
   * @returns the line; `null` when it is not known, and `undefined` when it is too long or does not end here.
   */
  find(bytes: DataView, start: number, timed: boolean): KnownLine | null | undefined {
    const place = ((Math.imul(this.#beforeLast + 1, HASH_FACTOR) >>> 16) ^ (this.#last + 1)) & (NEXT_PLACES - 1);
    this.#beforeLast = this.#last;
    const expected = (this.#next[place] as number) - 1;
    if (expected >= 0 && this.#isAt(expected, bytes, start, timed)) {
      this.#last = expected;
      this.end = start + this.#lengthOf(expected);
      return this.#lines[expected] as KnownLine;
    }
    this.#last = -1;
    const end = this.#hashLine(bytes, start, timed);
    if (end < 0) return undefined;
    this.end = end;
    const index = this.#search(bytes, start, timed);
    if (index < 0) return null;
    this.#next[place] = index + 1;
    this.#last = index;
    return this.#lines[index] as KnownLine;
  }

  /** The hints of the line that was found last. */
  hits(): readonly number[] {
    if (this.#isQuiet[this.#last] === 1) return NONE;
    const { hits } = this.#lines[this.#last] as KnownLine;
    if (hits.length === 0) this.#isQuiet[this.#last] = 1;
    return hits;
  }

  /** The place of the line among those that are remembered; -1 when it is not there. */
  #search(bytes: DataView, start: number, timed: boolean): number {
    const hash = this.#hash;
    for (let step = 0, place = hash; step < MAX_STEPS; step++, place++) {
      const index = (this.#places[place & (PLACES - 1)] as number) - 1;
      if (index < 0) return -1;
      if (this.#hashes[index] === hash && this.#isAt(index, bytes, start, timed)) return index;
    }
    return -1;
  }

  /**
   * Takes down the line that was looked for last and not found, if it has come before or there is much room.
   * @param hits is kept, unless it is empty
   * @returns the line; `null` when it was not taken down
   */
  learn(bytes: DataView, start: number, timed: boolean, hits: readonly number[]): KnownLine | null {
    const hash = this.#hash;
    if (this.#isNew(hash) && this.#lines.length >= LINES_AT_ONCE) return null;
    const length = this.end - start;
    const index = this.#lines.length;
    const offset = this.#offsets[index] as number;
    if (index === MAX_LINES || offset + length > MAX_ARENA_BYTES) {
      this.forget();
      return null;
    }
    const place = this.#freePlace(hash);
    if (place < 0) return null;
    for (let at = 0; at < length; at++) this.#arena.setUint8(offset + at, bytes.getUint8(start + at));
    this.#places[place] = index + 1;
    this.#hashes[index] = hash;
    this.#timed[index] = Number(timed);
    this.#isQuiet[index] = 0;
    this.#offsets[index + 1] = offset + length;
    const line: KnownLine = {
      hits: hits.length === 0 ? NONE : hits,
      claims: NONE,
      proven: NONE,
      weight: null,
      clean: null,
      printed: null,
      passages: NO_PASSAGES,
    };
    this.#lines.push(line);
    return line;
  }

  /** Takes a listener that wants no more out of all lines. */
  drop(listener: number): void {
    for (const line of this.#lines) {
      if (line.hits.includes(listener)) drop(line, listener);
    }
  }

  /** Forgets all lines. */
  forget(): void {
    this.#lines = [];
    this.#places.fill(0);
    this.#next.fill(0);
    this.#last = -1;
    this.#beforeLast = -1;
    this.onForget();
  }

  /**
   * Forgets the lines that hold one of these texts, as far as it can be told: those with escapes too, which may stand in the midst of
   * one. What is remembered of the others stays.
   */
  forgetHolding(texts: readonly string[]): void {
    if (texts.some((text) => text.includes(REPLACEMENT))) {
      this.forget();
      return;
    }
    const arena = Buffer.from(this.#arena.buffer, 0, this.#offsets[this.#lines.length]);
    for (const sought of [...texts, ESCAPE].map((text) => Buffer.from(text))) {
      for (let at = arena.indexOf(sought); at >= 0; ) {
        const index = this.#lineAt(at);
        const behind = this.#offsets[index + 1] as number;
        if (at + sought.length <= behind) this.#timed[index] = FORGOTTEN;
        at = arena.indexOf(sought, behind);
      }
    }
  }

  /** The line whose bytes lie at an offset of the arena. */
  #lineAt(offset: number): number {
    let first = 0;
    for (let behind = this.#lines.length; behind - first > 1; ) {
      const middle = (first + behind) >> 1;
      if ((this.#offsets[middle] as number) <= offset) first = middle;
      else behind = middle;
    }
    return first;
  }

  /** Whether no line of this hash has come lately. Where several share a place, the oldest one makes room. */
  #isNew(hash: number): boolean {
    const once = this.#once;
    const place = hash & (ONCE_PLACES - ONCE_WAYS);
    for (let way = place; way < place + ONCE_WAYS; way++) if (once[way] === hash) return false;
    for (let way = place + ONCE_WAYS - 1; way > place; way--) once[way] = once[way - 1] as number;
    once[place] = hash;
    return true;
  }

  #freePlace(hash: number): number {
    for (let step = 0; step < MAX_STEPS; step++) {
      const place = (hash + step) & (PLACES - 1);
      if (this.#places[place] === 0) return place;
    }
    return -1;
  }

  /** Hashes up to the line end, four bytes a step; returns where that is, or -1. */
  #hashLine(bytes: DataView, start: number, timed: boolean): number {
    const limit = Math.min(bytes.byteLength, start + MAX_BYTES);
    let hash = timed ? HASH_START : ~HASH_START;
    let index = start;
    for (;;) {
      for (; index + 4 <= limit; index += 4) {
        const word = bytes.getInt32(index, true);
        if (holdsControl(word)) break;
        hash = Math.imul(hash ^ word, HASH_FACTOR);
        hash ^= hash >>> 15;
      }
      for (const stop = Math.min(limit, index + 4); index < stop; index++) {
        const byte = bytes.getUint8(index);
        if (isLineEnd(byte)) {
          hash = Math.imul(hash ^ (index - start), HASH_FACTOR);
          this.#hash = hash ^ (hash >>> 16);
          return index;
        }
        hash = Math.imul(hash ^ byte, HASH_FACTOR);
      }
      if (index >= limit) return -1;
    }
  }

  /** Whether the remembered line stands at `start`, from there to its end. */
  #isAt(index: number, bytes: DataView, start: number, timed: boolean): boolean {
    const length = this.#lengthOf(index);
    const end = start + length;
    if (end >= bytes.byteLength || !isLineEnd(bytes.getUint8(end)) || this.#timed[index] !== Number(timed)) return false;
    return this.#isSame(this.#offsets[index] as number, bytes, start, length);
  }

  /** Compares four bytes a step; the last step may overlap the one before. */
  #isSame(offset: number, bytes: DataView, start: number, length: number): boolean {
    const last = length - 4;
    for (let at = 0; at < last; at += 4) {
      if (this.#arena.getInt32(offset + at, true) !== bytes.getInt32(start + at, true)) return false;
    }
    if (last >= 0) return this.#arena.getInt32(offset + last, true) === bytes.getInt32(start + last, true);
    for (let at = 0; at < length; at++) if (this.#arena.getUint8(offset + at) !== bytes.getUint8(start + at)) return false;
    return true;
  }

  #lengthOf(index: number): number {
    return (this.#offsets[index + 1] as number) - (this.#offsets[index] as number);
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** Whether one of four bytes is below 16, as line ends are: exact, by the borrow of a subtraction. */
function holdsControl(word: number): boolean {
  return (((word & 0xf0f0_f0f0) - 0x0101_0101) & ~(word & 0xf0f0_f0f0) & 0x8080_8080) !== 0;
}
