import { Baseline } from './baseline/baseline.ts';
import { decideCause } from './causes/cause.ts';
import { FIRST_LOOK, FIRST_MATCHER, LOG_MODEL, PREFIXES, PRINTED_DIFFS, sharedAutomaton } from './dispatch/dispatcher.ts';
import { EvidenceReader } from './dispatch/evidence-reader.ts';
import { drop, type KnownLine } from './dispatch/known-lines.ts';
import { RecentLines } from './dispatch/recent-lines.ts';
import { Evidence } from './excerpt/evidence.ts';
import { chooseExcerpts } from './excerpt/excerpt.ts';
import type { Signal } from './excerpt/signals.ts';
import { fingerprintOf } from './fingerprint/fingerprint.ts';
import { HISTORY_LINES, MAX_LOOK_BACK_LINES } from './limits.ts';
import { LogModel } from './log/log.ts';
import { LinePrefixes } from './log/prefixes.ts';
import { RetainedLines } from './log/retained.ts';
import { LineScanner } from './log/scanner.ts';
import type { Line } from './matchers/matcher.ts';
import type { ProblemMatcher } from './matchers/problem-matcher.ts';
import { MATCHERS } from './matchers/registry.ts';
import { PrintedDiffs } from './printed-diffs/printed-diffs.ts';
import type { Diagnosis, Excerpt, FailedStep, PrintedDiff } from './types.ts';

/** How to analyse. */
export interface AnalyzerOptions {
  /** Of the last green log of the same job; its lines are no evidence. See `createBaselineBuilder`. */
  readonly baseline?: Baseline | undefined;
  /** The repository's own, beside the built-in matchers. They see every line, which costs time. */
  readonly problemMatchers?: readonly ProblemMatcher[] | undefined;
  /** Asked now and then; once it says `true`, the rest of the log is only counted (of its last lines, causes are
   * still read), and the diagnosis is partial. */
  readonly isOutOfTime?: () => boolean;
}

/** An analysis under way. Bytes in, a diagnosis out; no I/O, no clock. */
export interface LogAnalyzer {
  /** Takes the next bytes, of any length. Their memory may be reused afterwards. */
  push(chunk: Uint8Array): void;
  /**
   * Begins a step at the next line, for logs that come as a file for each step (GitHub's archive of a run): `name` is
   * the step's, in the order of the files. Without it the steps are read from the log itself.
   */
  startStep(name: string): void;
  /** Ends the log. Call it once. */
  finish(): Diagnosis;
  /** After `finish`: the text of an excerpt, one entry a line, cleaned; lines that were not kept are left out. */
  textOf(range: { startLine: number; endLine: number }): ExcerptLine[];
  /** After `finish`: the changes that tools printed. */
  printedDiffs(): PrintedDiff[];
}

export { createBaselineBuilder } from './baseline/baseline-builder.ts';

export interface ExcerptLine {
  line: number;
  text: string;
}

const LINES_BETWEEN_TIME_CHECKS = 256;

/** Starts the analysis of one log. */
export function createLogAnalyzer(options: AnalyzerOptions = {}): LogAnalyzer {
  return new Analysis(options);
}

/** Analyses a log that is in memory already. */
export function analyzeLog(bytes: Uint8Array, options: AnalyzerOptions = {}): Diagnosis {
  const analyzer = createLogAnalyzer(options);
  analyzer.push(bytes);
  return analyzer.finish();
}

class Analysis implements LogAnalyzer {
  readonly #baseline: Baseline;
  readonly #isOutOfTime: () => boolean;
  readonly #scanner: LineScanner;
  readonly #model = new LogModel();
  readonly #prefixes = new LinePrefixes();
  readonly #lines: RecentLines;
  readonly #retained: RetainedLines;
  readonly #evidence: Evidence;
  readonly #reader: EvidenceReader;
  readonly #printed = new PrintedDiffs();
  #isPartial = false;
  /** The line at which the time was up. */
  #stoppedAt = Number.POSITIVE_INFINITY;

  constructor({ baseline = new Baseline(), isOutOfTime = () => false, problemMatchers = [] }: AnalyzerOptions) {
    this.#baseline = baseline;
    this.#isOutOfTime = isOutOfTime;
    this.#scanner = new LineScanner(sharedAutomaton(), (number, hits, known) => this.#onLine(number, hits, known));
    this.#lines = new RecentLines(this.#scanner, this.#prefixes);
    this.#retained = new RetainedLines((line) => this.#scanner.bytesOf(line), this.#prefixes);
    this.#evidence = new Evidence(this.#retained);
    this.#reader = new EvidenceReader({
      lines: this.#lines,
      retained: this.#retained,
      evidence: this.#evidence,
      baseline,
      problemMatchers,
      mute: (listener) => this.#scanner.mute(listener),
    });
    this.#scanner.whenForgotten(() => this.#reader.forgetPassages());
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  startStep(name: string): void {
    this.#scanner.end();
    this.#reader.beginStep();
    this.#model.startStep(name, this.#scanner.lines + 1);
  }

  finish(): Diagnosis {
    this.#scanner.end();
    const lines = this.#scanner.lines;
    this.#reader.finish(lines, this.#stoppedAt);
    const signals = this.#evidence.signals();
    const failedSteps = this.#model.failedSteps(lines);
    const tests = this.#evidence.findings.tests();
    const diagnostics = this.#evidence.findings.diagnostics;
    const anchors = this.#model.anchors;
    const cause = decideCause({ diagnostics, tests, signals, failedSteps, anchors, isGreen: this.#model.isGreen() });
    const steps = failedSteps.map(({ name, exitCode }) => `${name} ${exitCode}`);
    return {
      format: this.#model.format(),
      lines,
      failedSteps,
      excerpts: this.#excerpts(signals, failedSteps, lines),
      diagnostics: diagnostics.map(({ diagnostic }) => diagnostic).sort((left, right) => left.logLine - right.logLine),
      tests,
      cause,
      fingerprint: fingerprintOf({ cause, diagnostics, tests, signals, steps }),
      ...(this.#isPartial ? { partial: true as const } : {}),
    };
  }

  textOf({ startLine, endLine }: { startLine: number; endLine: number }): ExcerptLine[] {
    const texts: ExcerptLine[] = [];
    for (let line = startLine; line <= endLine; line++) {
      const kept = this.#retained.line(line);
      if (kept) texts.push({ line, text: kept.text });
    }
    return texts;
  }

  printedDiffs(): PrintedDiff[] {
    return this.#printed.finish(this.#scanner.lines);
  }

  #excerpts(signals: readonly Signal[], failedSteps: FailedStep[], lines: number): Excerpt[] {
    return chooseExcerpts({
      signals,
      failedSteps,
      anchors: this.#model.anchors,
      retained: this.#retained,
      numbers: this.#retained.numbers(lines - HISTORY_LINES + 1, lines),
      lines,
      isNew: (text) => (this.#baseline.isEmpty ? null : !this.#baseline.has(text)),
    });
  }

  #onLine(number: number, hits: readonly number[], known: KnownLine | null): void {
    this.#lines.add(number, known);
    if (number % LINES_BETWEEN_TIME_CHECKS === 0 && !this.#isPartial && this.#isOutOfTime()) this.#stop(number);
    // 1 What the log is made of.
    const roles = rolesOf(hits);
    const isHeader = this.#readModel(number, roles);
    if (this.#isPartial) return;
    if (this.#printed.isFollowing || (roles & (1 << PRINTED_DIFFS)) !== 0) this.#readPrinted(number, known);
    const isForgotten = (roles & (1 << PREFIXES)) !== 0 && this.#readPrefix(number);
    // 2 What it tells of the failure.
    this.#reader.take(number, hits, isForgotten ? null : known, isHeader);
  }

  /** Returns whether the line is the header of a step. */
  #readModel(number: number, roles: number): boolean {
    if (number > 1 && !this.#model.wantsNext && (roles & (1 << LOG_MODEL)) === 0) return false;
    const line = this.#lines.lineAt(number);
    if (!line) return false;
    this.#model.read(line, line.timed, (distance) => this.#lines.before(number, distance));
    if (this.#model.anchors.at(-1) === number) this.#retained.keepBefore(number);
    return isStepHeader(line);
  }

  #readPrinted(number: number, known: KnownLine | null): void {
    const line = this.#lines.printedAt(number);
    if (!line) return;
    const above = (distance: number) =>
      distance > MAX_LOOK_BACK_LINES ? null : (this.#lines.printedAt(number - distance)?.text ?? null);
    const isRead = this.#printed.read(number, line.text, line.bytes, above);
    if (!isRead && known) drop(known, PRINTED_DIFFS);
  }

  /** Once a new prefix is announced, lines that hold it mean something else: returns whether what was known of them is forgotten. */
  #readPrefix(number: number): boolean {
    const line = this.#lines.lineAt(number);
    const names = line ? this.#prefixes.announcedIn(line.text) : [];
    if (names.length === 0) return false;
    this.#reader.readAllBefore(number);
    this.#prefixes.add(names);
    this.#scanner.forgetHolding(names);
    this.#lines.forget();
    return true;
  }

  /** Reads no more than the skeleton of the log. */
  #stop(number: number): void {
    this.#reader.readAllBefore(number);
    this.#isPartial = true;
    this.#stoppedAt = number;
    this.#printed.stop();
    for (let listener = 0; listener < FIRST_MATCHER + MATCHERS.length; listener++) {
      if (listener !== LOG_MODEL) this.#scanner.mute(listener);
    }
  }
}

/** The runner opens a group with it; a tool that does so too begins something new as well. */
function isStepHeader({ marker, text }: Line): boolean {
  return marker === 'group' && text.startsWith('Run ');
}

/** The bits of those among the hits that are neither rules nor matchers. */
function rolesOf(hits: readonly number[]): number {
  let roles = 0;
  for (const hit of hits) if (hit < FIRST_LOOK) roles |= 1 << hit;
  return roles;
}
