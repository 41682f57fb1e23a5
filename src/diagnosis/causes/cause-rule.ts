import type { CauseCategory } from '../types.ts';

/** A line that carries a cause. */
export interface CauseRule {
  readonly category: CauseCategory;
  /** 0 to 1: how sure the cause is when a log holds such a line; also its rank among rules. */
  readonly confidence: number;
  /** All wordings in one. */
  readonly expression: RegExp;
  /** The wordings by their literals. Rare ones keep the analysis fast. */
  readonly looks: readonly Look[];
  /** The line only sums up what went wrong above it: it says the cause, but an excerpt should show what it sums up. */
  readonly isSummary?: boolean;
  /** The wordings that the rule is made of. */
  readonly rows: readonly Row[];
}

/**
 * One wording: who writes it, a literal that such a line holds (lower case), and what the line looks like. Without an
 * expression the literal alone is enough. Of several literals, such a line holds one.
 */
export type Row = readonly [saidBy: string, literal: string | readonly string[], expression?: RegExp];

/** All that a rule looks for in a line that holds a literal, in either case. */
export interface Look {
  readonly literal: string;
  /** `null` where the literal alone is enough. */
  readonly expression: RegExp | null;
}

/** Whether a line holds what is looked for. */
export function isSeen({ literal, expression }: Look, text: string): boolean {
  return expression === null ? text.toLowerCase().includes(literal) : expression.test(text);
}

/** The literals of which such a line holds one. */
export function literalsOf([, literal]: Row): readonly string[] {
  return typeof literal === 'string' ? [literal] : literal;
}

/** A part of the table: rows that mean the same and are equally sure. */
export interface CauseTable extends Pick<CauseRule, 'category' | 'confidence' | 'isSummary' | 'rows'> {
  /** Letters of expressions match in their own case only. Literals match in either case all the same. */
  readonly isCaseSensitive?: boolean;
}

const SPECIAL = /[.*+?^${}()|[\]\\/]/g;

/**
 * Makes the rule of a part of the table. A line is looked at for the literals that it holds, and not for all the others:
 * expressions of whole parts are large, and most of their wordings never come.
 */
export function causeRule({ isCaseSensitive, ...rule }: CauseTable): CauseRule {
  const flags = isCaseSensitive ? '' : 'i';
  const literals = [...new Set(rule.rows.flatMap(literalsOf))];
  return {
    ...rule,
    expression: unionOf(rule.rows.flatMap(sourcesOf), flags),
    looks: literals.map((literal) => lookOf(literal, rule.rows, flags)),
  };
}

function lookOf(literal: string, rows: readonly Row[], flags: string): Look {
  const holding = rows.filter((row) => literalsOf(row).includes(literal));
  const isEnough = holding.some(([, , expression]) => expression === undefined);
  return { literal, expression: isEnough ? null : unionOf(holding.flatMap(sourcesOf), flags) };
}

function sourcesOf(row: Row): string[] {
  return row[2] ? [row[2].source] : literalsOf(row).map((literal) => literal.replace(SPECIAL, '\\$&'));
}

function unionOf(sources: readonly string[], flags: string): RegExp {
  return new RegExp([...new Set(sources)].join('|'), flags);
}
