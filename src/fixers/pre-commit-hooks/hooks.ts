/**
 * What pre-commit's own hooks do to a file, from their sources (https://github.com/pre-commit/pre-commit-hooks, 5.0). They are
 * small enough to be told anew; the originals are Python.
 */

/** @param args those of .pre-commit-config.yaml. @returns the content, or a reason why it is not certain */
type Hook = (content: string, args: readonly string[], path: string) => string | { declined: string };

export const HOOKS: Readonly<Record<string, Hook>> = {
  'trailing-whitespace': trimLines,
  'end-of-file-fixer': (content) => endOnce(content),
  'mixed-line-ending': oneLineEnding,
  'fix-byte-order-marker': (content) => content.replace(/^\ufeff/, ''),
  'pretty-format-json': prettyJson,
};

/** `--markdown-linebreak-ext`: in such files two blanks at a line's end are a line break and stay. */
function trimLines(content: string, args: readonly string[], path: string): string | { declined: string } {
  const unknown = args.find((arg) => !arg.startsWith('--markdown-linebreak-ext='));
  if (unknown !== undefined) return { declined: `the hook's argument ${unknown} is not known` };
  const extensions = args.flatMap((arg) => (arg.split('=')[1] ?? '').split(','));
  const own = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const isMarkdown = extensions.some((one) => one === '*' || one.replace('.', '').toLowerCase() === own);
  return linesOf(content)
    .map(
      ({ text, end }) => (isMarkdown && text.endsWith('  ') && text.trim() !== '' ? `${text.trimEnd()}  ` : trimmed(text)) + end,
    )
    .join('');
}

/** Python's `bytes.rstrip()`: ASCII blanks only. */
function trimmed(text: string): string {
  return text.replace(/[ \t\v\f]{1,10000}$/, '');
}

function endOnce(content: string): string {
  if (content === '') return content;
  const lines = linesOf(content);
  const last = lines.findLastIndex(({ text }) => text !== '');
  if (last < 0) return '';
  const kept = lines.slice(0, last + 1).map(({ text, end }) => text + end);
  return lines[last]?.end === '' ? `${content}\n` : kept.join('');
}

const ENDINGS: Readonly<Record<string, string>> = { lf: '\n', crlf: '\r\n', cr: '\r' };

/** The most frequent line ending, or the one asked for. */
function oneLineEnding(content: string, args: readonly string[]): string | { declined: string } {
  const asked = args.map((arg) => /^(?:--fix=|-f)(?<how>\w+)$/.exec(arg)?.groups?.['how'] ?? arg);
  const how = asked[0] ?? 'auto';
  if (asked.length > 1 || (how !== 'auto' && !(how in ENDINGS)))
    return { declined: `the hook's arguments ${args.join(' ')} are not known` };
  const lines = linesOf(content);
  const ending = how === 'auto' ? mostFrequent(lines.map(({ end }) => end)) : (ENDINGS[how] ?? '\n');
  return lines.map(({ text, end }) => text + (end === '' ? '' : ending)).join('');
}

/** In the order in which the hook looks: of equally frequent ones the first. */
function mostFrequent(ends: readonly string[]): string {
  const count = (ending: string) => ends.filter((end) => end === ending).length;
  return ['\r', '\r\n', '\n'].reduce((best, ending) => (count(ending) > count(best) ? ending : best), '\r');
}

interface TextLine {
  text: string;
  end: string;
}

function linesOf(content: string): TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  for (const { 0: end, index } of content.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ text: content.slice(start, index), end });
    start = index + end.length;
  }
  if (start < content.length) lines.push({ text: content.slice(start), end: '' });
  return lines;
}

const JSON_ARGUMENTS = /^--(?:autofix|no-sort-keys|no-ensure-ascii|indent=[1-8])$/;

const NUMBER = /(?<=[:[,]\s{0,200}|^\s{0,200})-?\d[\d.eE+-]{0,60}/g;

/** Whether Python writes a number as JavaScript does: both take the shortest form, but for its exponent and for `1.0`. */
function isWrittenAlike(number: string): boolean {
  const value = Number(number);
  const size = Math.abs(value);
  return String(value) === number && (size === 0 || size >= 1e-4) && size < 1e15;
}

function prettyJson(content: string, args: readonly string[]): string | { declined: string } {
  const unknown = args.find((arg) => !JSON_ARGUMENTS.test(arg));
  if (unknown !== undefined) return { declined: `the hook's argument ${unknown} is not known` };
  if (content.match(NUMBER)?.some((one) => !isWrittenAlike(one)))
    return { declined: 'its numbers may be written in another way' };
  try {
    const value = args.includes('--no-sort-keys') ? parsed(content) : sorted(parsed(content));
    const indent = Number(args.find((arg) => arg.startsWith('--indent='))?.slice('--indent='.length) ?? 2);
    const text = JSON.stringify(value, null, indent);
    return `${args.includes('--no-ensure-ascii') ? text : escaped(text)}\n`;
  } catch {
    return { declined: 'it is no JSON, or its order of keys would not be kept' };
  }
}

/** @throws RangeError where JavaScript would put keys that are numbers before the others, or a key stands twice */
function parsed(content: string): unknown {
  const keys = content.match(/"(?:[^"\\]|\\.){0,1000}"(?=\s{0,100}:)/g)?.length ?? 0;
  const value: unknown = JSON.parse(content);
  if (countKeys(value) !== keys) throw new RangeError('a key stands twice');
  return value;
}

function countKeys(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + countKeys(inner), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const keys = Object.keys(value);
  if (keys.some((key) => /^\d+$/.test(key))) throw new RangeError('keys that are numbers change their place');
  return keys.length + Object.values(value).reduce<number>((sum, inner) => sum + countKeys(inner), 0);
}

/** By code points, as Python sorts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** `json.dumps` with `ensure_ascii`, which is its default. */
function escaped(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
