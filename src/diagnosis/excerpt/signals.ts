import { MAX_SIGNALS_EACH_END } from '../limits.ts';
import type { CauseCategory, LineRange } from '../types.ts';

/** Lines that tell something of the failure. */
export interface Signal extends LineRange {
  /** How much it explains, 0 to 1. */
  weight: number;
  /** `tool`: a matcher understood the line. `rule`: it carries a cause. `wording`: it only sounds like a failure. */
  kind: 'tool' | 'rule' | 'wording';
  category: CauseCategory | null;
  /** How sure the category is, 0 to 1. */
  confidence: number;
  /** Text of the line; only rules and wording carry it. */
  text: string | null;
}

/** The signals of a log: the first ones and the last ones, as many as the limits allow. */
export class Signals {
  readonly #head: Signal[] = [];
  #tail: Signal[] = [];

  add(signal: Signal): void {
    if (this.#head.length < MAX_SIGNALS_EACH_END) {
      this.#head.push(signal);
      return;
    }
    this.#tail.push(signal);
    if (this.#tail.length >= 2 * MAX_SIGNALS_EACH_END) this.#tail = this.#tail.slice(-MAX_SIGNALS_EACH_END);
  }

  /** In the order of the log, as far as matchers told them in that order. */
  list(): Signal[] {
    return [...this.#head, ...this.#tail.slice(-MAX_SIGNALS_EACH_END)];
  }
}
