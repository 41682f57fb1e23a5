import path from 'node:path';
import type { JobAnnotation } from '../contract.ts';
import { Annotations, type IssueProperties } from './annotations.ts';
import type { SecretMasker } from './masker.ts';

/** A job's log stops growing here; the job goes on. The limit is the sandbox's own, for its memory. */
export const MAX_LOG_BYTES = 16 * 1024 * 1024;

const CHUNK_LENGTH = 64 * 1024;

/** Where GitHub's hosted runners have their home. */
const HOSTED_HOME = '/home/runner';

/**
 * Collects a job's log in the form that GitHub's runner writes: a byte order mark, then lines that begin with an ISO
 * time of seven decimals.
 *
 * One thing is rewritten in what tools print, besides secrets: the job's temporary home folder becomes `/home/runner`,
 * so that the log looks as on GitHub and names no folder of this machine.
 */
export class JobLog {
  readonly #masker: SecretMasker;
  readonly #home: string;
  readonly #workspace: string;
  readonly #chunks: Buffer[] = [];
  /** Lines that are not yet a chunk: a buffer for each short line would cost ten times its bytes. */
  #pending = '\uFEFF';
  readonly #annotations = new Annotations();
  #stepLines = 0;
  #bytes = 3;
  #isFull = false;

  constructor(masker: SecretMasker, { home, workspace }: { home: string; workspace: string }) {
    this.#masker = masker;
    this.#home = home;
    this.#workspace = workspace;
  }

  /** Writes one line. A message of several lines gets one time, at its first line, as the runner does it. */
  write(message: string): void {
    this.#stepLines++;
    if (this.#isFull) return;
    const text = this.#shown(message);
    this.#append(`${timestamp()} ${text}\n`);
    if (this.#bytes > MAX_LOG_BYTES) {
      this.#isFull = true;
      this.#append(`${timestamp()} ##[warning]The log is longer than ${MAX_LOG_BYTES} bytes; the sandbox dropped the rest.\n`);
    }
  }

  error(message: string): void {
    this.issue('error', message);
  }

  warning(message: string): void {
    this.issue('warning', message);
  }

  /** A line that is an annotation too. */
  issue(level: 'error' | 'warning' | 'notice', message: string, properties: IssueProperties = new Map()): void {
    this.write(`##[${level}]${message}`);
    this.annotate(level === 'error' ? 'failure' : level, message, properties);
  }

  /** An annotation that is not in the log: what GitHub's server, not the runner, says about a job. */
  annotate(level: JobAnnotation['level'], message: string, properties: IssueProperties = new Map()): void {
    const shown = new Map([...properties].map(([name, value]) => [name, this.#shown(value)]));
    const file = properties.get('file');
    if (file) shown.set('file', this.#repositoryPath(file));
    this.#annotations.add(level, this.#shown(message), shown, this.#stepLines);
  }

  get annotations(): readonly JobAnnotation[] {
    return this.#annotations.all;
  }

  /** To be called before a step writes: annotations count by step. */
  startStep(): void {
    this.#stepLines = 0;
    this.#annotations.startStep();
  }

  /** A group that people can fold. */
  group(title: string, lines: Iterable<string>): void {
    this.write(`##[group]${title}`);
    for (const line of lines) this.write(line);
    this.write('##[endgroup]');
  }

  toBuffer(): Buffer {
    this.#flush();
    return Buffer.concat(this.#chunks);
  }

  #shown(text: string): string {
    return this.#masker.mask(text).replaceAll(this.#home, HOSTED_HOME);
  }

  #repositoryPath(file: string): string {
    const relative = path.isAbsolute(file) ? path.relative(this.#workspace, file) : file;
    return this.#shown(relative.startsWith('..') ? file : path.normalize(relative));
  }

  #append(line: string): void {
    this.#pending += line;
    this.#bytes += Buffer.byteLength(line);
    if (this.#pending.length >= CHUNK_LENGTH) this.#flush();
  }

  #flush(): void {
    this.#chunks.push(Buffer.from(this.#pending));
    this.#pending = '';
  }
}

/** Now, as .NET's round-trip format writes it: `2026-11-22T10:01:39.1234567Z`. */
function timestamp(): string {
  const milliseconds = performance.timeOrigin + performance.now();
  const whole = Math.floor(milliseconds);
  const ticks = Math.floor((milliseconds - whole) * 10_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`;
}
