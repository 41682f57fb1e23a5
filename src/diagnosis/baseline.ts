import { fnv1a32 } from './hash.ts';
import { MAX_BASELINE_LINES } from './limits.ts';
import { normalised } from './normalise.ts';

/** Lines of a green log of the same job that sound like failures: in a red one they explain nothing. */
export class Baseline {
  readonly #lines: Set<number>;

  constructor(lines: Iterable<number> = []) {
    this.#lines = new Set(lines);
  }

  /** Remembers a line; past `MAX_BASELINE_LINES` it is left out, so that noise then counts. */
  add(text: string): void {
    if (this.#lines.size < MAX_BASELINE_LINES) this.#lines.add(fnv1a32(normalised(text)));
  }

  /** Whether the green log held the line, numbers and times aside. */
  has(text: string): boolean {
    return this.#lines.size > 0 && this.#lines.has(fnv1a32(normalised(text)));
  }
}
