import { CAUSE_RULES, type CauseRule } from '../causes/cause-rules.ts';
import { MAX_RULE_LINES } from '../limits.ts';

/** Gives lines to the rules that know causes; each looks at `MAX_RULE_LINES` of them. */
export class RuleReaders {
  readonly #lines = new Uint32Array(CAUSE_RULES.length);

  /** Whether the rule, by its place in the table, has looked at as many lines as it may. */
  isWorn(index: number): boolean {
    return (this.#lines[index] ?? 0) >= MAX_RULE_LINES;
  }

  /**
   * The rule, if it recognises the line.
   * @param isProven it has recognised such a line before
   */
  read(index: number, text: string, isProven: boolean): CauseRule | null {
    const rule = CAUSE_RULES[index];
    if (!rule || this.isWorn(index)) return null;
    this.#lines[index] = (this.#lines[index] ?? 0) + 1;
    return isProven || rule.expression.test(text) ? rule : null;
  }

  /** Those that may look at no more lines as they come: they look at the last ones of the log. */
  worn(): CauseRule[] {
    return CAUSE_RULES.filter((_, index) => this.isWorn(index));
  }
}
