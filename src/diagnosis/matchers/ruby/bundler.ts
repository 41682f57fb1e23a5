import type { CauseCategory } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** Heads of bundler's errors, with what they mean. */
const KINDS: readonly { expression: RegExp; cause: CauseCategory }[] = [
  {
    expression: /^Bundler could not find compatible versions for gem "|^Could not find compatible versions$/,
    cause: 'dependency-conflict',
  },
  {
    expression:
      /^Could not find gem '|^Could not find \S+-\d\S*(?: \S+-\d\S*){0,200} in (?:any of the sources|locally|rubygems|cached gems)/,
    cause: 'dependency-unavailable',
  },
  { expression: /^Your bundle is locked to \S+|^Could not find .* in any of the sources$/, cause: 'dependency-unavailable' },
  {
    expression:
      /^You are trying to install in deployment mode after changing|^The gemspecs? for .* changed|^The dependencies in your gemfile changed|^Your lockfile (?:is|was|does)|^Your bundle only supports platforms/,
    cause: 'lockfile',
  },
  { expression: /^\[!\] There was an error (?:parsing|while loading) `(?<path>[^`']+)[`'](?<rest>:.*)?/, cause: 'build-config' },
  { expression: /^Could not locate (?:Gemfile|the Gemfile)/, cause: 'build-config' },
  { expression: /^Your Ruby version is \S+, but your Gemfile specified /, cause: 'toolchain' },
  {
    expression: /^An error occurred while installing \S+ \([^)]+\), and Bundler cannot continue|^Gem::Ext::BuildError: /,
    cause: 'compile-error',
  },
];
const GEMFILE_AT = /^ {1,4}#\s+from (?<path>\S+):(?<line>\d{1,7})$/;

/** Lines below the head that explain it. */
const MAX_DETAIL_LINES = 12;
/** Lines over which a sentence is wrapped. */
const MAX_WRAPPED_LINES = 3;

/** Bundler's errors: a sentence, and lines below it. */
export const bundler: Matcher = {
  id: 'bundler',
  tool: 'bundler',
  cause: 'dependency-unavailable',
  hints: [
    'could not find compatible versions',
    "could not find gem '",
    ' in any of the sources',
    ' in locally installed gems',
    'could not locate gemfile',
    'your bundle is locked to',
    'your bundle only supports',
    'trying to install in deployment mode',
    'the gemspec for ',
    'the gemspecs for ',
    'the dependencies in your gemfile changed',
    '[!] there was an error',
    'your ruby version is ',
    'and bundler cannot continue',
    'gem::ext::builderror',
  ],
  createReader: () => new BundlerReader(),
};

class BundlerReader implements LineReader {
  #since = 0;
  #open: { path: string | null; line: number | null; message: string; logLine: number; cause: CauseCategory } | null = null;

  read(line: Line, report: Report): boolean | null {
    const isDetail = this.#since > 0 && line.number - this.#since <= MAX_DETAIL_LINES;
    const kind = isDetail ? undefined : KINDS.find(({ expression }) => expression.test(line.text));
    if (kind) {
      const path = kind.expression.exec(line.text)?.groups?.['path'] ?? null;
      const message = line.text.replace(/^\[!\] /, '');
      this.#open = { path, line: null, message, logLine: line.number, cause: kind.cause };
      this.#since = line.number;
      return true;
    }
    if (!isDetail) {
      this.#close(report);
      return null;
    }
    this.#readDetail(line, report);
    return true;
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #readDetail(line: Line, report: Report): void {
    const open = this.#open;
    if (line.text !== '') report.highlight(line.number, line.number, 0.7);
    if (!open) return;
    const at = GEMFILE_AT.exec(line.text)?.groups;
    if (at) {
      open.path = at['path'] ?? open.path;
      open.line = numberOf(at['line']);
    }
    const isWrapped = !/[.:]$/.test(open.message) && /^[a-z]/.test(line.text) && line.number - this.#since <= MAX_WRAPPED_LINES;
    if (isWrapped) open.message += ` ${line.text}`;
    // A fault of the Gemfile says its place some lines below; anything else is whole.
    if ((open.path === null && !isWrapped) || at) this.#close(report);
  }

  #close(report: Report): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const { cause, ...finding } = open;
    report.diagnostic(finding, cause);
  }
}
