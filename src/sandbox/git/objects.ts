import type { GitObject } from './object-reader.ts';

export interface Signature {
  name: string;
  email: string;
  date: Date;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
  /** The detached signature in the commit's header, when it is signed. */
  signature: string | null;
}

export interface TreeEntry {
  mode: string;
  name: string;
  sha: string;
}

/** Reads the text form of a commit object. */
export function parseCommit(object: GitObject): Commit {
  const text = object.content.toString('utf8');
  const endOfHeaders = text.indexOf('\n\n');
  const headers = readHeaders(text.slice(0, endOfHeaders));
  const first = (name: string) => headers.find(([key]) => key === name)?.[1] ?? '';
  return {
    sha: object.sha,
    tree: first('tree'),
    parents: headers.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parseSignature(first('author')),
    committer: parseSignature(first('committer')),
    message: text.slice(endOfHeaders + 2).replace(/\n$/, ''),
    signature: first('gpgsig') || null,
  };
}

/** Header lines; a line that begins with a space continues the one before. */
function readHeaders(block: string): [string, string][] {
  const headers: [string, string][] = [];
  for (const line of block.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last) {
      last[1] += `\n${line.slice(1)}`;
      continue;
    }
    const space = line.indexOf(' ');
    headers.push([line.slice(0, space), line.slice(space + 1)]);
  }
  return headers;
}

/** `Name <email> 1700000000 +0000` */
export function parseSignature(value: string): Signature {
  const open = value.lastIndexOf(' <');
  const close = value.lastIndexOf('> ');
  const seconds = Number(value.slice(close + 2).split(' ')[0]);
  return { name: value.slice(0, Math.max(open, 0)), email: value.slice(open + 2, close), date: new Date(seconds * 1000) };
}

export function formatSignature(signature: Signature): string {
  // Angle brackets and newlines would end the field: git itself drops them from names.
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(signature.name)} <${clean(signature.email)}> ${Math.floor(signature.date.getTime() / 1000)} +0000`;
}

/** The text of a commit object, as `git hash-object -t commit` takes it. */
export function formatCommit(commit: Omit<Commit, 'sha'>): string {
  const lines = [`tree ${commit.tree}`, ...commit.parents.map((parent) => `parent ${parent}`)];
  lines.push(`author ${formatSignature(commit.author)}`, `committer ${formatSignature(commit.committer)}`);
  if (commit.signature) lines.push(`gpgsig ${commit.signature.split('\n').join('\n ')}`);
  return `${lines.join('\n')}\n\n${commit.message}${commit.message.endsWith('\n') ? '' : '\n'}`;
}

/** Reads the binary form of a tree object: `<mode> <name>\0<20 bytes>` after one another. */
export function parseTree(object: GitObject): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const { content } = object;
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, space);
    entries.push({
      mode: content.toString('latin1', at, space).padStart(6, '0'),
      name: content.toString('utf8', space + 1, nul),
      sha: content.toString('hex', nul + 1, nul + 21),
    });
    at = nul + 21;
  }
  return entries;
}

/** `tree`, `commit` (a submodule) or `blob`, by the entry's mode. */
export function entryType(mode: string): 'blob' | 'tree' | 'commit' {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}
