import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Variables by name; their order is the order in which new ones are written. */
export type Variables = Readonly<Record<string, string>>;

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

interface Entry {
  /** `null` for comments, empty lines and what is no assignment. */
  name: string | null;
  value: string;
  lines: string[];
}

/** The lines of a .env file, those of one quoted value kept together. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, name, rest = ''] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) {
      entries.push({ name: null, value: '', lines: [line] });
      continue;
    }
    const more = linesOfValue(rest.trim(), lines, at);
    const value = [rest, ...lines.slice(at + 1, at + 1 + more)].join('\n').trim();
    entries.push({ name, value: unquoted(value), lines: lines.slice(at, at + 1 + more) });
    at += more;
  }
  return entries;
}

/** How many lines a quoted value reaches beyond its first; none where the quote is never closed. */
function linesOfValue(first: string, lines: readonly string[], at: number): number {
  const quote = first[0];
  if (quote === undefined || !`"'\``.includes(quote) || first.indexOf(quote, 1) > 0) return 0;
  const end = lines.findIndex((line, index) => index > at && line.includes(quote));
  return end < 0 ? 0 : end - at;
}

function unquoted(value: string): string {
  const quote = value[0];
  const end = quote !== undefined && `"'\``.includes(quote) ? value.indexOf(quote, 1) : -1;
  return end > 0 ? value.slice(1, end) : value.replace(/\s+#.*$/, '');
}

/** The variables of a .env file that have a value. */
export function readVariables(text: string): Map<string, string> {
  const set = entriesOf(text).filter((entry) => entry.name !== null && entry.value !== '');
  return new Map(set.map(({ name, value }) => [name ?? '', value]));
}

/**
 * Puts variables into the text of a .env file: in the place of those that are there, at the end otherwise. All other lines stay.
 * @param without names that must not stay beside them
 */
export function withVariables(text: string, variables: Variables, without: readonly string[] = []): string {
  const left = new Map(Object.entries(variables));
  const lines: string[] = [];
  for (const entry of entriesOf(text.replace(/\s+$/, ''))) {
    const value = entry.name === null ? undefined : left.get(entry.name);
    if (entry.name !== null && value !== undefined) {
      lines.push(assignment(entry.name, value));
      left.delete(entry.name);
    } else if (entry.name === null || !(entry.name in variables || without.includes(entry.name))) lines.push(...entry.lines);
  }
  for (const [name, value] of left) lines.push(assignment(name, value));
  return `${lines.join('\n').replace(/^\n+/, '')}\n`;
}

/** A line of a .env file. Line ends become `\n`, which Node turns back within double quotes. */
export function assignment(name: string, value: string): string {
  const plain = /^[A-Za-z0-9_\-./:@+=,%]*$/.test(value);
  return plain ? `${name}=${value}` : `${name}="${value.trim().replaceAll('\n', '\\n')}"`;
}

export async function readEnvFile(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Writes the whole file or nothing of it, readable by its owner only. Where the name is a link, the file behind it is written. */
export async function writeEnvFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const draft = join(dirname(target), `.env.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, 0o600);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
