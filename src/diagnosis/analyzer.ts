import { Baseline } from './baseline.ts';
import { decideCause } from './cause.ts';
import { CAUSE_RULES, type CauseRule } from './cause-rules.ts';
import { FIRST_MATCHER, FIRST_RULE, LOG_MODEL, sharedAutomaton, WORDING } from './dispatcher.ts';
import { chooseExcerpts } from './excerpt.ts';
import { Findings } from './findings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { MAX_FOLLOW_LINES, MAX_MESSAGE_CHARACTERS } from './limits.ts';
import { LogModel } from './log.ts';
import { type Finding, type Line, type LineReader, type Matcher, type Report, readerOf } from './matcher.ts';
import { MATCHERS } from './registry.ts';
import { RetainedLines } from './retained.ts';
import { LineScanner } from './scanner.ts';
import { type Signal, Signals } from './signals.ts';
import { cleanLine } from './text.ts';
import type { CauseCategory, Diagnosis, TestReport } from './types.ts';
import { weighWording } from './wording.ts';

/** How to analyse. */
export interface AnalyzerOptions {
  /** Of the last green log of the same job; its lines are no evidence. See `createBaselineBuilder`. */
  readonly baseline?: Baseline;
}

/** An analysis under way. Bytes in, a diagnosis out; no I/O, no clock. */
export interface LogAnalyzer {
  /** Takes the next bytes, of any length. Their memory may be reused afterwards. */
  push(chunk: Uint8Array): void;
  /** Ends the log. Call it once. */
  finish(): Diagnosis;
  /** After `finish`: the text of an excerpt, one entry a line, cleaned; lines that were not kept are left out. */
  textOf(range: { startLine: number; endLine: number }): ExcerptLine[];
}

export interface ExcerptLine {
  line: number;
  text: string;
}

/** Weights of a diagnostic's line as part of an excerpt. */
const DIAGNOSTIC_WEIGHT = { error: 0.85, warning: 0.15, info: 0.05 } as const;

/** `##[error]` lines that nothing else understood: they are meant for people, but often only sum up. */
const PLATFORM_WEIGHT = 0.6;

/** A summary is shown where nothing explains more. */
const SUMMARY_WEIGHT = 0.4;

/** Starts the analysis of one log. */
export function createLogAnalyzer(options: AnalyzerOptions = {}): LogAnalyzer {
  return new Analysis(options.baseline ?? new Baseline());
}

/** Analyses a log that is in memory already. */
export function analyzeLog(bytes: Uint8Array, options: AnalyzerOptions = {}): Diagnosis {
  const analyzer = createLogAnalyzer(options);
  analyzer.push(bytes);
  return analyzer.finish();
}

/** Reads a green log, chunk by chunk, for the lines that always stand there. */
export function createBaselineBuilder(): { push(chunk: Uint8Array): void; finish(): Baseline } {
  const baseline = new Baseline();
  const scanner: LineScanner = new LineScanner(sharedAutomaton(), (number, hits) => {
    const bytes = hits.length > 0 ? scanner.bytesOf(number) : undefined;
    if (bytes) baseline.add(cleanLine(bytes).text);
  });
  return {
    push: (chunk) => scanner.push(chunk),
    finish() {
      scanner.end();
      return baseline;
    },
  };
}

interface ActiveReader {
  readonly matcher: Matcher;
  readonly reader: LineReader;
  readonly report: Report;
  followed: number;
}

class Analysis implements LogAnalyzer {
  readonly #baseline: Baseline;
  readonly #scanner: LineScanner;
  readonly #model = new LogModel();
  readonly #findings = new Findings();
  readonly #signals = new Signals();
  readonly #retained = new RetainedLines();
  readonly #readers: ActiveReader[];
  #following: ActiveReader[] = [];
  #isNoise = false;

  constructor(baseline: Baseline) {
    this.#baseline = baseline;
    this.#scanner = new LineScanner(sharedAutomaton(), (number, hits) => this.#onLine(number, hits));
    this.#readers = MATCHERS.map((matcher) => ({
      matcher,
      reader: readerOf(matcher),
      report: this.#reportOf(matcher),
      followed: 0,
    }));
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  finish(): Diagnosis {
    this.#scanner.end();
    this.#isNoise = false;
    for (const { reader, report } of this.#readers) reader.finish?.(report);
    const lines = this.#scanner.lines;
    const signals = this.#signals.list();
    const failedSteps = this.#model.failedSteps(lines);
    const tests = this.#findings.tests();
    const diagnostics = this.#findings.diagnostics;
    const anchors = this.#model.anchors;
    const cause = decideCause({ diagnostics, tests, signals, failedSteps, anchors, isGreen: this.#model.isGreen() });
    const steps = failedSteps.map(({ name, exitCode }) => `${name} ${exitCode}`);
    return {
      format: this.#model.format(),
      lines,
      failedSteps,
      excerpts: chooseExcerpts({ signals, failedSteps, anchors, retained: this.#retained, lines }),
      diagnostics: diagnostics.map(({ diagnostic }) => diagnostic).sort((left, right) => left.logLine - right.logLine),
      tests,
      cause,
      fingerprint: fingerprintOf({ cause, diagnostics, tests, signals, steps }),
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

  #onLine(number: number, hits: readonly number[]): void {
    const isWanted = number <= this.#retained.wantedUpTo;
    if (hits.length === 0 && !isWanted && this.#following.length === 0 && number !== 1) return;
    const bytes = this.#scanner.bytesOf(number);
    if (!bytes) return;
    if (isWanted) this.#retained.keep(number, bytes);
    if (hits.length === 0 && this.#following.length === 0 && number !== 1) return;
    const line = { number, ...cleanLine(bytes) };
    if (number === 1 || hits.includes(LOG_MODEL)) this.#readModel(line, line.timed);
    this.#isNoise = this.#baseline.has(line.text);
    this.#readMatchers(line, hits);
    this.#readRules(line, hits);
    if (hits.includes(WORDING)) this.#readWording(line);
  }

  #readModel(line: Line, timed: boolean): void {
    this.#model.read(line, timed);
    if (this.#model.anchors.at(-1) !== line.number) return;
    this.#retained.keepAround(line.number, line.number, (number) => this.#scanner.bytesOf(number));
  }

  /** Gives the line to the matchers whose hint it holds, and to those that follow, in the registry's order. */
  #readMatchers(line: Line, hits: readonly number[]): void {
    const wanting = new Set<ActiveReader>(this.#following);
    for (const hit of hits) {
      const active = hit >= FIRST_MATCHER ? this.#readers[hit - FIRST_MATCHER] : undefined;
      if (!active) continue;
      active.followed = 0;
      wanting.add(active);
    }
    if (wanting.size === 0) return;
    this.#following = [];
    for (const active of this.#readers) {
      if (!wanting.has(active)) continue;
      const wantsNext = active.reader.read(line, active.report);
      if (wantsNext && active.followed++ < MAX_FOLLOW_LINES) this.#following.push(active);
    }
  }

  #readRules(line: Line, hits: readonly number[]): void {
    if (this.#isNoise) return;
    for (const hit of hits) {
      if (hit < FIRST_RULE || hit >= FIRST_MATCHER) continue;
      const rule = CAUSE_RULES[hit - FIRST_RULE];
      if (rule?.expression.test(line.text)) this.#readRule(line, rule);
    }
  }

  #readWording(line: Line): void {
    if (this.#isNoise || this.#findings.isClaimed(line.number)) return;
    const weight = weighWording(line.text);
    if (weight > 0) this.#signal(line, { kind: 'wording', weight, category: null, confidence: 0 });
  }

  #readRule(line: Line, { category, confidence, isSummary }: CauseRule): void {
    const kind = isSummary ? 'wording' : 'rule';
    this.#signal(line, { kind, weight: isSummary ? SUMMARY_WEIGHT : confidence, category, confidence });
  }

  #signal(line: Line, about: Pick<Signal, 'kind' | 'weight' | 'category' | 'confidence'>): void {
    const text = line.text.slice(0, MAX_MESSAGE_CHARACTERS);
    this.#signals.add({ startLine: line.number, endLine: line.number, text, ...about });
    this.#retained.keepAround(line.number, line.number, (number) => this.#scanner.bytesOf(number));
  }

  #highlight(startLine: number, endLine: number, weight: number): void {
    if (this.#isNoise || weight <= 0) return;
    this.#signals.add({ startLine, endLine, weight, kind: 'tool', category: null, confidence: 0, text: null });
    this.#retained.keepAround(startLine, endLine, (number) => this.#scanner.bytesOf(number));
  }

  #diagnostic(matcher: Matcher, finding: Finding, cause?: CauseCategory): void {
    const diagnostic = this.#findings.add(matcher, finding, cause, this.#isNoise);
    if (!diagnostic) return;
    const isExplained = matcher.cause !== null || diagnostic.path !== null;
    const weight = isExplained || diagnostic.severity !== 'error' ? DIAGNOSTIC_WEIGHT[diagnostic.severity] : PLATFORM_WEIGHT;
    this.#highlight(diagnostic.logLine, diagnostic.logLine, weight);
  }

  #previous(distance: number): Line | null {
    const number = this.#scanner.lines - distance;
    const bytes = this.#scanner.bytesOf(number);
    return bytes ? { number, ...cleanLine(bytes) } : null;
  }

  #reportOf(matcher: Matcher): Report {
    return {
      previous: (distance) => this.#previous(distance),
      diagnostic: (finding, cause) => this.#diagnostic(matcher, finding, cause),
      highlight: (startLine, endLine, weight) => this.#highlight(startLine, endLine, weight),
      tests: (report: TestReport) => this.#findings.addTests(report),
      isClaimed: (line) => this.#findings.isClaimed(line),
    };
  }
}
