import { RE2JS } from 're2js';

/**
 * A problem matcher in GitHub's own form, as data: `.github/*.json` of a repository. The fields of a pattern are numbers
 * of groups. See https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md.
 */
export interface ProblemMatcher {
  /** Its name, and the tool of the diagnostics that it gives. */
  readonly owner: string;
  /** Of what it finds, where no pattern captures one. */
  readonly severity?: string | undefined;
  /** For findings over several lines, in the order of the lines. */
  readonly pattern: readonly ProblemPattern[];
}

export interface ProblemPattern extends Partial<Readonly<Record<PatternField, number | undefined>>> {
  readonly regexp: string;
  /** Of the last pattern of several: it goes on matching line after line. */
  readonly loop?: boolean | undefined;
}

export const PATTERN_FIELDS = ['file', 'fromPath', 'line', 'column', 'severity', 'code', 'message'] as const;
export type PatternField = (typeof PATTERN_FIELDS)[number];

/** Characters of an expression, and instructions of its program: both bound the work for a character of the log. */
export const MAX_EXPRESSION_CHARACTERS = 1_000;
export const MAX_PROGRAM_SIZE = 500;

/** An expression that runs in time linear in the line, whatever it says. */
export interface LinearExpression {
  /** Groups, with the whole match as group 0. */
  readonly groups: number;
  /** Instructions of its program. */
  readonly size: number;
  /** Whether it matches anywhere in the text; quick. */
  test(text: string): boolean;
  /** The text of each group; a group that took no part is empty, as the runner has it. */
  capture(text: string): readonly string[] | null;
}

/**
 * Compiles an expression for the engine that never backtracks. It knows no look-around and no back-references.
 * @throws Error with the reason, when it can't be compiled or is too large
 */
export function compileLinear(source: string): LinearExpression {
  if (source.length > MAX_EXPRESSION_CHARACTERS) throw new Error(`It is longer than ${MAX_EXPRESSION_CHARACTERS} characters.`);
  const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
  if (compiled.programSize() > MAX_PROGRAM_SIZE) throw new Error('It is too large: it repeats too much.');
  const groups = compiled.groupCount() + 1;
  return {
    groups,
    size: compiled.programSize(),
    test: (text) => compiled.test(text),
    capture(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() ? Array.from({ length: groups }, (_, index) => matcher.group(index) ?? '') : null;
    },
  };
}
