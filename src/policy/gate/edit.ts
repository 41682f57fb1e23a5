/** A file as a fix wants it. */
export interface Edit {
  path: string;
  /** UTF-8 text before and after. */
  before: string;
  after: string;
}

/** Reasons to refuse an edit, as sentences for people; none when nothing speaks against it. */
export type Check = (edit: Edit) => string[];

/** Something that a patch may not add. */
export interface Forbidden {
  /** What it does, as the end of "The patch …". */
  readonly what: string;
  /** Global, and linear in the text. */
  readonly expression: RegExp;
  /** Where it counts; everywhere when left out. */
  readonly paths?: RegExp;
}

/**
 * The rules that an edit breaks. What stands there already may stay and may move: only more of it than before is refused, so
 * that formatting a file that holds such a thing is no offence.
 */
export function addedOf({ path, before, after }: Edit, rules: readonly Forbidden[]): string[] {
  return rules
    .filter(({ paths }) => paths?.test(path) ?? true)
    .filter(({ expression }) => countOf(expression, after) > countOf(expression, before))
    .map(({ what }) => `The patch ${what} in ${path}.`);
}

/** How often an expression matches. */
export function countOf(expression: RegExp, text: string): number {
  return text.match(expression)?.length ?? 0;
}
