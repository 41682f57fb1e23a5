/** Characters of one line that a report shows. */
const MAX_LINE_CHARACTERS = 400;

/**
 * What a log holds besides text could move the cursor, recolour the terminal or turn the order of what is read: control
 * characters of both sets, marks of direction, and the separators that some terminals take for line ends.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out
const UNSAFE = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text of the log as one harmless line for a terminal, cut where it is very long. */
export function plain(text: string): string {
  const cut = text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}…` : text;
  return cut.replace(UNSAFE, ' ').replaceAll('\t', '    ').toWellFormed();
}
