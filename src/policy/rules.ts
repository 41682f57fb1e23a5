import type { RepositoryConfig } from '../config/repository-config.ts';
import type { CauseCategory } from '../diagnosis/types.ts';
import { RULES, type Rule, type RuledRemedy } from './types.ts';

/** A rule of regreen.yml, and the key that holds it; a cause's one word is held by `causes.<cause>.all`. */
export interface RuleFound {
  rule: Rule;
  key: string;
}

/** Showing something changes nothing, so a cause's `ask` does not concern it. */
const NEVER_ASKED: ReadonlySet<RuledRemedy> = new Set(['annotate', 'suggest']);

/**
 * The rule that counts for a cause and a remedy; `null` where none was written. In this order:
 *
 * 1. `causes.<cause>.<remedy>` names both, and wins over either alone, whether it is stricter or laxer;
 * 2. of `causes.<cause>` and `remedies.<remedy>`, which name one each, the stricter counts; where they say the same, the
 *    cause's is told.
 *
 * Pure.
 */
export function ruleFor(
  { causes, remedies }: Pick<RepositoryConfig, 'causes' | 'remedies'>,
  cause: CauseCategory,
  remedy: RuledRemedy,
): RuleFound | null {
  const both = causes[cause]?.[remedy];
  if (both !== undefined) return { rule: both, key: `causes.${cause}.${remedy}` };
  const ofCause = causes[cause]?.all;
  const ofRemedy = remedies[remedy];
  const found: RuleFound[] = [
    ...(ofCause === undefined || (ofCause === 'ask' && NEVER_ASKED.has(remedy))
      ? []
      : [{ rule: ofCause, key: `causes.${cause}.all` }]),
    ...(ofRemedy === undefined ? [] : [{ rule: ofRemedy, key: `remedies.${remedy}` }]),
  ];
  return found.toSorted((a, b) => RULES.indexOf(b.rule) - RULES.indexOf(a.rule))[0] ?? null;
}

/** Whether a person must agree to the very patch of a fix for this cause, whoever has made it: a fixer or an agent. */
export function asksForPatch(config: Pick<RepositoryConfig, 'causes' | 'remedies'>, cause: CauseCategory): boolean {
  return ruleFor(config, cause, 'fix')?.rule === 'ask';
}

/**
 * Whether a coding agent may be asked about a failure of this cause. What CI says of an agent's own answer goes back to it, too,
 * where no cause can be told: that is a part of what it was asked about. Pure.
 * @param askedAbout the cause that the agent was asked about, where this is what CI says of its answer
 */
export function mayAskAbout(
  { agents }: Pick<RepositoryConfig, 'agents'>,
  { cause, askedAbout }: { cause: CauseCategory; askedAbout?: CauseCategory | undefined },
): boolean {
  return agents.causes.includes(cause === 'unknown' ? (askedAbout ?? cause) : cause);
}
