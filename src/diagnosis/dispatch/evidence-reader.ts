import type { Baseline } from '../baseline/baseline.ts';
import { CAUSE_RULES } from '../causes/cause-rules.ts';
import type { Evidence } from '../excerpt/evidence.ts';
import { HISTORY_LINES, LAST_LINES, MAX_LOOK_BACK_LINES } from '../limits.ts';
import type { RetainedLines } from '../log/retained.ts';
import type { ProblemMatcher } from '../matchers/problem-matcher.ts';
import { ProblemMatcherReaders } from '../matchers/problem-matcher-readers.ts';
import { MATCHERS } from '../matchers/registry.ts';
import { FIRST_MATCHER } from './dispatcher.ts';
import type { KnownLine } from './known-lines.ts';
import { RepeatedPassages } from './passages.ts';
import { MatcherReaders } from './readers.ts';
import type { RecentLines } from './recent-lines.ts';
import { SignReaders } from './sign-readers.ts';

/** A line: nobody wants to read it; somebody does; it is the header of a step. */
const UNWANTED = 0;
const WANTED = 1;
const HEADER = 2;
/** What becomes of it: it has been read; it is the first line of a passage that was left out, or a further one. */
const READ = 3;
const LEFT_OUT_FIRST = 4;
const LEFT_OUT = 5;

/** Lines above a new one that are read after all, where they were left out: what it means may hang on them. */
const CONTEXT_LINES = 20;

const NONE: readonly number[] = [];

/** What an `EvidenceReader` works with. */
export interface EvidenceParts {
  readonly lines: RecentLines;
  readonly retained: RetainedLines;
  readonly evidence: Evidence;
  readonly baseline: Baseline;
  readonly problemMatchers: readonly ProblemMatcher[];
  /** Takes no more hints of a listener. */
  mute(listener: number): void;
}

/**
 * Reads the lines of a log for what they tell of the failure, with all matchers and rules. Passages that have been read
 * often enough are left out.
 */
export class EvidenceReader {
  readonly #lines: RecentLines;
  readonly #retained: RetainedLines;
  readonly #evidence: Evidence;
  readonly #baseline: Baseline;
  readonly #readers: MatcherReaders;
  readonly #problemMatchers: ProblemMatcherReaders;
  readonly #signs: SignReaders;
  readonly #passages: RepeatedPassages;
  /** `UNWANTED` and its kin: of the last lines, by the last digits of their numbers. */
  readonly #states = new Uint8Array(HISTORY_LINES);
  /** The hints of those among them that are not known. */
  readonly #hits: (readonly number[])[] = new Array(LAST_LINES).fill(NONE);
  readonly #hasOwn: boolean;
  /** The last line that is no longer to come: it has been read, is held back, or nobody wants it. */
  #passed = 0;
  /** The line that is being read. */
  #present = 0;
  #isAtEnd = false;
  #isStepDue = false;

  constructor({ lines, retained, evidence, baseline, problemMatchers, mute }: EvidenceParts) {
    this.#lines = lines;
    this.#retained = retained;
    this.#evidence = evidence;
    this.#baseline = baseline;
    this.#signs = new SignReaders(evidence, mute);
    this.#hasOwn = problemMatchers.length > 0;
    this.#passages = new RepeatedPassages((line) => lines.knownAt(line));
    const { findings } = evidence;
    this.#readers = new MatcherReaders(MATCHERS, FIRST_MATCHER, {
      previous: (distance) => {
        if (distance <= MAX_LOOK_BACK_LINES) this.#passages.lookedAt(this.#present - distance);
        return lines.before(this.#present, distance);
      },
      diagnostic: (matcher, finding, cause) => evidence.diagnostic(matcher, finding, cause),
      highlight: (startLine, endLine, weight) => evidence.highlight(startLine, endLine, weight),
      tests: (report) => findings.addTests(report),
      isClaimed: (line) => findings.isClaimed(line) || this.#problemMatchers.holds(line),
      claim: (line) => findings.claim(line),
      worn: mute,
    });
    this.#problemMatchers = new ProblemMatcherReaders(problemMatchers, {
      diagnostic: (matcher, finding) => evidence.diagnostic(matcher, finding),
      isClaimed: (line) => findings.isClaimed(line),
    });
  }

  /**
   * Takes the next line.
   * @param hits listeners whose hints it holds
   * @param isHeader a step begins with it
   */
  take(number: number, hits: readonly number[], known: KnownLine | null, isHeader: boolean): void {
    if (number - this.#passed > LAST_LINES) this.#pass(++this.#passed);
    const isWanted = hits.length > 0;
    this.#states[number % HISTORY_LINES] = isHeader || this.#isStepDue ? HEADER : isWanted ? WANTED : UNWANTED;
    this.#isStepDue = false;
    if (known === null) this.#hits[number % LAST_LINES] = isWanted ? hits : NONE; // an empty list is filled for the next line
  }

  /** A step begins with the next line that is taken, whatever it says. */
  beginStep(): void {
    this.#isStepDue = true;
  }

  /** No line is known any longer. */
  forgetPassages(): void {
    this.#passages.forget();
  }

  /** Reads all lines before this one: nothing is left out of the last ones. */
  readAllBefore(line: number): void {
    this.#isAtEnd = true;
    while (this.#passed < line - 1) this.#pass(++this.#passed);
    this.#readHeld(line);
    this.#isAtEnd = false;
  }

  /**
   * The log has ended: reads what is left, and what nobody has looked for in the last lines, where a failure mostly stands.
   * @param lines how many the log has
   * @param unread the first of them that nobody is to read; past the last one if there is none
   */
  finish(lines: number, unread: number): void {
    this.readAllBefore(Math.min(lines + 1, unread));
    this.#evidence.isNoise = false;
    this.#present = lines;
    this.#readers.finish();
    const worn = this.#signs.worn();
    for (let number = Math.max(1, lines - HISTORY_LINES + 1); number <= lines; number++) {
      const rules = number >= unread ? CAUSE_RULES : worn;
      const line = rules.length > 0 ? this.#lines.lineAt(number) : null;
      if (line && !this.#baseline.has(line.text)) this.#signs.readWith(rules, line);
    }
  }

  #pass(number: number): void {
    if (number <= this.#retained.wantedUpTo) this.#retained.keepWanted(number);
    const state = this.#states[number % HISTORY_LINES];
    if (state === UNWANTED && this.#passages.held === 0 && !this.#isAsked) return; // most lines
    const known = this.#lines.knownAt(number);
    const hits = known === null ? (this.#hits[number % LAST_LINES] as readonly number[]) : known.hits;
    if (state === HEADER) this.#endPassage(number);
    else if (this.#leavesOut(number, hits, known)) return;
    if (hits.length > 0 || this.#isAsked) {
      if (state !== HEADER && !this.#readers.isFollowing) this.#readAbove(number);
      this.#read(number, hits, known);
    }
    if (state === HEADER) this.#beginStep();
  }

  /** Whether somebody reads the next line even without a hint. */
  get #isAsked(): boolean {
    return this.#readers.isFollowing || (this.#hasOwn && this.#problemMatchers.isReading);
  }

  /** Nothing that a tool writes goes on behind the header of a step, which is the next line. */
  #endPassage(header: number): void {
    if (this.#passages.endsByStep()) this.#leaveOut(header);
    this.#readHeld(header);
    this.#passages.beginStep();
  }

  #beginStep(): void {
    this.#readers.endFollowing();
    this.#passages.beginStep();
  }

  /** Whether the line belongs to a passage that has been read before; what was held back in vain is read first. */
  #leavesOut(number: number, hits: readonly number[], known: KnownLine | null): boolean {
    if (this.#isAtEnd) {
      this.#readHeld(number);
      return false;
    }
    if (this.#passages.held > 0) {
      if (this.#holds(number, known)) return true;
      this.#readHeld(number);
    }
    return hits.length > 0 && !this.#isAsked && this.#holds(number, known);
  }

  #holds(number: number, known: KnownLine | null): boolean {
    const answer = this.#passages.holds(number, known);
    if (answer === 'whole') this.#leaveOut(number + 1);
    return answer !== null;
  }

  /** Leaves the lines that were held back out, up to the one before `behind`. */
  #leaveOut(behind: number): void {
    const first = behind - this.#passages.held;
    this.#states[first % HISTORY_LINES] = LEFT_OUT_FIRST;
    for (let number = first + 1; number < behind; number++) this.#states[number % HISTORY_LINES] = LEFT_OUT;
    this.#passages.leaveOut();
  }

  /** Reads the lines before a line that were held back. */
  #readHeld(before: number): void {
    const first = before - this.#passages.held;
    this.#passages.release();
    this.#readAgain(first, before, true);
  }

  /** Reads what was left out right above a line. */
  #readAbove(number: number): void {
    let first = number;
    for (let above = number - 1; above >= Math.max(1, number - CONTEXT_LINES); above--) {
      const state = this.#states[above % HISTORY_LINES];
      if (state === READ) break;
      if (state === LEFT_OUT_FIRST) first = above;
    }
    this.#readAgain(first, number, false);
  }

  /**
   * Reads lines that have come by unread.
   * @param isInOrder they are the next ones to be read
   */
  #readAgain(first: number, before: number, isInOrder: boolean): void {
    for (let number = first; number < before; number++) {
      const known = this.#lines.knownAt(number);
      const hits = known?.hits ?? NONE;
      if (number <= this.#retained.wantedUpTo) this.#retained.keepWanted(number);
      if (hits.length > 0 || this.#isAsked) this.#read(number, hits, known, isInOrder);
    }
    if (first < before && before <= this.#retained.wantedUpTo) this.#retained.keepWanted(before);
  }

  #read(number: number, hits: readonly number[], known: KnownLine | null, isInOrder = true): void {
    const line = this.#lines.lineAt(number);
    if (!line) return;
    this.#present = number;
    this.#states[number % HISTORY_LINES] = READ;
    if (isInOrder && !this.#readers.isFollowing) this.#passages.begin(number);
    this.#evidence.isNoise = this.#baseline.has(line.text);
    this.#problemMatchers.read(line);
    this.#readers.read(line, hits, known);
    this.#problemMatchers.tell();
    if (isInOrder) this.#passages.note(known, this.#readers.isFollowing);
    if (hits.length > 0) this.#signs.read(line, hits, known);
  }
}
