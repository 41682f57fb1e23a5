/** How far Regreen may go in a repository; each mode includes the ones before it. */
export const MODES = ['observe', 'annotate', 'fix'] as const;
export type Mode = (typeof MODES)[number];

/** How a fix reaches people: `delivery` in regreen.yml. */
export const DELIVERIES = ['pull-request', 'commit', 'suggestion'] as const;
export type FixDelivery = (typeof DELIVERIES)[number];

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
}

/** What the policy allows for a diagnosis, with the reasons, as data. */
export interface Decision {
  mode: Mode;
  remedies: RemedyDecision[];
}
