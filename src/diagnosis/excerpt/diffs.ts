import type { LineRange } from '../types.ts';

const HEAD = /^diff --git \S/;
/** Between `diff --git` and the first hunk. */
const HEADER =
  /^(?:diff --git |index [0-9a-f]+\.\.|(?:new|deleted) file mode |(?:old|new) mode |(?:dis)?similarity index |(?:rename|copy) (?:from|to) |--- |\+\+\+ |Binary files )/;
const HUNK = /^@@ -\d{1,9}(?:,(?<old>\d{1,9}))? \+\d{1,9}(?:,(?<new>\d{1,9}))? @@/;

/**
 * Finds unified diffs in lines that come one after another: formatters and generators that only check print what they
 * would change. A hunk says how many lines it has, so that blank ones and what looks like a heading stay inside.
 */
export class DiffFinder {
  readonly #found: LineRange[] = [];
  #open: LineRange | null = null;
  #hasHunk = false;
  /** Lines that the hunk still has to show of each side. */
  #left = { old: 0, new: 0 };

  /** Reads the next line; blanks at its end do not count. Numbers that leave some out end a diff. */
  read(number: number, text: string): void {
    if (this.#open && number !== this.#open.endLine + 1) this.#close();
    if (this.#open ? this.#goesOn(text) : HEAD.test(text) || text.startsWith('--- ')) {
      this.#open ??= { startLine: number, endLine: number };
      this.#open.endLine = number;
      return;
    }
    if (!this.#open) return;
    this.#close();
    this.read(number, text);
  }

  /** The diffs in their order; those without a hunk are none. */
  list(): readonly LineRange[] {
    this.#close();
    return this.#found;
  }

  #goesOn(text: string): boolean {
    const left = this.#left;
    if (text.startsWith('\\ ')) return this.#hasHunk;
    if (left.old > 0 || left.new > 0) {
      const sign = text.charAt(0);
      if (sign !== '' && sign !== ' ' && sign !== '-' && sign !== '+') return false;
      if (sign !== '+') left.old--;
      if (sign !== '-') left.new--;
      return left.old >= 0 && left.new >= 0;
    }
    const hunk = HUNK.exec(text)?.groups;
    if (!hunk) return HEADER.test(text);
    this.#left = { old: Number(hunk['old'] ?? 1), new: Number(hunk['new'] ?? 1) };
    this.#hasHunk = true;
    return true;
  }

  #close(): void {
    if (this.#open && this.#hasHunk) this.#found.push(this.#open);
    this.#open = null;
    this.#hasHunk = false;
    this.#left = { old: 0, new: 0 };
  }
}
