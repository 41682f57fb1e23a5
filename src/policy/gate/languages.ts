import { C_OPERATORS, GO_OPERATORS, type Operators, PYTHON_OPERATORS, RUST_OPERATORS } from './operators.ts';

/** How a language writes what a formatter must not touch: comments and strings. */
export interface Language {
  /** Sticky: a comment, from its sign to its end. */
  readonly comment: RegExp;
  /** Sticky: a string or another literal whose blanks count. */
  readonly text: RegExp;
  /** A line's indentation says what belongs to what, and its end ends a statement. */
  readonly offside?: boolean;
  /** What differs only between writers of JavaScript and TypeScript, and templates, which embed code. */
  readonly script?: boolean;
  /** Back-ticks and `$(…)` are the same, and a line's end is the same as a semicolon. */
  readonly shell?: boolean;
  /** How tightly its operators bind; without it every bracket counts. */
  readonly operators?: Operators;
}

const SLASHES = /\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\*[\s\S]*/y;

// Each is written so that no step of it can be taken in two ways: texts may be a megabyte long.
const DOUBLE = /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"?/;
const SINGLE = /'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'?/;
/** An apostrophe alone is a Rust lifetime, or parts digits in C++. */
const CHARACTER = /(?<!\w)'(?:[^'\\\n]|\\[^\n][^'\n]{0,9})'/;
const LONG_DOUBLE = /"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*(?:""")?/;
const LONG_SINGLE = /'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*(?:''')?/;

function oneOf(...expressions: readonly RegExp[]): RegExp {
  return new RegExp(expressions.map(({ source }) => source).join('|'), 'y');
}

const SCRIPT: Language = { comment: SLASHES, text: oneOf(DOUBLE, SINGLE), script: true, operators: C_OPERATORS };
const GO: Language = { comment: SLASHES, text: oneOf(DOUBLE, SINGLE, /`[^`]*`?/), operators: GO_OPERATORS };
const C: Language = { comment: SLASHES, text: oneOf(DOUBLE, CHARACTER), operators: C_OPERATORS };
const PHP: Language = { comment: oneOf(SLASHES, /(?<=^|\s)#[^[\n][^\n]*/m), text: oneOf(DOUBLE, SINGLE) };
const RUST: Language = {
  comment: SLASHES,
  text: oneOf(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"?/, CHARACTER),
  operators: RUST_OPERATORS,
};
const PYTHON: Language = {
  comment: /#[^\n]*/y,
  text: oneOf(LONG_DOUBLE, LONG_SINGLE, DOUBLE, SINGLE),
  offside: true,
  operators: PYTHON_OPERATORS,
};
// What is quoted in a shell may hold commands, which formatters do lay out anew.
const SHELL: Language = { comment: /(?<=^|\s)#[^\n]*/my, text: /(?!)/y, shell: true };
const HASHES: Language = { comment: /(?<=^|\s)#[^\n]*/my, text: /(?!)/y };
const RUBY: Language = { comment: /(?<=^|\s)#[^\n]*/my, text: oneOf(DOUBLE, SINGLE) };
const DASHES: Language = { comment: /--[^\n]*/y, text: oneOf(DOUBLE, SINGLE) };

const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:[cm]?[jt]sx?|json|json5|jsonc)$/i, SCRIPT],
  [/\.go$/i, GO],
  [/\.rs$/i, RUST],
  [/\.(?:c|h|cc|hh|cpp|hpp|cxx|hxx|m|mm|cu|java|kt|kts|cs|swift|scala|sbt|groovy|gradle|dart|proto)$/i, C],
  [/\.php$/i, PHP],
  [/\.pyi?$/i, PYTHON],
  [/\.(?:rb|ex|exs|toml|pl|pm|t|jl|nim|tf|hcl|tfvars)$/i, RUBY],
  [/\.(?:sh|bash|zsh|bats|ksh)$/i, SHELL],
  [/\.(?:cmake|r)$|(?:^|\/)CMakeLists\.txt$/i, HASHES],
  [/\.(?:sql|lua|hs)$/i, DASHES],
];

/** The language of a file by its name; `undefined` for one that is not known here. */
export function languageOf(path: string): Language | undefined {
  return LANGUAGES.find(([names]) => names.test(path))?.[1];
}
