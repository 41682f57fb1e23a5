import type { Diagnostic } from '../../diagnosis/types.ts';
import type { EditedText, TextEdit } from './text-edit.ts';

/** Rules of `dotnet format --verify-no-changes` that say each difference as an edit. */
const RULES: ReadonlySet<string> = new Set(['WHITESPACE', 'FINALNEWLINE', 'ENDOFLINE']);
/**
 * Only in English: another language is another runner's.
 * https://github.com/dotnet/sdk/blob/main/src/Dotnet.Format/dotnet-format/Formatters/WhitespaceFormatter.cs, BuildChangeMessage
 */
const EDIT =
  /\. (?:Insert|Delete (?<gone>\d{1,5}) characters|Replace (?<taken>\d{1,5}) characters with)(?: '(?<inserted>(?:\\[stnr])+)')?\.$/;
const WRITTEN: Readonly<Record<string, string>> = { '\\s': ' ', '\\t': '\t', '\\n': '\n', '\\r': '\r' };

/** The edit that a finding of `dotnet format` is; `null` where it is of another, or names none. */
export function dotnetFormatEdit({
  tool,
  code,
  message,
  line,
  column,
}: Diagnostic): ((text: EditedText) => TextEdit | null) | null {
  if (tool !== 'dotnet format' || !RULES.has(code ?? '') || line === null || column === null) return null;
  const groups = EDIT.exec(message)?.groups;
  const inserted = groups?.['inserted']?.replace(/\\[stnr]/g, (sign) => WRITTEN[sign] ?? sign) ?? '';
  const characters = Number(groups?.['gone'] ?? groups?.['taken'] ?? 0);
  if (!groups || (inserted === '') !== (groups['gone'] !== undefined)) return null;
  return (text) => respaced(text, { line, column }, characters, inserted);
}

/** The tool counts the characters of the file as it was checked out: with line ends of another kind there it speaks of others. */
function respaced(
  text: EditedText,
  { line, column }: { line: number; column: number },
  characters: number,
  inserted: string,
): TextEdit | null {
  const from = text.at(line, column);
  if (from === null) return null;
  const deleted = text.text.slice(from, from + characters);
  if (deleted.length < characters || /\S/.test(deleted)) return null;
  const lineEnd = /\r?\n/.exec(inserted)?.[0];
  if (lineEnd === undefined ? deleted.includes('\n') : text.text.includes('\n') && lineEnd !== text.lineEnd) return null;
  return { from, to: from + characters, text: inserted };
}
