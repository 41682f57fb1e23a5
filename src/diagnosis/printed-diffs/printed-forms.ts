export type Taken = 'part' | 'between' | 'after';

/**
 * The forms in which tools print a change that they want. A form takes the lines of one printed change, one by one, until
 * it says that a line is not part of it any more.
 */
export interface PrintedForm {
  /** What the line is to the change: a part, something else in between, or the first one after it. */
  take(text: string): Taken;
  /** Whether all that was announced has been printed, as far as the form can tell. */
  readonly isWhole: boolean;
  /** Whether it is a change at all, and not text that begins like one. */
  readonly isChange: boolean;
}

export const HUNK = /^@@ -(?<from>\d{1,9})(?:,(?<old>\d{1,9}))? \+\d{1,9}(?:,(?<new>\d{1,9}))? @@/;

const GIT_HEADER =
  /^(?:diff --git |index |(?:old|new) mode |(?:new|deleted) file mode |(?:dis)?similarity index |(?:rename|copy) (?:from|to) |Binary files |GIT binary patch|Submodule )/;
const FILE_HEADER = /^(?:--- |\+\+\+ )/;

/** Lines of the formatters' other stream, which may come between the lines of a change. */
const BETWEEN =
  /^(?:would reformat |reformatted |error: cannot format |All done! |Oh no! |\d+ files? would |ERROR: \S+ Imports are )/;

/** A unified diff of one file, with git's headers or without. Hunks say how many lines they have. */
export class UnifiedForm implements PrintedForm {
  readonly #isGit: boolean;
  #state: 'header' | 'hunk' | 'after' | 'broken' = 'header';
  #headers = 0;
  #old = 0;
  #new = 0;

  constructor(isGit: boolean) {
    this.#isGit = isGit;
  }

  get isWhole(): boolean {
    return this.#state === 'after' || (this.#state === 'header' && this.#isGit);
  }

  get isChange(): boolean {
    return this.#state !== 'header' || this.#isGit;
  }

  take(text: string): Taken {
    if (this.#state === 'hunk') return this.#takeBody(text);
    const hunk = HUNK.exec(text)?.groups;
    if (hunk) {
      this.#old = Number(hunk['old'] ?? 1);
      this.#new = Number(hunk['new'] ?? 1);
      this.#state = this.#old + this.#new > 0 ? 'hunk' : 'after';
      return 'part';
    }
    if (this.#state === 'after') return text.startsWith('\\ ') ? 'part' : 'after';
    return this.#takeHeader(text);
  }

  #takeHeader(text: string): Taken {
    if (this.#isGit && text.startsWith('diff --git ') && this.#headers > 0) return 'after';
    this.#headers++;
    return FILE_HEADER.test(text) || (this.#isGit && GIT_HEADER.test(text)) ? 'part' : 'after';
  }

  #takeBody(text: string): Taken {
    const first = text.charAt(0);
    if (first === '\\') return 'part';
    if (BETWEEN.test(text)) return 'between';
    const isContext = first === ' ' || first === '';
    if (!isContext && first !== '-' && first !== '+') {
      this.#state = 'broken';
      return 'after';
    }
    if (first !== '+') this.#old--;
    if (first !== '-') this.#new--;
    if (this.#old < 0 || this.#new < 0) this.#state = 'broken';
    else if (this.#old + this.#new === 0) this.#state = 'after';
    return this.#state === 'broken' ? 'after' : 'part';
  }
}

export const RUSTFMT = /^Diff in (?<path>\S.*?)(?: at line |:)(?<line>\d{1,7}):$/;

/** `Diff in path:line:` of rustfmt, with the lines after it. Nothing says how many they are. */
export class RustfmtForm implements PrintedForm {
  #lines = 0;
  readonly isWhole = true;
  readonly isChange = true;

  take(text: string): Taken {
    if (this.#lines > 0 && !/^[-+ ]/.test(text)) return 'after';
    this.#lines++;
    return 'part';
  }
}

export const MIX_HEADING = 'The following files are not formatted:';

/** Old and new number of the line, `-`, `+` or nothing, and the line after a bar; `...|` for lines that are left out. */
export const MIX_LINE =
  /^ *(?:(?<old>\d{1,7}) +(?<new>\d{1,7}) {3}|(?<deleted>\d{1,7}) +- |(?<inserted>\d{1,7}) \+ |(?<skip>\.\.\.))\|/;

const MIX_PATH = /^(?! )\S.{0,300}\.\w{1,10}$/;

/** What `mix format --check-formatted` prints since Elixir 1.15: a path, then lines with their numbers. */
export class MixForm implements PrintedForm {
  #numbered = 0;
  readonly isWhole = true;

  get isChange(): boolean {
    return this.#numbered > 0;
  }

  take(text: string): Taken {
    const isNumbered = MIX_LINE.test(text);
    if (isNumbered) this.#numbered++;
    return isNumbered || text === '' || text === MIX_HEADING || MIX_PATH.test(text) ? 'part' : 'after';
  }
}

export const RUST_HEADING = /^error(?:\[E\d{4}\])?: \S/;
export const RUST_ARROW = /^ {1,12}--> \S[^:]*(?::[\\/][^:]*)?\.rs:\d{1,7}:\d{1,7}$/;

/** An error of rustc from its heading to the empty line after it, where it proposes something (`help:`). */
export class RustHelpForm implements PrintedForm {
  readonly isWhole = true;
  isChange = false;

  take(text: string): Taken {
    if (text === '') return 'after';
    if (/(?:^| )help: /.test(text)) this.isChange = true;
    return 'part';
  }
}

/** GCC's note that names a header, with the line that it would insert: `  +++ |+#include <string.h>`. */
export const GCC_NOTE =
  /^\S.{0,400}:\d{1,7}:\d{1,7}: note: (?:‘[^’]{1,200}’ is defined in header ‘|include ‘)(?<header><[\w./+-]{1,100}>)’/;
export const GCC_INCLUDE = /^ {1,8}\+{3} \|\+#include <[\w./+-]{1,100}>$/;

/** A note of GCC that proposes a header: it has been read when the line that it would insert has. */
export class GccIncludeForm implements PrintedForm {
  readonly isWhole = true;
  readonly isChange = true;
  #isRead = false;

  take(text: string): Taken {
    if (this.#isRead) return 'after';
    this.#isRead = GCC_INCLUDE.test(text);
    return 'part';
  }
}

/** Gradle's and Maven's words before what Spotless would change. */
export const SPOTLESS_HEADING = /(?:^> |: )The following files had format violations:$/;

/** Maven writes its mark before each line. */
export const MAVEN_MARK = /^\[ERROR\] ?/;

/** A path is indented, its hunks four blanks more; blanks within lines are dots. */
export const SPOTLESS_PATH = /^(?<indent> {4,8})(?<path>[^\s@].{0,400}\.\w{1,12})$/;

/** What Spotless prints of the files that it would change: a path, then hunks of a unified diff. */
export class SpotlessForm implements PrintedForm {
  #indent: string | null = null;
  #hunks = 0;
  #isCut = false;
  #isBegun = false;

  get isWhole(): boolean {
    return !this.#isCut;
  }

  get isChange(): boolean {
    return this.#hunks > 0;
  }

  take(text: string): Taken {
    if (!this.#isBegun) {
      this.#isBegun = true;
      return 'part';
    }
    const line = text.replace(MAVEN_MARK, '');
    const path = SPOTLESS_PATH.exec(line)?.groups;
    if (path && (this.#indent === null || path['indent'] === this.#indent)) {
      this.#indent = path['indent'] ?? '';
      return 'part';
    }
    if (/^\s*(?:\.\.\. \(\d+ more lines? that didn't fit\)|Violations also present in)/.test(line)) this.#isCut = true;
    if (this.#indent === null || !line.startsWith(`${this.#indent}    `)) return 'after';
    if (HUNK.test(line.trimStart())) this.#hunks++;
    return 'part';
  }
}
