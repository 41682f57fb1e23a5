import { MAX_MESSAGE_CHARACTERS } from '../../diagnosis/limits.ts';
import type { Diagnostic } from '../../diagnosis/types.ts';
import type { EditedText, TextEdit } from './text-edit.ts';

/** eslint-plugin-prettier says each difference as an edit. https://github.com/prettier/eslint-plugin-prettier, reportDifference */
const INSERT = /^Insert `(?<inserted>.+)`$/s;
const DELETE = /^Delete `(?<deleted>.+)`$/s;
const REPLACE = /^Replace `(?<deleted>.+)` with `(?<inserted>.+)`$/s;
const BETWEEN = '` with `';

/** What it shows in place of characters that are not seen. https://github.com/prettier/prettier-linter-helpers, showInvisibles */
const SHOWN: Readonly<Record<string, string>> = { '·': ' ', '⏎': '\n', '↹': '\t', '␍': '\r' };

/** The edit that a finding of the rule `prettier/prettier` is; `null` where it is of another, or not to be read. */
export function prettierRuleEdit({
  tool,
  code,
  message,
  line,
  column,
}: Diagnostic): ((text: EditedText) => TextEdit | null) | null {
  if (tool !== 'eslint' || code !== 'prettier/prettier' || line === null || column === null) return null;
  if (message.length >= MAX_MESSAGE_CHARACTERS) return null;
  // The words between may stand in what is replaced, too.
  if (message.startsWith('Replace ') && message.split(BETWEEN).length !== 2) return null;
  const groups = (REPLACE.exec(message) ?? INSERT.exec(message) ?? DELETE.exec(message))?.groups;
  if (!groups) return null;
  const { deleted = '', inserted = '' } = groups;
  return (text) => replaced(text, { line, column }, deleted, inserted);
}

function replaced(text: EditedText, place: { line: number; column: number }, deleted: string, inserted: string): TextEdit | null {
  const from = text.at(place.line, place.column);
  if (from === null) return null;
  const to = from + deleted.length;
  const there = text.text.slice(from, to);
  // A sign for a blank may be one of the text's own: what is there says which.
  if (shown(there) !== shown(deleted)) return null;
  const own = new Set([...there].filter((character) => Object.hasOwn(SHOWN, character)));
  return { from, to, text: inserted.replace(/[·⏎↹␍]/g, (sign) => (own.has(sign) ? sign : (SHOWN[sign] ?? sign))) };
}

function shown(text: string): string {
  return text.replace(/[·⏎↹␍]/g, (sign) => SHOWN[sign] ?? sign);
}
