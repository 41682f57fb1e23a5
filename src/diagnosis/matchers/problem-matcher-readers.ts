import type { Severity } from '../types.ts';
import { type Finding, type Line, type Matcher, numberOf } from './matcher.ts';
import {
  compileLinear,
  type LinearExpression,
  PATTERN_FIELDS,
  type PatternField,
  type ProblemMatcher,
  type ProblemPattern,
} from './problem-matcher.ts';

/**
 * Instructions times characters that the matchers of a repository may cost a log: at most some 5 ns each for a look,
 * and 70 ns for capturing (both measured with hostile expressions; usual ones cost a hundredth).
 */
const MAX_LOOKS = 5_000_000_000;
const MAX_CAPTURES = 200_000_000;

/** Severities that the runner knows; it drops what a pattern captures otherwise. */
const SEVERITIES: Readonly<Record<string, Severity>> = { error: 'error', warning: 'warning', notice: 'info' };

/** Where findings go. */
export interface ProblemSink {
  diagnostic(matcher: Matcher, finding: Finding): void;
  /** Whether a built-in matcher has made a diagnostic of this line. */
  isClaimed(line: number): boolean;
}

type Fields = Partial<Record<PatternField, string>>;

interface CompiledPattern {
  readonly pattern: ProblemPattern;
  readonly expression: LinearExpression;
}

/** Lines that have matched the first patterns of a matcher, one a pattern. They are only taken apart when the last one matches. */
type Running = readonly string[];

interface ActiveMatcher {
  readonly matcher: Matcher;
  readonly severity: string;
  readonly patterns: readonly CompiledPattern[];
  /** By pattern: the lines that have matched up to it. As in the runner's `IssueMatcher`. */
  state: (Running | null)[];
}

/**
 * Reads every line with a repository's own problem matchers, as GitHub's runner does: the first that matches takes the
 * line, and the others begin anew. Lines that a built-in matcher has understood are left out.
 */
export class ProblemMatcherReaders {
  readonly #active: readonly ActiveMatcher[];
  readonly #sink: ProblemSink;
  #held: { matcher: Matcher; finding: Finding } | null = null;
  #looks = MAX_LOOKS;
  #captures = MAX_CAPTURES;

  /** @throws Error when an expression can't be compiled; `config/problem-matchers.ts` lets none such through */
  constructor(matchers: readonly ProblemMatcher[], sink: ProblemSink) {
    this.#sink = sink;
    this.#active = matchers.map(({ owner, severity, pattern }) => ({
      // Nobody here knows what the tool's errors mean: they explain, but the cause is not said.
      matcher: { id: owner, tool: owner, cause: null, hints: [] },
      severity: severity ?? '',
      patterns: pattern.map((one) => ({ pattern: one, expression: compileLinear(one.regexp) })),
      state: [],
    }));
  }

  /** Whether it wants the next line: there are matchers, and they have not cost too much yet. */
  get isReading(): boolean {
    return this.#active.length > 0 && this.#looks > 0 && this.#captures > 0;
  }

  /** Reads a line before the built-in matchers do. What it finds is held until `tell`. */
  read(line: Line): void {
    this.#held = null;
    if (!this.isReading) return;
    for (const active of this.#active) {
      const lines = this.#match(active, line.text);
      if (lines === null) continue;
      for (const other of this.#active) if (other !== active) other.state = [];
      const finding = this.#finding(active, lines, line.number);
      if (finding) this.#held = { matcher: active.matcher, finding };
      return;
    }
  }

  /** Whether it has found something in this line: then the matchers that take what is left over have nothing to take. */
  holds(line: number): boolean {
    return this.#held?.finding.logLine === line;
  }

  /** Tells what it has found in the line, unless a built-in matcher has understood it by now. */
  tell(): void {
    if (this.#held && !this.#sink.isClaimed(this.#held.finding.logLine))
      this.#sink.diagnostic(this.#held.matcher, this.#held.finding);
    this.#held = null;
  }

  /** Moves the matcher on by a line; returns the lines of a finding that ends here. Goes backwards, as the runner does. */
  #match(active: ActiveMatcher, text: string): Running | null {
    const last = active.patterns.length - 1;
    for (let index = last; index >= 0; index--) {
      const running = index === 0 ? [] : active.state[index - 1];
      const one = active.patterns[index];
      if (!running || !one) continue;
      this.#looks -= one.expression.size * (text.length + 1);
      const isMatch = one.expression.test(text);
      if (index < last) {
        active.state[index] = isMatch ? [...running, text] : null;
        continue;
      }
      if (isMatch) {
        active.state = [];
        if (one.pattern.loop) active.state[index - 1] = running;
        return [...running, text];
      }
      if (index > 0) active.state[index - 1] = null;
    }
    return null;
  }

  #finding({ patterns, severity: defaultSeverity }: ActiveMatcher, lines: Running, logLine: number): Finding | null {
    const fields: Fields = {};
    for (const [index, text] of lines.entries()) {
      const one = patterns[index];
      if (!one) continue;
      this.#captures -= one.expression.size * (text.length + 1);
      const groups = one.expression.capture(text) ?? [];
      for (const field of PATTERN_FIELDS) {
        const group = one.pattern[field];
        if (group !== undefined) fields[field] ??= groups[group] ?? '';
      }
    }
    const severity = SEVERITIES[(fields.severity || defaultSeverity || 'error').toLowerCase()];
    const message = fields.message?.trim();
    if (!message || !severity) return null;
    return {
      path: fields.file ? withBase(fields.file.trim(), fields.fromPath) : null,
      line: numberOf(fields.line || undefined),
      column: numberOf(fields.column || undefined),
      severity,
      code: fields.code || null,
      message,
      logLine,
    };
  }
}

/** A path that is told relative to another file, such as the project file that the compiler was given. */
function withBase(file: string, fromPath: string | undefined): string {
  const folder = fromPath?.replace(/[^/\\]*$/, '') ?? '';
  const isRooted = /^(?:[/\\]|[A-Za-z]:)/.test(file);
  return isRooted || folder === '' ? file : `${folder}${file}`;
}
