import { Baseline } from './baseline/baseline.ts';
import { decideCause } from './causes/cause.ts';
import { CAUSE_RULES } from './causes/cause-rules.ts';
import {
  FIRST_MATCHER,
  FIRST_RULE,
  LOG_MODEL,
  PREFIXES,
  PRINTED_DIFFS,
  sharedAutomaton,
  WORDING,
} from './dispatch/dispatcher.ts';
import { drop, type KnownLine, prove } from './dispatch/known-lines.ts';
import { MatcherReaders } from './dispatch/readers.ts';
import { RuleReaders } from './dispatch/rule-readers.ts';
import { Evidence } from './excerpt/evidence.ts';
import { chooseExcerpts } from './excerpt/excerpt.ts';
import type { Signal } from './excerpt/signals.ts';
import { weighWording } from './excerpt/wording.ts';
import { fingerprintOf } from './fingerprint/fingerprint.ts';
import { HISTORY_LINES, MAX_LOOK_BACK_LINES, MAX_WEIGHED_LINES } from './limits.ts';
import type { PrintedLine } from './log/history.ts';
import { LogModel } from './log/log.ts';
import { LinePrefixes } from './log/prefixes.ts';
import { RetainedLines } from './log/retained.ts';
import { LineScanner } from './log/scanner.ts';
import type { Line } from './matchers/matcher.ts';
import type { ProblemMatcher } from './matchers/problem-matcher.ts';
import { ProblemMatcherReaders } from './matchers/problem-matcher-readers.ts';
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

/** A power of two, and more than `MAX_LOOK_BACK_LINES`. */
const RECENT_LINES = 128;

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
  readonly #evidence: Evidence;
  readonly #retained: RetainedLines;
  readonly #readers: MatcherReaders;
  readonly #problemMatchers: ProblemMatcherReaders;
  readonly #rules = new RuleReaders();
  readonly #printed = new PrintedDiffs();
  /** What is known of the lines that matchers may look back at, by the last digits of their numbers. */
  readonly #recent: (KnownLine | null)[] = new Array(RECENT_LINES).fill(null);
  #weighedLines = 0;
  #isPartial = false;
  /** The line at which the time was up. */
  #stoppedAt = 0;

  constructor({ baseline, isOutOfTime, problemMatchers }: AnalyzerOptions) {
    this.#baseline = baseline ?? new Baseline();
    this.#isOutOfTime = isOutOfTime ?? (() => false);
    this.#scanner = new LineScanner(sharedAutomaton(), (number, hits, known) => this.#onLine(number, hits, known));
    this.#retained = new RetainedLines((line) => this.#scanner.bytesOf(line), this.#prefixes);
    this.#evidence = new Evidence(this.#retained);
    const { findings } = this.#evidence;
    this.#readers = new MatcherReaders(MATCHERS, FIRST_MATCHER, {
      previous: (distance) => this.#previous(distance),
      diagnostic: (matcher, finding, cause) => this.#evidence.diagnostic(matcher, finding, cause),
      highlight: (startLine, endLine, weight) => this.#evidence.highlight(startLine, endLine, weight),
      tests: (report) => findings.addTests(report),
      isClaimed: (line) => findings.isClaimed(line) || this.#problemMatchers.holds(line),
      claim: (line) => findings.claim(line),
      worn: (listener) => this.#scanner.mute(listener),
    });
    this.#problemMatchers = new ProblemMatcherReaders(problemMatchers ?? [], {
      diagnostic: (matcher, finding) => this.#evidence.diagnostic(matcher, finding),
      isClaimed: (line) => findings.isClaimed(line),
    });
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  startStep(name: string): void {
    this.#scanner.end();
    this.#model.startStep(name, this.#scanner.lines + 1);
  }

  finish(): Diagnosis {
    this.#scanner.end();
    this.#evidence.isNoise = false;
    this.#readers.finish();
    const lines = this.#scanner.lines;
    this.#readLastRules(lines);
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
    this.#recent[number % RECENT_LINES] = known;
    if (number <= this.#retained.wantedUpTo) this.#retained.keepWanted(number);
    if (number % LINES_BETWEEN_TIME_CHECKS === 0 && !this.#isPartial && this.#isOutOfTime()) this.#stop();
    const isHit = hits.length > 0;
    const roles = rolesOf(hits);
    const isModels = number === 1 || this.#model.wantsNext || (roles & (1 << LOG_MODEL)) !== 0;
    if (!isHit && !isModels && !this.#isAsked) return;
    const line = known ? this.#knownLine(number, known) : this.#lineOf(number);
    if (!line) return;
    if (isModels) this.#readModel(line, line.timed);
    if (this.#isPartial) return;
    if (this.#printed.isFollowing || (roles & (1 << PRINTED_DIFFS)) !== 0) this.#readPrinted(number, known);
    if ((roles & (1 << PREFIXES)) !== 0 && this.#prefixes.learn(line.text)) this.#forgetKnown();
    this.#evidence.isNoise = this.#baseline.has(line.text);
    this.#problemMatchers.read(line);
    this.#readers.read(line, hits, known);
    this.#problemMatchers.tell();
    if (!isHit) return;
    this.#readRules(line, hits, known);
    if ((roles & (1 << WORDING)) !== 0) this.#readWording(line, known);
  }

  /** Whether somebody reads the line even without a hint; decoding is most of what a line costs. */
  get #isAsked(): boolean {
    if (this.#isPartial) return false;
    return this.#readers.isFollowing || this.#printed.isFollowing || this.#problemMatchers.isReading;
  }

  /** What a line means has changed. */
  #forgetKnown(): void {
    this.#scanner.forgetKnown();
    this.#recent.fill(null);
  }

  /** Reads no more than the skeleton of the log. */
  #stop(): void {
    this.#isPartial = true;
    this.#stoppedAt = this.#scanner.lines;
    this.#printed.stop();
    for (let listener = 0; listener < FIRST_MATCHER + MATCHERS.length; listener++) {
      if (listener !== LOG_MODEL) this.#scanner.mute(listener);
    }
  }

  #lineOf(number: number): (Line & { timed: boolean }) | null {
    const clean = this.#scanner.lineOf(number);
    return clean ? { number, text: this.#prefixes.strip(clean.text), marker: clean.marker, timed: clean.timed } : null;
  }

  #knownLine(number: number, known: KnownLine): (Line & { timed: boolean }) | null {
    if (known.clean === null) {
      const line = this.#lineOf(number);
      if (line) known.clean = { text: line.text, marker: line.marker, timed: line.timed };
      return line;
    }
    const { text, marker, timed } = known.clean;
    return { number, text, marker, timed };
  }

  #readPrinted(number: number, known: KnownLine | null): void {
    const line = known?.printed ?? this.#printedOf(number);
    if (!line) return;
    if (known) known.printed = line;
    const above = (distance: number) =>
      distance > MAX_LOOK_BACK_LINES ? null : (this.#printedOf(number - distance)?.text ?? null);
    const isRead = this.#printed.read(number, line.text, line.bytes, above);
    if (!isRead && known) drop(known, PRINTED_DIFFS);
  }

  #printedOf(number: number): PrintedLine | null {
    const line = this.#scanner.printedOf(number);
    return line ? { text: this.#prefixes.strip(line.text), bytes: line.bytes } : null;
  }

  #readModel(line: Line, timed: boolean): void {
    this.#model.read(line, timed, (distance) => this.#previous(distance));
    if (this.#model.anchors.at(-1) === line.number) this.#retained.keepBefore(line.number);
  }

  #readRules(line: Line, hits: readonly number[], known: KnownLine | null): void {
    for (const hit of hits) {
      if (hit < FIRST_RULE || hit >= FIRST_MATCHER || this.#evidence.isNoise) continue;
      const rule = this.#rules.read(hit - FIRST_RULE, line.text, known?.proven.includes(hit) === true);
      if (rule) this.#evidence.rule(line, rule);
      else if (known) drop(known, hit);
      if (rule && known) prove(known, hit);
      if (this.#rules.isWorn(hit - FIRST_RULE)) this.#scanner.mute(hit);
    }
  }

  /**
   * Rules that have seen too many lines look at the last ones of the log, where a failure mostly stands; all do where
   * the time was up before.
   */
  #readLastRules(lines: number): void {
    const rules = this.#isPartial ? CAUSE_RULES : this.#rules.worn();
    if (rules.length === 0) return;
    for (let number = Math.max(this.#stoppedAt, lines - HISTORY_LINES) + 1; number <= lines; number++) {
      const line = this.#lineOf(number);
      if (!line || this.#baseline.has(line.text)) continue;
      for (const rule of rules) if (rule.expression.test(line.text)) this.#evidence.rule(line, rule);
    }
  }

  #readWording(line: Line, known: KnownLine | null): void {
    if (++this.#weighedLines >= MAX_WEIGHED_LINES) this.#scanner.mute(WORDING);
    if (this.#evidence.isNoise || this.#evidence.findings.isClaimed(line.number)) return;
    const weight = known?.weight ?? weighWording(line.text);
    if (known) known.weight = weight;
    if (weight > 0) this.#evidence.wording(line, weight);
    else if (known) drop(known, WORDING);
  }

  #previous(distance: number): Line | null {
    if (distance > MAX_LOOK_BACK_LINES) return null;
    const number = this.#scanner.lines - distance;
    const known = number < 1 ? null : this.#recent[number % RECENT_LINES];
    return known ? this.#knownLine(number, known) : this.#lineOf(number);
  }
}

/** The bits of those among the hits that are neither rules nor matchers. */
function rolesOf(hits: readonly number[]): number {
  let roles = 0;
  for (const hit of hits) if (hit < FIRST_RULE) roles |= 1 << hit;
  return roles;
}
