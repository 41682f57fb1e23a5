import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { GIT_ENVIRONMENT } from './command.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  sha: string;
  type: ObjectType;
  content: Buffer;
}

interface Waiting {
  resolve(object: GitObject | null): void;
  reject(error: Error): void;
}

const OBJECT_TYPES: readonly string[] = ['blob', 'tree', 'commit', 'tag'];

/**
 * Reads objects through one `git cat-file --batch` that stays alive, so that a read costs no new process.
 * Answers come in the order of the questions.
 */
export class ObjectReader {
  private readonly gitDir: string;
  private child: ChildProcessWithoutNullStreams | undefined;
  private buffered: Buffer = Buffer.alloc(0);
  private chunks: Buffer[] = [];
  private needed = 0;
  private readonly waiting: Waiting[] = [];

  constructor(gitDir: string) {
    this.gitDir = gitDir;
  }

  /** The object of that full name, or `null` when there is none. */
  read(sha: string): Promise<GitObject | null> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process().stdin.write(`${sha}\n`);
    });
  }

  close(): void {
    this.child?.stdin.end();
    this.child = undefined;
  }

  private process(): ChildProcessWithoutNullStreams {
    if (this.child) return this.child;
    const child = spawn('git', [`--git-dir=${this.gitDir}`, 'cat-file', '--batch'], { env: GIT_ENVIRONMENT });
    child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    child.stderr.resume();
    child.stdin.on('error', (error) => this.fail(error));
    child.on('error', (error) => this.fail(error));
    child.on('close', () => {
      if (this.child === child) this.fail(new Error('git cat-file ended'));
    });
    this.child = child;
    return child;
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    const size = this.chunks.reduce((sum, part) => sum + part.length, this.buffered.length);
    if (size < this.needed) return;
    this.buffered = Buffer.concat([this.buffered, ...this.chunks]);
    this.chunks = [];
    while (this.answerOne()) {}
  }

  /** Takes one whole answer off the buffer; false when it has not arrived yet. */
  private answerOne(): boolean {
    const endOfHeader = this.buffered.indexOf(0x0a);
    if (endOfHeader < 0) return false;
    const [sha = '', type = '', size = '0'] = this.buffered.toString('latin1', 0, endOfHeader).split(' ');
    const found = OBJECT_TYPES.includes(type);
    const end = found ? endOfHeader + 1 + Number(size) + 1 : endOfHeader + 1;
    this.needed = end;
    if (this.buffered.length < end) return false;
    const content = found ? Buffer.from(this.buffered.subarray(endOfHeader + 1, end - 1)) : undefined;
    this.buffered = this.buffered.subarray(end);
    this.needed = 0;
    this.waiting.shift()?.resolve(content ? { sha, type: type as ObjectType, content } : null);
    return this.buffered.length > 0;
  }

  private fail(error: Error): void {
    this.child = undefined;
    this.buffered = Buffer.alloc(0);
    this.chunks = [];
    for (const waiting of this.waiting.splice(0)) waiting.reject(error);
  }
}
