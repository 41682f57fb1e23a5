import { MAX_DROPPED_FINDINGS, MAX_FOLLOW_LINES, MAX_IDLE_READS } from '../limits.ts';
import { type Finding, type Line, type LineReader, type Matcher, type Report, readerOf } from '../matchers/matcher.ts';
import type { CauseCategory } from '../types.ts';
import { claimOnly, drop, type KnownLine } from './known-lines.ts';

/** Where the readers of all matchers report to. */
export interface ReportSink extends Omit<Report, 'diagnostic'> {
  /** Returns whether the finding was kept. */
  diagnostic(matcher: Matcher, finding: Finding, cause?: CauseCategory): boolean;
  /** A matcher has read too much in vain: it is given no more. */
  worn(listener: number): void;
}

interface ActiveReader {
  /** The matcher's place in the registry. */
  readonly order: number;
  readonly reader: LineReader;
  readonly report: Report;
  /** Lines in a row that it asked for. */
  followed: number;
  /** Lines read since it last reported something. */
  idle: number;
  /** Findings that nobody kept. */
  dropped: number;
  /** The last line that it was to read. */
  line: number;
  /** It has asked for the present line. */
  hasAsked: boolean;
  /** It has done more with the present line than tell what is known already. */
  hasEffect: boolean;
}

/**
 * The readers of all matchers, for one log. A reader that reads very much in vain is given no more: a hostile log may
 * hold nothing but hints.
 */
export class MatcherReaders {
  readonly #readers: ActiveReader[];
  /** Those that asked for the next line, and how many. Here and below arrays of a fixed length: to cut one off is slow. */
  #following: ActiveReader[];
  #followers = 0;
  /** Those that read the present line, and how many. */
  #wanting: ActiveReader[];
  #wanted = 0;
  readonly #sink: ReportSink;
  readonly #firstListener: number;

  /** @param firstListener the listener of the automaton that is the first matcher; the others follow. */
  constructor(matchers: readonly Matcher[], firstListener: number, sink: ReportSink) {
    this.#sink = sink;
    this.#firstListener = firstListener;
    this.#readers = matchers.map((matcher, order) => ({
      order,
      reader: readerOf(matcher),
      report: this.#reportOf(matcher, order, sink),
      followed: 0,
      idle: 0,
      dropped: 0,
      line: 0,
      hasAsked: false,
      hasEffect: false,
    }));
    this.#following = [...this.#readers];
    this.#wanting = [...this.#readers];
  }

  /** Whether a reader asked for the next line. */
  get isFollowing(): boolean {
    return this.#followers > 0;
  }

  /** Nobody is given the next line for having asked for it. */
  endFollowing(): void {
    this.#followers = 0;
  }

  /** Gives the line to the readers whose hint it holds, and to those that asked for it, in the registry's order. */
  read(line: Line, hits: readonly number[], known: KnownLine | null): void {
    const wanting = this.#following;
    this.#following = this.#wanting;
    this.#wanting = wanting;
    this.#wanted = this.#followers;
    this.#followers = 0;
    for (let at = 0; at < this.#wanted; at++) {
      const active = wanting[at] as ActiveReader;
      active.line = line.number;
      active.hasAsked = true;
    }
    for (const hit of hits) if (hit >= this.#firstListener) this.#call(hit - this.#firstListener, line.number);
    for (let at = 0; at < this.#wanted; at++) this.#show(wanting[at] as ActiveReader, line, known);
  }

  #show(active: ActiveReader, line: Line, known: KnownLine | null): void {
    const { hasAsked, order } = active;
    active.hasAsked = false;
    if (known && !hasAsked && known.claims.includes(order)) {
      this.#sink.claim(line.number);
      return;
    }
    active.hasEffect = false;
    active.idle++;
    const answer = active.reader.read(line, active.report);
    if (answer === true) {
      if (active.followed++ < MAX_FOLLOW_LINES) this.#following[this.#followers++] = active;
    } else if (known && !hasAsked) {
      if (answer === null) drop(known, order + this.#firstListener);
      else if (answer === 'told' && !active.hasEffect) claimOnly(known, order);
    }
    if (active.idle >= MAX_IDLE_READS) this.#sink.worn(order + this.#firstListener);
  }

  /** Lets a reader whose hint the line holds read it, at its place in the order. */
  #call(order: number, line: number): void {
    const active = this.#readers[order];
    if (!active || active.idle >= MAX_IDLE_READS) return;
    active.followed = 0;
    if (active.line === line) return;
    active.line = line;
    const wanting = this.#wanting;
    let at = this.#wanted++;
    for (; at > 0; at--) {
      const before = wanting[at - 1] as ActiveReader;
      if (before.order < order) break;
      wanting[at] = before;
    }
    wanting[at] = active;
  }

  /** The log has ended. */
  finish(): void {
    for (const { reader, report } of this.#readers) reader.finish?.(report);
  }

  #reportOf(matcher: Matcher, order: number, sink: ReportSink): Report {
    return {
      previous: sink.previous,
      isClaimed: sink.isClaimed,
      claim: (line) => {
        this.#noteEffect(order);
        sink.claim(line);
      },
      tests: sink.tests,
      diagnostic: (finding, cause) => this.#note(order, sink.diagnostic(matcher, finding, cause)),
      highlight: (startLine, endLine, weight) => {
        this.#note(order, true);
        sink.highlight(startLine, endLine, weight);
      },
    };
  }

  #noteEffect(order: number): void {
    const active = this.#readers[order];
    if (active) active.hasEffect = true;
  }

  /** A matcher that reports goes on, unless what it reports is no longer kept. */
  #note(order: number, isKept: boolean): void {
    const active = this.#readers[order];
    if (!active) return;
    if (isKept) active.hasEffect = true;
    else active.dropped++;
    active.idle = active.dropped > MAX_DROPPED_FINDINGS ? MAX_IDLE_READS : 0;
  }
}
