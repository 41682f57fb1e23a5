import { MAX_BASELINE_LINES } from '../limits.ts';

/** Lines of a green log of the same job: in a red one they explain nothing. */
export class Baseline {
  readonly #lines = new Set<number>();

  /** Whether there is a green log to compare with. */
  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** Remembers a line; past `MAX_BASELINE_LINES` it is left out, so that it then counts as new. */
  add(text: string): void {
    if (this.#lines.size < MAX_BASELINE_LINES) this.#lines.add(looseKey(text));
  }

  /** Whether the green log held the line, numbers, times and hashes aside. */
  has(text: string): boolean {
    return this.#lines.size > 0 && this.#lines.has(looseKey(text));
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const DIGIT_WORD = 0x23; // `#` stands for a word with a digit

/**
 * Hashes a line's words and signs. Words with a digit (counts, times, durations, versions, hashes) count as equal, and
 * blanks do not count. One pass without allocation: every line of a green log goes through it.
 */
function looseKey(text: string): number {
  let hash = FNV_OFFSET;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (!isWordCode(code)) {
      if (code > 32) hash = Math.imul(hash ^ code, FNV_PRIME);
      index++;
      continue;
    }
    const before = hash;
    let hasDigit = false;
    for (; index < text.length && isWordCode(text.charCodeAt(index)); index++) {
      const letter = text.charCodeAt(index);
      if (letter < 0x3a) hasDigit = true;
      hash = Math.imul(hash ^ letter, FNV_PRIME);
    }
    hash = hasDigit ? Math.imul(before ^ DIGIT_WORD, FNV_PRIME) : hash;
  }
  return hash >>> 0;
}

/** Digits and ASCII letters, and all that is not ASCII. */
function isWordCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code > 0x7f;
}
