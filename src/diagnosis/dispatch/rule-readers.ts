import { isSeen } from '../causes/cause-rule.ts';
import { CAUSE_LOOKS, CAUSE_RULES, type CauseRule } from '../causes/cause-rules.ts';
import { MAX_RULE_LINES } from '../limits.ts';

/** Gives lines to the rules that know causes; each looks at them `MAX_RULE_LINES` times. */
export class RuleReaders {
  /** By rule: how often it has looked at a line, and the last one that it has recognised. */
  readonly #looks = new Uint32Array(CAUSE_RULES.length);
  readonly #recognised = new Uint32Array(CAUSE_RULES.length);

  /** Whether the rule of a look, by its place among the looks, has looked as often as it may. */
  isWorn(look: number): boolean {
    return this.#isWorn(CAUSE_LOOKS[look]?.rule ?? 0);
  }

  /**
   * Looks at a line that holds the literal of a look.
   * @param isProven such a line was recognised by it before
   * @returns the rule, if it recognises the line; `known` where another look of the rule has done so already, and `null`
   * when the line is none of that look's.
   */
  read(look: number, line: { number: number; text: string }, isProven: boolean): CauseRule | 'known' | null {
    const wanted = CAUSE_LOOKS[look];
    const index = wanted?.rule ?? 0;
    const rule = CAUSE_RULES[index];
    if (!wanted || !rule || this.#isWorn(index) || this.#recognised[index] === line.number) return 'known';
    this.#looks[index] = (this.#looks[index] ?? 0) + 1;
    if (!isProven && !isSeen(wanted, line.text)) return null;
    this.#recognised[index] = line.number;
    return rule;
  }

  /** Those that may look at no more lines as they come: they look at the last ones of the log. */
  worn(): CauseRule[] {
    return CAUSE_RULES.filter((_, index) => this.#isWorn(index));
  }

  #isWorn(rule: number): boolean {
    return (this.#looks[rule] ?? 0) >= MAX_RULE_LINES;
  }
}
