import { git, gitText } from './command.ts';
import { type GitObject, ObjectReader, type ObjectType } from './object-reader.ts';
import { type Commit, formatCommit, formatSignature, parseCommit, parseTree, type Signature, type TreeEntry } from './objects.ts';
import { isSafePath } from './paths.ts';

/** Name of the object that is not there: the old value of a ref that is made. */
export const NO_OBJECT = '0'.repeat(40);

export interface TreeFile {
  path: string;
  mode: string;
  sha: string;
}

export interface NewCommit {
  /** The full ref that moves, `refs/heads/main`. */
  ref: string;
  parents: readonly string[];
  message: string;
  author: Signature;
  committer: Signature;
  /** Content by path; `null` removes the file. A `mode` keeps the executable bit. */
  files: Readonly<Record<string, { content: Buffer; mode?: '100644' | '100755' } | null>>;
}

/**
 * One bare repository. Objects are read through one long-lived `git cat-file`; refs are kept in memory beside the
 * repository's own, because nothing else writes them. Writers take turns (`exclusive`).
 */
export class GitRepository {
  readonly directory: string;
  private readonly reader: ObjectReader;
  private readonly refs = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(directory: string) {
    this.directory = directory;
    this.reader = new ObjectReader(directory);
  }

  /** Makes an empty bare repository whose HEAD names the default branch. */
  static async create(directory: string, defaultBranch: string): Promise<GitRepository> {
    await git(directory, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`]);
    return new GitRepository(directory);
  }

  /** Makes a copy with the branches of another repository, as a fork has them. */
  static async fork(from: GitRepository, directory: string, defaultBranch: string): Promise<GitRepository> {
    const fork = await GitRepository.create(directory, defaultBranch);
    await git(directory, ['fetch', '--quiet', '--no-tags', from.directory, '+refs/heads/*:refs/heads/*']);
    for (const [ref, sha] of from.listRefs('refs/heads/')) fork.refs.set(ref, sha);
    return fork;
  }

  close(): void {
    this.reader.close();
  }

  /** Runs writers one after another, so that what one has checked still holds when it writes. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work, work);
    this.turn = next.catch(() => undefined);
    return next;
  }

  ref(name: string): string | null {
    return this.refs.get(name) ?? null;
  }

  branch(name: string): string | null {
    return this.ref(`refs/heads/${name}`);
  }

  listRefs(prefix: string): [string, string][] {
    return [...this.refs].filter(([ref]) => ref.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** A commit's name from a branch, a tag, a full ref or a (shortened) object name; `null` when there is none. */
  async resolve(name: string): Promise<string | null> {
    const named = this.branch(name) ?? this.ref(`refs/tags/${name}`) ?? this.ref(name) ?? this.ref(`refs/${name}`);
    if (named) return this.peel(named);
    if (/^[0-9a-f]{40}$/.test(name)) return this.peel(name);
    if (!/^[0-9a-f]{7,39}$/.test(name)) return null;
    const found = await gitText(this.directory, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { accept: [1, 128] });
    return found || null;
  }

  read(sha: string): Promise<GitObject | null> {
    return this.reader.read(sha);
  }

  async commit(sha: string): Promise<Commit | null> {
    const object = await this.read(sha);
    return object?.type === 'commit' ? parseCommit(object) : null;
  }

  async tree(sha: string): Promise<TreeEntry[] | null> {
    const object = await this.read(sha);
    return object?.type === 'tree' ? parseTree(object) : null;
  }

  /** What lies under the path in a commit: an entry of its tree, or `null`. The empty path is the root. */
  async entryAt(commitSha: string, path: string): Promise<TreeEntry | null> {
    const commit = await this.commit(commitSha);
    if (!commit) return null;
    let entry: TreeEntry = { mode: '040000', name: '', sha: commit.tree };
    for (const part of path.split('/').filter((name) => name !== '')) {
      const next: TreeEntry | undefined = (await this.tree(entry.sha))?.find((child) => child.name === part);
      if (!next) return null;
      entry = next;
    }
    return entry;
  }

  /** A file's content in a commit, or `null` when there is no such file. */
  async fileAt(commitSha: string, path: string): Promise<Buffer | null> {
    const entry = await this.entryAt(commitSha, path);
    const object = entry ? await this.read(entry.sha) : null;
    return object?.type === 'blob' ? object.content : null;
  }

  async writeObject(type: ObjectType, content: Buffer | string): Promise<string> {
    return gitText(this.directory, ['hash-object', '-w', '-t', type, '--stdin'], { input: content });
  }

  writeCommit(commit: Omit<Commit, 'sha'>): Promise<string> {
    return this.writeObject('commit', formatCommit(commit));
  }

  /** Moves or makes a ref; git refuses when it no longer has the old value. */
  async updateRef(ref: string, sha: string, old: string): Promise<void> {
    await git(this.directory, ['update-ref', ref, sha, old]);
    this.refs.set(ref, sha);
  }

  async deleteRef(ref: string): Promise<void> {
    await git(this.directory, ['update-ref', '-d', ref]);
    this.refs.delete(ref);
  }

  /** Copies a commit with its history from another repository and points a ref at it. */
  async fetchRef(from: GitRepository, sha: string, ref: string): Promise<void> {
    if (from !== this) {
      await git(this.directory, ['fetch', '--quiet', '--no-tags', from.directory, ...refsAt(from, sha)]);
    }
    await git(this.directory, ['update-ref', ref, sha]);
    this.refs.set(ref, sha);
  }

  /** Writes blobs, trees and the commit, and moves the ref, in one `git fast-import`. Returns the commit's name. */
  async commitFiles(commit: NewCommit): Promise<string> {
    for (const path of Object.keys(commit.files)) {
      if (!isSafePath(path)) throw new Error(`not a path that git may hold: ${JSON.stringify(path)}`);
    }
    await git(this.directory, ['fast-import', '--quiet', '--force', '--date-format=raw'], { input: fastImport(commit) });
    const sha = await gitText(this.directory, ['rev-parse', '--verify', commit.ref]);
    this.refs.set(commit.ref, sha);
    return sha;
  }

  private async peel(sha: string): Promise<string | null> {
    const object = await this.read(sha);
    if (object?.type === 'commit') return object.sha;
    if (object?.type !== 'tag') return null;
    const target = /^object ([0-9a-f]{40})$/m.exec(object.content.toString('utf8'))?.[1];
    return target ? this.peel(target) : null;
  }
}

function refsAt(repository: GitRepository, sha: string): string[] {
  const names = repository.listRefs('refs/').filter(([, value]) => value === sha);
  return names.length > 0 ? names.slice(0, 1).map(([ref]) => ref) : [sha];
}

/** The stream that `git fast-import` reads. Source: https://git-scm.com/docs/git-fast-import#_input_format */
function fastImport(commit: NewCommit): Buffer {
  const parts: (string | Buffer)[] = [];
  const data = (content: Buffer) => parts.push(`data ${content.length}\n`, content, '\n');
  parts.push(`commit ${commit.ref}\n`);
  parts.push(`author ${formatSignature(commit.author)}\ncommitter ${formatSignature(commit.committer)}\n`);
  data(Buffer.from(commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`));
  const [first, ...others] = commit.parents;
  if (first) parts.push(`from ${first}\n`);
  for (const parent of others) parts.push(`merge ${parent}\n`);
  if (!first) parts.push('deleteall\n');
  for (const [path, file] of Object.entries(commit.files)) {
    if (file === null) {
      parts.push(`D ${quotePath(path)}\n`);
      continue;
    }
    parts.push(`M ${file.mode ?? '100644'} inline ${quotePath(path)}\n`);
    data(file.content);
  }
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
