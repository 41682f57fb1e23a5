import { parsePatch } from 'diff';
import { withoutWorkspace } from '../../diagnosis/dispatch/paths.ts';
import { HUNK, MAVEN_MARK, MIX_LINE, RUSTFMT, SPOTLESS_PATH } from '../../diagnosis/printed-diffs/printed-forms.ts';
import type { PrintedDiff } from '../../diagnosis/types.ts';
import type { Hunk, Row } from './hunks.ts';

/** What a printed change does to one file. */
export interface FileChange {
  /** As the tool names it, with `/`, without the runner's workspace. */
  path: string;
  /** Relative to the repository and nothing else: git's. */
  isFromRoot: boolean;
  hunks: Hunk[];
  /** Git's names of the contents, abbreviated. */
  blobs: { before: string; after: string } | null;
  tool: string;
  /** The same the other way round: `diff` does not say which of both is committed. */
  reversed?: Hunk[];
}

export type Parsed = { changes: FileChange[] } | { refused: string };

/** rustfmt shows so many unchanged lines after a change, and mix so many, where the file has them. */
const RUSTFMT_CONTEXT = 3;

const NOT_A_CHANGE_OF_LINES: readonly [RegExp, string][] = [
  [/^(?:new file mode |--- \/dev\/null)/, 'it makes a new file'],
  [/^(?:deleted file mode |\+\+\+ \/dev\/null)/, 'it deletes a file'],
  [/^(?:rename|copy) (?:from|to) |^(?:dis)?similarity index /, 'it renames or copies a file'],
  [/^(?:old|new) mode /, 'it changes whether a file is executable'],
  [/^(?:Binary files |GIT binary patch)/, 'it changes a binary file'],
  [/^Submodule |^index [0-9a-f]+\.\.[0-9a-f]+ 160000$/, 'it changes a submodule'],
];

/** Reads a printed change. `tool` is who printed it. */
export function parseChange(diff: PrintedDiff, tool: string): Parsed {
  const lines = diff.text.split('\n');
  if (tool === 'rustfmt') return parseRustfmt(lines);
  if (tool === 'mix format') return parseMix(lines);
  if (tool === 'spotless') return parseSpotless(lines);
  return parseUnified(lines, tool);
}

function parseUnified(lines: readonly string[], tool: string): Parsed {
  const first = lines.findIndex((line) => HUNK.test(line));
  const header = first < 0 ? lines : lines.slice(0, first);
  for (const [form, reason] of NOT_A_CHANGE_OF_LINES) if (header.some((line) => form.test(line))) return { refused: reason };
  const path = pathOf(header, tool);
  if (first < 0 || path === null) return { refused: 'it does not say which lines of which file are changed' };
  try {
    const read = parsePatch(lines.slice(first).join('\n')).flatMap((patch) => patch.hunks);
    const hunks = read.map(unifiedHunk);
    const starts = read.map(({ newStart }) => newStart - 1);
    if (hunks.length === 0) return { refused: 'it changes nothing' };
    if (tool === 'diff') {
      const reversed = hunks.map(({ at, ...hunk }, index) => reversedHunk({ at, ...hunk }, starts[index] ?? 0));
      return { changes: [{ path, isFromRoot: false, hunks, blobs: null, tool, reversed }] };
    }
    const isFromRoot = header.some((line) => line.startsWith('diff --git '));
    return { changes: [{ path, isFromRoot, hunks, blobs: blobsOf(header), tool }] };
  } catch {
    return { refused: 'its lines do not add up to what it announces' };
  }
}

const OTHER_WAY: Readonly<Record<Row['mark'], Row['mark']>> = { ' ': ' ', '-': '+', '+': '-' };

/** What comes goes, and what goes comes; rows that go stand first, as everywhere. */
function reversedHunk({ rows, ends }: Hunk, at: number): Hunk {
  const turned = rows.map(({ mark, text }) => ({ mark: OTHER_WAY[mark], text }));
  return { at: [at], rows: turned, ends };
}

function unifiedHunk({ oldStart, lines }: { oldStart: number; lines: string[] }): Hunk {
  const rows: Row[] = [];
  const bare = { ' ': false, '-': false, '+': false };
  for (const line of lines) {
    const mark = (line.charAt(0) || ' ') as Row['mark'] | '\\';
    if (mark !== '\\') rows.push({ mark, text: line.slice(1) });
    else bare[rows.at(-1)?.mark ?? ' '] = true;
  }
  // Lines that have no line end are the file's last ones; the other side then has one line end more.
  if (bare['-'] && !bare['+']) rows.push({ mark: '+', text: '' });
  if (bare['+'] && !bare['-']) rows.push({ mark: '-', text: '' });
  return { at: [oldStart - 1], rows, ends: bare[' '] || bare['-'] || bare['+'] ? 'end' : 'closed' };
}

function pathOf(header: readonly string[], tool: string): string | null {
  const before = nameOf(header, '--- ');
  const after = nameOf(header, '+++ ');
  if (before === null || after === null) return null;
  if (tool === 'php-cs-fixer' && after === 'New') return plainPath(titleOf(header));
  if (tool === 'phpcs') return plainPath(before);
  if (tool === 'diff') return plainPath(committedOf(before, after));
  const isGit = header.some((line) => line.startsWith('diff --git '));
  const [left, right] = [stripped(before, tool), stripped(after, tool)];
  const hasPrefixes = before.startsWith('a/') && after.startsWith('b/');
  const names = hasPrefixes && (isGit || tool !== 'black') ? [left.slice(2), right.slice(2)] : [left, right];
  if (tool === 'ocamlformat') return plainPath((names[0] ?? '').replace(/^_build\/default\//, ''));
  return names[0] === names[1] ? plainPath(names[0] ?? null) : null;
}

/** What is no file of the repository: a pipe, standard input, a folder for temporary files. */
const TEMPORARY =
  /^(?:-$|\/dev\/|\/tmp\/|\/var\/|\/private\/|\$)|(?:^|\/)\.?(?:tmp|temp|_?tmp_?\w{0,20}|_output)(?:\.\w{1,20})?\//i;

/** Of the two names the one that is no temporary one. */
function committedOf(before: string, after: string): string | null {
  const plain = [before, after].filter((name) => !TEMPORARY.test(name));
  if (plain.length === 1) return plain[0] ?? null;
  return before === after || before.replace(/^a\//, '') === after.replace(/^b\//, '') ? before.replace(/^a\//, '') : null;
}

function nameOf(header: readonly string[], mark: string): string | null {
  const line = header.find((one) => one.startsWith(mark));
  return line === undefined ? null : unquoted((line.slice(mark.length).split('\t')[0] ?? '').trimEnd());
}

const ESCAPE = /\\(?:([0-7]{3})|(["\\]))/g;

/** Git puts names with unusual characters into quotes, bytes beyond ASCII as octal numbers. Control characters stay unread. */
function unquoted(name: string): string {
  const inner = /^"((?:[\x20-!#-[\]-~]|\\(?:[0-7]{3}|["\\])){1,4096})"$/.exec(name)?.[1];
  if (inner === undefined) return name;
  const bytes = inner.replace(ESCAPE, (_, octal, plain) => (octal ? String.fromCharCode(Number.parseInt(octal, 8)) : plain));
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\uFFFD') ? name : text;
}

function stripped(name: string, tool: string): string {
  const plain = name.replace(/\.orig$/, '');
  if (tool === 'isort') return plain.replace(/:(?:before|after)$/, '');
  if (tool === 'terraform') return plain.replace(/^(?:old|new)\//, '');
  if (tool === 'autopep8') return plain.replace(/^(?:original|fixed)\//, '');
  if (tool === 'docformatter') return plain.replace(/^(?:before|after)\//, '');
  return plain;
}

function titleOf(header: readonly string[]): string | null {
  for (const line of header) {
    const path = /^\s*\d{1,5}\) (?<path>\S.*?\.php)(?: \(.*\)|:\d+)?$/.exec(line)?.groups?.['path'];
    if (path !== undefined) return path;
  }
  return null;
}

function plainPath(name: string | null): string | null {
  if (name === null || name === '' || name.startsWith('"')) return null;
  return withoutWorkspace(name).replaceAll('\\', '/').replace(/^\.\//, '');
}

function blobsOf(header: readonly string[]): FileChange['blobs'] {
  for (const line of header) {
    const groups = /^index (?<before>[0-9a-f]{7,40})\.\.(?<after>[0-9a-f]{7,40})(?: 100644)?$/.exec(line)?.groups;
    if (groups) return { before: groups['before'] ?? '', after: groups['after'] ?? '' };
  }
  return null;
}

/**
 * rustfmt numbers the first line, counts a last line end as an empty line, and does not say how many lines it shows. It shows
 * three that stay after the last that changes, or the file's last ones: fewer means that the log is cut off.
 */
function parseRustfmt(lines: readonly string[]): Parsed {
  const groups = RUSTFMT.exec(lines[0] ?? '')?.groups;
  const path = plainPath(groups?.['path'] ?? null);
  if (!groups || path === null) return { refused: 'it does not say which lines of which file are changed' };
  const all: Row[] = lines.slice(1).map((line) => ({ mark: line.charAt(0) as Row['mark'], text: line.slice(1) }));
  const last = all.findLastIndex((row) => row.mark !== ' ');
  const rows = all.slice(0, last + 1 + RUSTFMT_CONTEXT);
  const ends = rows.length === last + 1 + RUSTFMT_CONTEXT ? 'free' : 'end';
  const hunk: Hunk = { at: [Number(groups['line']) - 1], rows, ends };
  return { changes: [{ path, isFromRoot: false, hunks: [hunk], blobs: null, tool: 'rustfmt' }] };
}

/** Spotless shows blanks as dots and tabulators as `\\t`; a text may have both of its own. */
function parseSpotless(lines: readonly string[]): Parsed {
  const changes: FileChange[] = [];
  let patch: string[] = [];
  const files: { path: string; patch: string[] }[] = [];
  let indent = '';
  for (const line of lines.slice(1).map((one) => one.replace(MAVEN_MARK, ''))) {
    const groups = SPOTLESS_PATH.exec(line)?.groups;
    if (groups && (files.length === 0 || groups['indent'] === indent)) {
      indent = groups['indent'] ?? '';
      patch = [];
      files.push({ path: groups['path'] ?? '', patch });
    } else patch.push(line.slice(indent.length + 4));
  }
  for (const { path: printed, patch: shown } of files) {
    const path = plainPath(printed);
    // A tabulator that does not indent may be a text's own two signs.
    if (path === null || shown.some((line) => /^[-+ ](?:·|\\t)*[^·\\].*\\[tnr]/.test(line) || /\\[rn]$/.test(line)))
      return { refused: 'it shows signs that may be read in two ways' };
    try {
      const hunks = parsePatch(shown.map(withBlanks).join('\n')).flatMap((one) => one.hunks.map(unifiedHunk));
      if (hunks.length === 0) return { refused: 'it changes nothing' };
      changes.push({ path, isFromRoot: false, hunks, blobs: null, tool: 'spotless' });
    } catch {
      return { refused: 'its lines do not add up to what it announces' };
    }
  }
  return changes.length > 0 ? { changes } : { refused: 'it does not say which lines of which file are changed' };
}

function withBlanks(line: string): string {
  if (HUNK.test(line)) return line;
  return (
    line.charAt(0) +
    line
      .slice(1)
      .replaceAll('·', ' ')
      .replace(/^(?: |\\t)*/, (leading) => leading.replaceAll('\\t', '\t'))
  );
}

/** Elixir's lines have both numbers; `...|` stands for lines that are left out, and for the rest of the file. */
function parseMix(lines: readonly string[]): Parsed {
  const changes: FileChange[] = [];
  let block: MixBlock | null = null;
  for (const line of lines.slice(1)) {
    const numbers = MIX_LINE.exec(line);
    const path = numbers || line === '' ? null : plainPath(line);
    if (path !== null) changes.push({ path, isFromRoot: false, hunks: [], blobs: null, tool: 'mix format' });
    if (!numbers || numbers.groups?.['skip'] !== undefined) {
      if (numbers && block) block.ends = 'free';
      block = null;
      continue;
    }
    if (!block) {
      block = new MixBlock();
      changes.at(-1)?.hunks.push(block);
    }
    if (!block.add(numbers.groups ?? {}, line.slice(numbers[0].length))) {
      return { refused: 'its lines do not add up to what it announces' };
    }
  }
  return changes.length > 0 && changes.every(({ hunks }) => hunks.length > 0) ? { changes } : { refused: 'it is cut off' };
}

class MixBlock implements Hunk {
  readonly at: number[] = [];
  readonly rows: Row[] = [];
  ends: Hunk['ends'] = 'last';
  #oldLines = 0;
  #newLines = 0;
  /** The number, from 0, of the block's first line in the new file. */
  #newAt: number | null = null;

  /** Returns whether the numbers go on from those before. */
  add({ old, new: wanted, deleted, inserted }: Record<string, string | undefined>, text: string): boolean {
    const oldNumber = old ?? deleted;
    const newNumber = wanted ?? inserted;
    if (oldNumber !== undefined) {
      const at = Number(oldNumber) - 1 - this.#oldLines++;
      if (this.at.length === 0) this.at.push(at);
      if (this.at[0] !== at) return false;
    }
    if (newNumber !== undefined) {
      const at = Number(newNumber) - 1 - this.#newLines++;
      this.#newAt ??= at;
      if (this.#newAt !== at) return false;
    }
    this.rows.push({ mark: old !== undefined ? ' ' : deleted !== undefined ? '-' : '+', text });
    return true;
  }
}
