import type { CauseRule } from '../causes/cause-rules.ts';
import { Findings } from '../dispatch/findings.ts';
import { MAX_MESSAGE_CHARACTERS } from '../limits.ts';
import type { RetainedLines } from '../log/retained.ts';
import type { Finding, Line, Matcher } from '../matchers/matcher.ts';
import type { CauseCategory } from '../types.ts';
import { type Signal, Signals } from './signals.ts';
import { isConsequence } from './wording.ts';

/** Weights of a diagnostic's line as part of an excerpt. */
const DIAGNOSTIC_WEIGHT = { error: 0.85, warning: 0.15, info: 0.05 } as const;

/** Verdicts, and `##[error]` lines that nothing else understood: they are meant for people, but often only sum up. */
const PLATFORM_WEIGHT = 0.6;

/** A summary is shown where nothing explains more. */
const SUMMARY_WEIGHT = 0.4;

/** Signals from here on are worth more room for the lines around them. */
const MIN_STRONG_WEIGHT = 0.5;

/** What is told of the lines of a log by those who read them: findings, and signals with the lines around them. */
export class Evidence {
  readonly findings = new Findings();
  /** The present line stands in the green log too: it explains nothing. */
  isNoise = false;
  readonly #signals = new Signals();
  readonly #retained: RetainedLines;

  constructor(retained: RetainedLines) {
    this.#retained = retained;
  }

  signals(): Signal[] {
    return this.#signals.list();
  }

  /** A rule has recognised the line. */
  rule(line: Line, { category, confidence, isSummary }: CauseRule): void {
    const kind = isSummary ? 'wording' : 'rule';
    this.#signal(line, { kind, weight: isSummary ? SUMMARY_WEIGHT : confidence, category, confidence });
  }

  /** The line sounds like a failure. */
  wording(line: Line, weight: number): void {
    this.#signal(line, { kind: 'wording', weight, category: null, confidence: 0 });
  }

  /** A matcher says that the lines explain the failure. */
  highlight(startLine: number, endLine: number, weight: number): void {
    if (this.isNoise || weight <= 0) return;
    this.#signals.add({ startLine, endLine, weight, kind: 'tool', category: null, confidence: 0, text: null });
    this.#retained.keepAround(startLine, endLine, weight >= MIN_STRONG_WEIGHT ? 'strong' : 'weak');
  }

  /** Returns whether the finding was kept. */
  diagnostic(matcher: Matcher, finding: Finding, cause?: CauseCategory): boolean {
    const diagnostic = this.findings.add(matcher, finding, cause, this.isNoise);
    if (!diagnostic) return false;
    const isExplained = (matcher.cause !== null || diagnostic.path !== null) && !isConsequence(diagnostic.message);
    const weight = isExplained || diagnostic.severity !== 'error' ? DIAGNOSTIC_WEIGHT[diagnostic.severity] : PLATFORM_WEIGHT;
    this.highlight(diagnostic.logLine, diagnostic.logLine, weight);
    return true;
  }

  #signal(line: Line, about: Pick<Signal, 'kind' | 'weight' | 'category' | 'confidence'>): void {
    const text = line.text.slice(0, MAX_MESSAGE_CHARACTERS);
    this.#signals.add({ startLine: line.number, endLine: line.number, text, ...about });
    this.#retained.keepAround(line.number, line.number, about.weight >= MIN_STRONG_WEIGHT ? 'strong' : 'weak');
  }
}
