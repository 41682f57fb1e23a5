import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { MODES, type Mode } from '../policy/types.ts';
import { type ConfigFault, MOST_FAULTS, toFaults } from './config-faults.ts';
import { repositoryConfigSchema } from './repository-config.ts';

/** A configuration is small; more is an attack or a mistake. The YAML parser's time grows with the square of the keys. */
const LARGEST_CONFIG = 16 * 1024;
/** Few aliases are enough for people; many are how a small file becomes a huge value. */
const MOST_ALIASES = 20;

export type PlainMap = { [key: string]: unknown };

/** What one file says by itself. */
export interface ConfigFile {
  /** What it sets, as written but for `causes.<cause>: word`, which is written out; empty when it has faults. */
  value: PlainMap;
  /** The line of each value that it sets, by its key such as `paths.protected`. */
  lines: ReadonlyMap<string, number>;
  faults: ConfigFault[];
  /** Its mode, where that can be read although the rest can't. */
  mode: Mode | null;
}

/**
 * Reads one file of the form of regreen.yml. Never throws: a broken file sets nothing, and each fault has its line.
 * @param text the file's content, which may be hostile
 */
export function readConfigFile(text: string): ConfigFile {
  if (text.length > LARGEST_CONFIG)
    return broken([{ line: 1, key: '', message: `The file is larger than ${LARGEST_CONFIG / 1024} KB.` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: 'core', customTags: [], merge: false });
  const mode = modeOf(document);
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      line: lines.linePos(error.pos[0]).line || 1,
      key: '',
      message: firstSentence(error.message),
    }));
    return broken(faults, mode);
  }
  const plain = toPlain(document);
  if ('fault' in plain) return broken([{ line: 1, key: '', message: plain.fault }], mode);
  const value = plain.data ?? {};
  const parsed = repositoryConfigSchema.safeParse(value);
  if (parsed.success) return { value: writtenOut(value as PlainMap), lines: linesOf(document, lines), faults: [], mode };
  const faults = parsed.error.issues.flatMap((issue) => toFaults(issue, (path) => lineOf(document, path, lines)));
  return broken(faults, mode);
}

/** What is no text, or too large. */
export const UNREADABLE_FILE: ConfigFile = broken([{ line: 1, key: '', message: 'The file is no text, or far too large.' }]);

function broken(faults: readonly ConfigFault[], mode: Mode | null = null): ConfigFile {
  return { value: {}, lines: new Map(), faults: faults.toSorted((a, b) => a.line - b.line).slice(0, MOST_FAULTS), mode };
}

function modeOf(document: Document): Mode | null {
  const value = isMap(document.contents) ? document.contents.get('mode') : undefined;
  return MODES.find((mode) => mode === value) ?? null;
}

function toPlain(document: Document): { data: unknown } | { fault: string } {
  try {
    return { data: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    return { fault: error instanceof Error ? firstSentence(error.message) : 'The file cannot be read.' };
  }
}

function firstSentence(message: string): string {
  return message.split(/ at line |\n/)[0] ?? message;
}

/** So that a word in one file and a map in another become one map. */
function writtenOut(value: PlainMap): PlainMap {
  const causes = value['causes'];
  if (!isPlainMap(causes)) return value;
  const entries = Object.entries(causes).map(([cause, rules]) => [cause, isPlainMap(rules) ? rules : { all: rules }]);
  return { ...value, causes: Object.fromEntries(entries) };
}

export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The line of a key or entry, or of the nearest thing above it that is there. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
    const entry: unknown = isSeq(node) ? node.items[Number(part)] : undefined;
    offset = startOf(pair?.key ?? entry) ?? offset;
    node = pair?.value ?? entry;
  }
  return lines.linePos(offset).line || 1;
}

function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}

/** The lines of all that a valid file sets; its depth is the schema's. */
function linesOf(document: Document, counter: LineCounter): Map<string, number> {
  const found = new Map<string, number>();
  const visit = (node: unknown, path: readonly string[]): void => {
    for (const { key, value } of isMap(node) ? node.items : []) {
      if (!isScalar(key)) continue;
      const inside = isAlias(value) ? value.resolve(document) : value;
      const here = [...path, String(key.value)];
      if (isMap(inside)) visit(inside, here);
      else found.set(longForm(here), counter.linePos(startOf(key) ?? 0).line || 1);
    }
  };
  visit(document.contents, []);
  return found;
}

function longForm(path: readonly string[]): string {
  return (path.length === 2 && path[0] === 'causes' ? [...path, 'all'] : path).join('.');
}
