import type { CauseCategory } from '../types.ts';

/** A line that carries a cause. */
export interface CauseRule {
  readonly category: CauseCategory;
  /** 0 to 1: how sure the cause is when a log holds such a line; also its rank among rules. */
  readonly confidence: number;
  /** Literals of which such a line has at least one; ASCII letters match in either case. Rare ones keep the analysis fast. */
  readonly hints: readonly string[];
  readonly expression: RegExp;
  /** The line only sums up what went wrong above it: it says the cause, but an excerpt should show what it sums up. */
  readonly isSummary?: boolean;
}
