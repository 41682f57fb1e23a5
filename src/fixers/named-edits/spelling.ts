import type { Diagnostic } from '../../diagnosis/types.ts';
import type { EditedText, TextEdit } from './text-edit.ts';

/** One word and the one that is meant; several proposals, or a remark behind them, are for a person to choose from. */
const FORMS: Readonly<Record<string, RegExp>> = {
  codespell: /^(?<word>[\p{L}'’-]{2,60}) ==> (?<meant>[\p{L}'’-]{2,60})$/u,
  typos: /^`(?<word>[\p{L}'’-]{2,60})` (?:should be|->) `(?<meant>[\p{L}'’-]{2,60})`,?$/u,
  misspell: /^(?:found )?"(?<word>[\p{L}'’-]{2,60})" (?:is )?a misspelling of "(?<meant>[\p{L}'’-]{2,60})"$/u,
};

const PROSE =
  /(?:^|\/)(?:readme|changelog|contributing|news|authors|license)[^/]{0,20}$|\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|tex|org)$/i;

/** What goes before a comment that has the rest of its line, or a line of one over several. */
const COMMENT = /^\s*(?:\/\/|#|\*|\/\*|--|;|%|<!--)|\s(?:\/\/|#) /;

/** What stands in code marks, an address or a path is no prose. */
const NO_PROSE = /`[^`]*`|https?:\/\/\S+|\S*[/\\_@]\S*|\S+\.\w{1,5}\b(?=\S)/g;

/** The edit that a finding about a misspelt word asks for: in prose and comments only, for a name or a text of a program may be compared. */
export function spellingEdit({ tool, message, line, path }: Diagnostic): ((text: EditedText) => TextEdit[] | null) | null {
  const form = Object.hasOwn(FORMS, tool) ? FORMS[tool] : undefined;
  const { word, meant } = form?.exec(message)?.groups ?? {};
  if (word === undefined || meant === undefined || line === null || path === null) return null;
  return (text) => corrected(text, { line, word, meant, isProse: PROSE.test(path) });
}

interface Misspelling {
  line: number;
  word: string;
  meant: string;
  isProse: boolean;
}

function corrected(text: EditedText, { line, word, meant, isProse }: Misspelling): TextEdit[] | null {
  const place = text.line(line);
  if (!place) return null;
  const content = text.text.slice(place.from, place.to);
  const begin = isProse ? 0 : (COMMENT.exec(content)?.index ?? content.length);
  const readable = content.replace(NO_PROSE, (hidden) => ' '.repeat(hidden.length));
  const all = placesOfWord(content, word);
  const edits = placesOfWord(readable, word)
    .filter((at) => at >= begin)
    .map((at) => ({ from: place.from + at, to: place.from + at + word.length, text: meant }));
  // One that stays keeps the linter red.
  return edits.length > 0 && edits.length === all.length ? edits : null;
}

function placesOfWord(text: string, word: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const isWhole = !/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(text.slice(at + word.length));
    if (isWhole) places.push(at);
  }
  return places;
}
