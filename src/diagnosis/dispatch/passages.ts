import { MAX_FOLLOW_LINES, MAX_PASSAGE_LINES, MAX_REPEATED_LINES } from '../limits.ts';
import { type KnownLine, NO_PASSAGES } from './known-lines.ts';

/** Passages that begin with the same line; the ones that were read longest ago make room. */
const MAX_ALIKE = 32;

/** Lines of all passages that are remembered; when there is no more room, all are forgotten. */
const MAX_REMEMBERED_LINES = 131_072;

/** A passage has to come so often before it is left out. */
const MIN_TIMES = 2;

/** Passages behind which one has been read; where it comes behind others, it is always read. */
const MAX_BEFORE = 16;

/** Lines that are read below what is new, whether or not they have come before: whoever reads it may follow it so far. */
const LINES_BELOW = MAX_FOLLOW_LINES;

/** Lines that were read one behind the other: from one that somebody wanted to read, to the one behind which nobody waits for more. */
export interface Passage {
  readonly id: number;
  readonly lines: readonly KnownLine[];
  /** The lines above that somebody looked at, upwards; `null` for one that is not known. */
  readonly above: readonly (KnownLine | null)[];
  /** Somebody did wait for more, and a step's header ended it. */
  readonly isCut: boolean;
  times: number;
  /** The passages behind which it has come. */
  readonly before: Set<number>;
}

/** Stands for the passage before the first one of a step. */
const STEP = 0;

/**
 * The passages that come again line by line. Very large logs are large because they repeat themselves, and whoever has
 * read a passage twice learns nothing from reading it a thousand times. So once `MAX_REPEATED_LINES` have been read
 * again, such a passage is left out where it comes behind one that it has come behind before: its lines are held back from its
 * first one on, and read after all when one differs.
 */
export class RepeatedPassages {
  readonly #knownAt: (line: number) => KnownLine | null;
  /** The lines with which a passage begins. */
  readonly #firsts = new Set<KnownLine>();
  #newest = 0;
  #remembered = 0;
  #repeated = 0;
  /** Of the passage that is being read; `null` where a line is not known, or nothing is being read. */
  #reading: KnownLine[] | null = null;
  #firstLine = 0;
  /** The uppermost line that somebody has looked at meanwhile. */
  #topLine = 0;
  /** Passages that begin with the lines held back. */
  #candidates: readonly Passage[] = [];
  #held = 0;
  /** The passage before, read or left out. */
  #previous = STEP;
  /** Lines that are still to be read, since something new stands above them. */
  #below = 0;

  /** @param knownAt what is known of one of the last lines */
  constructor(knownAt: (line: number) => KnownLine | null) {
    this.#knownAt = knownAt;
  }

  /** Lines that are held back: the last ones before the present line. */
  get held(): number {
    return this.#held;
  }

  /** A line is going to be read for which nobody has waited. */
  begin(line: number): void {
    this.#reading = [];
    this.#firstLine = line;
    this.#topLine = line;
  }

  /** Notes that somebody looks at a line above the one that is being read. */
  lookedAt(line: number): void {
    this.#topLine = Math.min(this.#topLine, line);
  }

  /**
   * Notes a line that was read.
   * @param isAwaiting somebody waits for the next one
   */
  note(known: KnownLine | null, isAwaiting: boolean): void {
    if (this.#below > 0) this.#below--;
    if (known === null || this.#reading?.length === MAX_PASSAGE_LINES) {
      this.#reading = null;
      this.#below = LINES_BELOW;
    }
    if (known !== null) this.#reading?.push(known);
    if (!isAwaiting) this.#end(false);
  }

  /** A step's header ends what was being read, and what was read before. */
  beginStep(): void {
    this.#end(true);
    this.#previous = STEP;
    this.#below = 0;
  }

  /**
   * Holds the line back, if it and those held back already begin a passage that is left out; `null` if not. `whole`: it is
   * the last line of the passage.
   */
  holds(line: number, known: KnownLine | null): 'part' | 'whole' | null {
    if (known === null || this.#repeated < MAX_REPEATED_LINES || (this.#held === 0 && this.#below > 0)) return null;
    const candidates = this.#held === 0 ? known.passages : this.#candidates;
    const only = candidates[0];
    if (candidates.length > 1 || !only) return this.#holdsOneOf(candidates, line, known);
    if (!this.#fits(only, line, known)) return null;
    this.#candidates = candidates;
    this.#held++;
    return this.#isWhole(only) ? 'whole' : 'part';
  }

  /** Whether the header of a step, which comes now, ends a passage that is left out, and that is held back. */
  endsByStep(): boolean {
    return this.#held > 0 && this.#candidates.some(({ lines, isCut }) => isCut && lines.length === this.#held);
  }

  /** The lines held back are left out. */
  leaveOut(): void {
    this.#previous = this.#candidates.find(({ lines }) => lines.length === this.#held)?.id ?? STEP;
    this.#held = 0;
  }

  /** The lines held back are to be read. */
  release(): void {
    this.#held = 0;
  }

  /** Forgets all passages: lines mean something else from now on, or are known no longer. */
  forget(): void {
    for (const first of this.#firsts) first.passages = NO_PASSAGES;
    this.#firsts.clear();
    this.#candidates = [];
    this.#remembered = 0;
    this.#reading = null;
    this.#previous = STEP;
    this.#below = LINES_BELOW;
  }

  #holdsOneOf(candidates: readonly Passage[], line: number, known: KnownLine): 'part' | 'whole' | null {
    const fitting = candidates.filter((passage) => this.#fits(passage, line, known));
    if (fitting.length === 0) return null;
    this.#candidates = fitting;
    this.#held++;
    // Where one passage is the beginning of another, the next line tells which one it is.
    return fitting.every((passage) => this.#isWhole(passage)) ? 'whole' : 'part';
  }

  #fits({ lines, above, times, before }: Passage, line: number, known: KnownLine): boolean {
    if (lines[this.#held] !== known) return false;
    if (this.#held > 0) return true;
    if (times < MIN_TIMES || !before.has(this.#previous)) return false;
    return above.every((one, index) => one !== null && one === this.#knownAt(line - 1 - index));
  }

  #isWhole({ lines, isCut }: Passage): boolean {
    return lines.length === this.#held && !isCut;
  }

  #end(isCut: boolean): void {
    const lines = this.#reading;
    this.#reading = null;
    const first = lines?.[0];
    if (!lines || !first) return;
    const above: (KnownLine | null)[] = [];
    for (let line = this.#firstLine - 1; line >= this.#topLine; line--) above.push(this.#knownAt(line));
    const known = first.passages.find((one) => one.isCut === isCut && areSame(one.lines, lines) && areSame(one.above, above));
    if (!known) {
      this.#remember(first, { lines, above, isCut });
      return;
    }
    known.times++;
    this.#repeated += lines.length;
    if (!known.before.has(this.#previous)) {
      this.#below = LINES_BELOW;
      if (known.before.size < MAX_BEFORE) known.before.add(this.#previous);
    }
    this.#previous = known.id;
    if (first.passages.length === MAX_ALIKE) first.passages = [known, ...first.passages.filter((one) => one !== known)];
  }

  #remember(first: KnownLine, read: Pick<Passage, 'lines' | 'above' | 'isCut'>): void {
    this.#remembered += read.lines.length + read.above.length;
    if (this.#remembered > MAX_REMEMBERED_LINES) {
      this.forget();
      return;
    }
    const passage = { ...read, id: ++this.#newest, times: 1, before: new Set([this.#previous]) };
    first.passages = [passage, ...first.passages.slice(0, MAX_ALIKE - 1)];
    this.#firsts.add(first);
    this.#previous = passage.id;
    this.#below = LINES_BELOW;
  }
}

function areSame<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}
