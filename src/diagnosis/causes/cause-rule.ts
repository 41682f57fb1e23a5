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
  /** The wordings that the rule is made of. */
  readonly rows: readonly Row[];
}

/**
 * One wording: who writes it, a literal that such a line holds (lower case), and what the line looks like. Without an
 * expression the literal alone is enough.
 */
export type Row = readonly [saidBy: string, literal: string, expression?: RegExp];

/** A part of the table: rows that mean the same and are equally sure. */
export interface CauseTable extends Pick<CauseRule, 'category' | 'confidence' | 'isSummary' | 'rows'> {
  /** Letters of expressions match in their own case only. Literals match in either case all the same. */
  readonly isCaseSensitive?: boolean;
}

const SPECIAL = /[.*+?^${}()|[\]\\/]/g;

/** Makes the rule of a part of the table: one expression, so that a line is looked at once. */
export function causeRule({ isCaseSensitive, ...rule }: CauseTable): CauseRule {
  const sources = rule.rows.map(([, literal, expression]) => expression?.source ?? literal.replace(SPECIAL, '\\$&'));
  return {
    ...rule,
    hints: [...new Set(rule.rows.map(([, literal]) => literal))],
    expression: new RegExp([...new Set(sources)].join('|'), isCaseSensitive ? '' : 'i'),
  };
}
