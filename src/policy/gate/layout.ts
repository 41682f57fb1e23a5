import { isSameData } from './data.ts';
import type { Edit } from './edit.ts';
import { languageOf } from './languages.ts';
import { Scan } from './scan.ts';
import { isRecording } from './test-paths.ts';
import { signsOf } from './tokens.ts';

/** A file, less its layout. */
interface Gist {
  /** Words, operators and strings outside of comments, in their order, with the brackets and commas that count. */
  code: readonly string[];
  /** Words of comments, sorted: formatters wrap comments and move them. */
  comments: readonly string[];
}

const PROSE = /\.(?:md|mdx|markdown)$/i;

/**
 * Whether two versions of a file differ in their layout at most. A comment that swallows the next line, a statement that is
 * indented into a branch and a blank in a string are no layout. What a layout is, is known of some languages only: of other
 * files the ends of lines may change, of what tests compare with not even those blanks.
 */
export function isSameButLayout(path: string, before: string, after: string): boolean {
  if (before === after) return true;
  const sameData = isSameData(path, before, after);
  if (sameData !== null) return sameData;
  if (PROSE.test(path) ? isRecording(path) : !languageOf(path)) return plainOf(path, before) === plainOf(path, after);
  const [old, young] = [gistOf(path, before), gistOf(path, after)];
  return isSame(old.code, young.code) && isSame(old.comments, young.comments);
}

/** Several checks ask of one edit; reading a megabyte once is enough. */
const answers = new WeakMap<Edit, boolean>();

/** Whether an edit changes the layout of its file at most. */
export function isLayoutOnly(edit: Edit): boolean {
  const known = answers.get(edit);
  if (known !== undefined) return known;
  const answer = isSameButLayout(edit.path, edit.before, edit.after);
  answers.set(edit, answer);
  return answer;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((token, index) => token === right[index]);
}

/** A text less what hooks mend in any file: kinds of line ends, a last one that is missing, blanks before them. */
function plainOf(path: string, text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  if (isRecording(path)) return lines.endsWith('\n') ? lines : `${lines}\n`;
  return lines
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

/** A text less its layout, read in the language of the file that it is from. */
export function gistOf(path: string, text: string): Gist {
  // Formatters swap the signs of lists and emphasis.
  if (PROSE.test(path)) return { code: text.match(/[\p{L}\p{N}$]+|[^\s\p{L}\p{N}_$'"`,;()\\*+#|:-]/gu) ?? [], comments: [] };
  const language = languageOf(path);
  if (!language) return { code: signsOf(text), comments: [] };
  const plain = text.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  const gist = new Scan(language.shell ? plain.replaceAll('$(', '(') : plain, language);
  return { code: gist.tokens(), comments: gist.comments.toSorted() };
}
