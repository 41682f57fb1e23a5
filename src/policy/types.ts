import type { Place } from '../config/effective-config.ts';

/** How far Regreen may go in a repository; each mode includes the ones before it. */
export const MODES = ['observe', 'annotate', 'fix'] as const;
export type Mode = (typeof MODES)[number];

/** How a fix reaches people: `delivery` in regreen.yml. */
export const DELIVERIES = ['pull-request', 'commit', 'suggestion'] as const;
export type FixDelivery = (typeof DELIVERIES)[number];

/** What regreen.yml may say of a remedy, the laxest first. */
export const RULES = ['allow', 'ask', 'never'] as const;
export type Rule = (typeof RULES)[number];

/** The remedies that `causes` and `remedies` in regreen.yml may name. */
export const RULED_REMEDIES = ['annotate', 'rerun', 'fix', 'suggest', 'delegate'] as const;
export type RuledRemedy = (typeof RULED_REMEDIES)[number];

export type Remedy = 'annotate' | 'rerun' | 'fix' | 'suggest' | 'comment' | 'issue' | 'delegate' | 'notify';

/** What the policy says of one remedy, and why. */
export interface RemedyDecision {
  remedy: Remedy;
  verdict: 'allowed' | 'asked' | 'refused';
  /** A sentence for people. */
  reason: string;
  /** The rule that decided, e.g. `mode`, `fork`, `no-fixer`. Stable, for programs. */
  rule: string;
  /** Where the rule stands: a key of regreen.yml such as `mode`, or `default`, or `built-in`. */
  source: string;
  /** The file and line that said so; absent for what is built in, by default, or was decided before places were kept. */
  place?: Place;
  /** The rules that were held first, in their order, and had no objection. */
  passed?: string[];
}

/** What the policy allows for a diagnosis, with the reasons, as data. */
export interface Decision {
  mode: Mode;
  remedies: RemedyDecision[];
}
