import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const HEADING = /^(?<severity>error|warning)(?:\[(?<code>E\d{4})\])?: (?<message>\S.*)$/;
const ARROW = /^ {1,12}--> (?<path>\S[^:]*(?::[\\/][^:]*)?\.rs):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
/** `--message-format short`. */
const SHORT =
  /^(?<path>(?:[A-Za-z]:)?[^\s:]+\.rs):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning)(?:\[(?<code>[\w:]+)\])?: (?<message>.*)$/;
/** The lint stands in a note below the code: `-D unused-variables` implied by …, or `#[warn(dead_code)]` on by default. */
const LINT = /^ {1,12}= note: (?:requested on the command line with )?`(?:-[DWF] |#\[(?:warn|deny|forbid)\()(?<lint>[\w:-]+)/;
/** Clippy's own lints name their page where the note above has been given before. */
const CLIPPY_PAGE = /rust-clippy\/[\w.-]{1,30}\/index\.html#\/?(?<lint>\w{1,80})$/;
const DENIED = /`-[DF] warnings`|`#\[(?:deny|forbid)\(/;
const CODE_LINE = /^ {0,8}(?:\d{1,7}|\.\.\.)? {0,8}[|=]|^ {1,12}(?:-->|:::) |^(?:note|help): |^\.\.\.$/;
/** What rustc says at last of all errors together. */
const SUMMARY = /^(?:aborting due to|could not compile|build failed|\d+ warnings? emitted|`[^`]+` \()/;

/** Lines between a heading and its `-->`: a long message is wrapped. */
const MAX_HEADING_LINES = 8;
/** Lines of a finding that an excerpt shows. */
const MAX_SHOWN_LINES = 14;

/** What the linker said, in a note below rustc's own error: ` = note: rust-lld: error: unable to find library -lnothere`. */
const LINKER_SAID =
  /(?:^|[\s/\\-])l?ld(?:\.\w{1,8})?: (?:error: )?(?<said>(?:cannot find|unable to find|undefined symbol|undefined reference|duplicate symbol|library not found|multiple definition)\b.*)$/;

/** The Rust compiler and clippy: a heading, ` --> path:line:column`, the code, and notes of which one names the lint. */
export const rustc: Matcher = {
  id: 'rustc',
  tool: 'rustc',
  cause: 'compile-error',
  hints: ['.rs:', 'error[e', 'error: linking with `'],
  createReader: () => new RustcReader(),
};

interface Block {
  readonly heading: Line;
  readonly severity: string;
  message: string;
  code: string | null;
  at: { path: string; line: number | null; column: number | null } | null;
}

class RustcReader implements LineReader {
  #block: Block | null = null;
  /** Warnings are errors in this build, so an error without a code is a lint's. */
  #deniesWarnings = false;

  read(line: Line, report: Report): Answer {
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) {
      this.#close(report);
      return this.#open(heading, line);
    }
    const short = SHORT.exec(line.text)?.groups;
    if (short) {
      this.#readShort(short, line, report);
      if (this.#block) return true;
      // What a finding without a code means depends on what was denied before.
      return short['code'] === undefined ? false : 'told';
    }
    const arrow = ARROW.exec(line.text)?.groups;
    if (arrow && !this.#block) this.#openAbove(report);
    const block = this.#block;
    if (!block) return arrow ? false : null;
    if (arrow) {
      block.at ??= { path: arrow['path'] ?? '', line: numberOf(arrow['line']), column: numberOf(arrow['column']) };
      return true;
    }
    return this.#follow(block, line, report);
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #open(heading: Record<string, string>, line: Line): boolean {
    const message = heading['message'] ?? '';
    if (SUMMARY.test(message)) return false;
    this.#block = { heading: line, severity: heading['severity'] ?? '', message, code: heading['code'] ?? null, at: null };
    return true;
  }

  /** A heading without a code has no rare hint; it is found from its `-->`. */
  #openAbove(report: Report): void {
    for (let distance = 1; distance <= MAX_HEADING_LINES; distance++) {
      const line = report.previous(distance);
      if (!line || line.text === '') return;
      const heading = HEADING.exec(line.text)?.groups;
      if (!heading) continue;
      this.#open(heading, line);
      return;
    }
  }

  #follow(block: Block, line: Line, report: Report): boolean {
    const lint = LINT.exec(line.text)?.groups?.['lint'];
    if (lint !== undefined) {
      // The flag has hyphens (`-D clippy::needless-return`), the lint's own name none.
      block.code ??= lint.replaceAll('-', '_');
      if (DENIED.test(line.text)) this.#deniesWarnings = true;
    }
    const clippy = CLIPPY_PAGE.exec(line.text)?.groups?.['lint'];
    if (clippy !== undefined) block.code ??= `clippy::${clippy}`;
    const said = block.message.startsWith('linking with') ? LINKER_SAID.exec(line.text)?.groups?.['said'] : undefined;
    if (said !== undefined && !block.message.includes('; ')) block.message += `; ${said}`;
    const since = line.number - block.heading.number;
    const goesOn = CODE_LINE.test(line.text) || (!block.at && since < MAX_HEADING_LINES && line.text !== '');
    if (!goesOn) this.#close(report);
    else if (block.severity === 'error' && since <= MAX_SHOWN_LINES) report.highlight(line.number, line.number, 0.7);
    return goesOn;
  }

  #close(report: Report): void {
    const block = this.#block;
    this.#block = null;
    if (!block || (!block.at && block.code === null && !block.message.startsWith('linking with'))) return;
    const about = { severity: severityOf(block.severity), code: block.code, message: block.message, ...block.at };
    this.#tell(about, block.heading.number, report);
  }

  #readShort(groups: Record<string, string>, line: Line, report: Report): void {
    const { path = '', severity = '', code = null, message = '' } = groups;
    const at = { path, line: numberOf(groups['line']), column: numberOf(groups['column']) };
    this.#tell({ ...at, severity: severityOf(severity), code, message }, line.number, report);
  }

  #tell(about: Omit<Parameters<Report['diagnostic']>[0], 'logLine'>, logLine: number, report: Report): void {
    const code = about.code ?? null;
    const tool = code?.startsWith('clippy::') ? 'clippy' : 'rustc';
    report.diagnostic({ ...about, tool, logLine }, this.#causeOf(code));
  }

  #causeOf(code: string | null): CauseCategory {
    if (code === null) return this.#deniesWarnings ? 'lint' : 'compile-error';
    return /^E\d/.test(code) ? 'compile-error' : 'lint';
  }
}
