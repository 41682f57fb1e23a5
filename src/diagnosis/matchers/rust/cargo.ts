import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEADING = /^error: (?<message>\S.*)$/;
const MANIFEST = /^ {1,6}--> (?<path>\S*Cargo\.(?:toml|lock)):(?<line>\d{1,7}):(?<column>\d{1,7})$/;

/** The heads of cargo's own errors, with what they mean. Ordered: the first that fits decides. */
const KINDS: readonly { expression: RegExp; cause: CauseCategory }[] = [
  {
    expression: /^the lock file .* needs to be updated|^cannot update the lock file|^failed to parse lock file/,
    cause: 'lockfile',
  },
  { expression: /^failed to select a version/, cause: 'dependency-conflict' },
  { expression: /^no matching package|^package ID specification|^package collision/, cause: 'dependency-unavailable' },
  {
    expression: /requires? rustc |is not supported by the following package|^toolchain |^no such (?:sub)?command/,
    cause: 'toolchain',
  },
  {
    expression: /^failed to (?:download|fetch|get|sync|query|load source)|^unable to update|^failed to update/,
    cause: 'dependency-unavailable',
  },
  {
    expression:
      /^failed to parse manifest|^could not find `Cargo\.toml|^failed to (?:load|read) manifest|^no targets specified|^current package believes/,
    cause: 'build-config',
  },
  { expression: /^failed to run custom build command/, cause: 'compile-error' },
  { expression: /^no (?:bin|example|test|bench|library) target|^package `[^`]*` does not have/, cause: 'build-config' },
];
const PANIC = /^ {2}thread '[^']*' (?:\(\d+\) )?panicked at \S+:$/;
const NETWORK = /could not resolve host|timed? ?out|connection (?:reset|refused)|SSL|spurious network error|failed to connect/i;

/** Lines of `Caused by:` that belong to one error. */
const MAX_CHAIN_LINES = 30;

/** Cargo's own errors (manifest, lock file, dependencies): `error: …`, then a chain of `Caused by:`. */
export const cargo: Matcher = {
  id: 'cargo',
  tool: 'cargo',
  cause: 'build-config',
  hints: [
    'error: failed to ',
    'error: the lock file ',
    'error: cannot update the lock file',
    'error: no matching package',
    'error: unable to update',
    'error: could not find `cargo',
    'error: package `',
    'error: package id',
    'error: rustc ',
    'error: toolchain ',
    'error: no such ',
    'error: no targets',
    'error: no bin target',
    'error: no test target',
    'error: no example target',
    'error: current package',
    '--> cargo.toml:',
    '/cargo.toml:',
  ],
  createReader: () => new CargoReader(),
};

class CargoReader implements LineReader {
  #open: { message: string; cause: CauseCategory; line: Line; last: string } | null = null;

  read(line: Line, report: Report): Answer {
    const message = HEADING.exec(line.text)?.groups?.['message'];
    if (message !== undefined) {
      this.#close(report);
      const kind = KINDS.find(({ expression }) => expression.test(message));
      if (!kind) return null;
      this.#open = { message, cause: kind.cause, line, last: '' };
      return true;
    }
    const manifest = MANIFEST.exec(line.text)?.groups;
    if (manifest && !this.#open) this.#readManifest(manifest, report);
    if (!this.#open) return manifest ? false : null;
    const isPart = /^(?: {2}|\t|$|Caused by:)/.test(line.text) && line.number - this.#open.line.number < MAX_CHAIN_LINES;
    if (!isPart) {
      this.#close(report);
      return false;
    }
    if (line.text !== '') report.highlight(line.number, line.number, 0.75);
    this.#readReason(this.#open, line, report);
    return true;
  }

  /** The last link of the chain is the root; of a build script that panicked, what it said. */
  #readReason(open: { last: string }, line: Line, report: Report): void {
    const above = report.previous(1)?.text ?? '';
    const isReason = above === 'Caused by:' || PANIC.test(above);
    if (isReason && line.text.trim() !== '') open.last = line.text.trim();
  }

  finish(report: Report): void {
    this.#close(report);
  }

  /** A fault in the manifest's own text: the heading stands right above. */
  #readManifest(groups: Record<string, string>, report: Report): void {
    const heading = report.previous(1);
    const message = heading ? HEADING.exec(heading.text)?.groups?.['message'] : undefined;
    if (!heading || message === undefined) return;
    const { path = null } = groups;
    const at = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
    report.diagnostic({ ...at, message, logLine: heading.number });
  }

  #close(report: Report): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const isNetwork = NETWORK.test(open.last);
    const message = open.last === '' ? open.message : `${open.message}: ${open.last}`;
    report.diagnostic({ message, logLine: open.line.number }, isNetwork ? 'network' : open.cause);
  }
}
