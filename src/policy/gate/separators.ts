import type { Language } from './languages.ts';

/** Before one of these a comma or a semicolon keeps apart what would else be one expression: `[1, -2]` and `[1 - 2]`. */
const GOES_ON = /^[([+\-*/<.]$/;
const LIST_GOES_ON = /^[([{+\-*/<.&~@]$/;
/** An index signature is no longer. */
const LONGEST_SIGNATURE = 12;

/** In a shell: after, and before, what a line's end says nothing. */
const GOES_ON_AFTER = /^(?:then|do|else|elif|if|while|until|\{|\(|&|\||;)$/;
const GOES_ON_BEFORE = /^(?:then|do|\{|\}|\)|&|\||;)$/;

/**
 * The tokens of a file with those commas and semicolons only that say something: a list's last comma and a line's last semicolon are
 * layout.
 */
export function settledSeparators(tokens: readonly string[], language: Language): string[] {
  if (language.shell) return tokens.filter((token, index) => token !== ';' || separates(tokens, index));
  return tokens.flatMap((token, index) => {
    if (token !== ',' && token !== ';') return [token];
    const next = tokens[index + 1] ?? '';
    const isList = token === ',';
    // Who writes no semicolons puts one before a bracket that begins a line, also where nothing stands before it.
    if (!isList && language.script && /^\{?$/.test(tokens[index - 1] ?? '')) return [];
    if (isList && !language.operators) return /^[)\]}]?$/.test(next) ? [] : [token];
    // In Python a last comma makes a list of what stands before it.
    if (isList && language.offside && next === '\n') return [token];
    if (!(isList ? LIST_GOES_ON : GOES_ON).test(next) || (language.script && isSignature(tokens, index + 1))) return [];
    // TypeScript takes either between the members of a type.
    return [language.script ? ',' : token];
  });
}

/** Members of a type need nothing between them: `[key: string]: number`. */
function isSignature(tokens: readonly string[], index: number): boolean {
  if (tokens[index] !== '[') return false;
  const end = tokens.slice(index, index + LONGEST_SIGNATURE).indexOf(']');
  return end > 0 && (tokens[index + end + 1] === ':' || tokens[index + end + 2] === ':');
}

function separates(tokens: readonly string[], index: number): boolean {
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (before === undefined || after === undefined) return false;
  return !GOES_ON_AFTER.test(before) && !GOES_ON_BEFORE.test(after);
}
