import { MAX_LINE_BYTES, MAX_LINE_CHARACTERS } from '../limits.ts';
import type { PrintedDiff } from '../types.ts';
import {
  GCC_INCLUDE,
  GCC_NOTE,
  GccIncludeForm,
  HUNK,
  MIX_HEADING,
  MixForm,
  type PrintedForm,
  RUST_ARROW,
  RUST_HEADING,
  RUSTFMT,
  RustfmtForm,
  RustHelpForm,
  SPOTLESS_HEADING,
  SpotlessForm,
  UnifiedForm,
} from './printed-forms.ts';
import { announces, toolOfUnified } from './printed-tools.ts';

/** Literals of the lines at which a printed change begins, or that say whose it is. */
export const PRINTED_DIFF_HINTS: readonly string[] = [
  '##[group]run ',
  '+++ ',
  'diff --git ',
  'diff in ',
  '--> ',
  '+++ |+#include ',
  'files are not formatted:',
  'files had format violations:',
  'all changes made by hooks:',
  'git diff',
  'pager diff',
  'would be reformatted',
  'would fix ',
];

/** Characters of all changes of a job. */
export const MAX_PRINTED_CHARACTERS = 512 * 1024;

/** A change is refused as a whole when one of its files is; more files than a fix may have are of no use. */
const MAX_PRINTED_DIFFS = 1_000;

/** Errors of a compiler with what it proposes: they must not use up the room. */
const MAX_PROPOSALS = 200;

/** Lines of a compiler's message, wrapped, above its place. */
const MAX_HEADING_LINES = 4;

const MAX_COMMAND_CHARACTERS = 4_000;
const MAX_COMMAND_LINES = 80;

/** Lines below a change in which people say what it means. */
const MAX_SAID_LINES = 12;
const MAX_ANNOUNCED_LINES = 3;

/** People's words for files that a command makes: that they are old, and what makes them new. */
const STALE =
  /\b(?:out[ -]of[ -](?:date|sync)|outdated|stale|not (?:been )?(?:up[ -]to[ -]date|current|(?:re-?)?generated|formatted)|(?:un)?committed (?:change|diff)|needs? to be (?:re-?generated|updated|formatted)|re-?generate|(?:please |re-?|must |to )?run:? [`'"]?(?:make|npm|npx|yarn|pnpm|go (?:generate|run|mod|fmt)|cargo|bazel|just|task|tox|nox|uv |poetry|python3? |hack\/|\.\/\S))/i;

/** Lines above `---` that may announce it. */
const MAX_ANNOUNCING_LINES = 3;

const STEP = /^##\[group\]Run (?<command>.*)$/;
const STEP_HEADER_END = /^(?:##\[endgroup\]|shell: )/;

/** A command that a shell, make, npm or an action shows before it runs it. */
const SHOWN_COMMAND = /^(?:\[command\]|\+{1,4} |\$ |> )?(?:[^`'"‘“]{0,300}(?:&&|;|\|) ?)?(?:[^\s`'"]{0,100}\/)?git(?:\.exe)? /;

/** Something was left out on purpose. */
const LEFT_OUT = /^\s*(?:\.{3}|…)|\b(?:more lines|truncated|omitted|lines? (?:skipped|hidden))\b/i;

const RUFF_SUMMARY = /^(?:\d+ files? would be reformatted(?:,.*)?|Would fix \d+ errors?\b.*)$/;

interface Entry {
  form: PrintedForm;
  kind: 'unified' | 'git' | 'rustfmt' | 'mix' | 'spotless' | 'rustc' | 'gcc';
  tool: string | null;
  isPlain: boolean;
  step: number;
  command: string | null;
  startLine: number;
  endLine: number;
  lines: string[];
  isCut: boolean;
  isCalledStale: boolean;
  /** The line that showed that it was over. */
  closedBy: { number: number; text: string } | null;
}

/**
 * Collects the changes that tools print, while the log is read. It sees only lines with a hint, and those that follow them
 * as long as they belong to a change.
 */
export class PrintedDiffs {
  readonly #entries: Entry[] = [];
  #open: Entry | null = null;
  /** Just ended; the next line may say that something was left out. */
  #ended: Entry | null = null;
  /** What is said below it counts, for so many lines more. */
  #told: { entry: Entry; left: number } | null = null;
  #characters = 0;
  #proposals = 0;
  #step = 0;
  #command = '';
  #commandLines = 0;
  #isInStepHeader = false;
  #isByHooks = false;

  /** Whether the next line is wanted, hint or not. */
  get isFollowing(): boolean {
    return this.#open !== null || this.#ended !== null || this.#told !== null || this.#isInStepHeader;
  }

  /**
   * Reads a line that has a hint, or that is wanted.
   * @param text the line as printed, see `printedText`
   * @param byteCount the line's length as it is known: one at the limit is cut off
   * @param previous the line so many lines before, as printed
   * @returns whether such a text may say something; else it need not be shown again for its hint
   */
  read(number: number, text: string, byteCount: number, previous: (distance: number) => string | null): boolean {
    const isWanted = this.isFollowing;
    const isCut = byteCount >= MAX_LINE_BYTES;
    if (this.#ended) {
      this.#ended.isCut ||= LEFT_OUT.test(text);
      this.#ended = null;
    }
    if (this.#isInStepHeader) {
      this.#readStepHeader(text);
      return true;
    }
    if (this.#open) {
      const taken = this.#open.form.take(text);
      if (taken === 'part') this.#add(this.#open, number, text, isCut);
      if (taken !== 'after') return true;
      this.#close({ number, text });
    }
    const isRead = this.#begin(number, text, previous);
    this.#hear(text);
    if (this.#open) this.#open.isCalledStale ||= isAnnouncedStale(previous);
    if (this.#open && isCut) this.#open.isCut = true;
    return isRead || isWanted;
  }

  /** The rest of the log is not read. */
  stop(): void {
    if (this.#open) this.#open.isCut = true;
    this.#close(null);
    this.#ended = null;
    this.#told = null;
    this.#isInStepHeader = false;
  }

  /**
   * The log has ended: what is open is cut off, for no line proves that it was over. A last line that is not the runner's own
   * proves nothing either, for it may be cut off itself.
   * @param lastLine the number of the log's last line
   */
  finish(lastLine: number): PrintedDiff[] {
    this.stop();
    for (const entry of this.#entries) {
      if (entry.closedBy && entry.closedBy.number >= lastLine && !entry.closedBy.text.startsWith('##[')) entry.isCut = true;
    }
    return this.#entries.map(({ tool, command, lines, isCalledStale, startLine, endLine, isCut, form }) => ({
      tool,
      command: command === '' ? null : command,
      text: lines.join('\n'),
      startLine,
      endLine,
      isComplete: !isCut && form.isWhole,
      ...(isCalledStale ? { isCalledStale } : {}),
    }));
  }

  /** Hears what is said below a change, until the next one or the end of the step. */
  #hear(text: string): void {
    const told = this.#told;
    if (!told) return;
    if (this.#open || text.startsWith('##[') || told.left-- <= 0) {
      this.#told = null;
      return;
    }
    if (STALE.test(text.slice(0, MAX_LINE_CHARACTERS))) told.entry.isCalledStale = true;
  }

  /** Returns whether the text has one of the forms that say something, at least below others. */
  #begin(number: number, text: string, previous: (distance: number) => string | null): boolean {
    const step = STEP.exec(text)?.groups?.['command'];
    if (step !== undefined) {
      this.#startStep(step);
    } else if (text.startsWith('diff --git ')) {
      this.#start('git', new UnifiedForm(true), number, [text]);
    } else if (text.startsWith('+++ ') && previous(1)?.startsWith('--- ')) {
      this.#start('unified', new UnifiedForm(false), number, [...announcing(previous), previous(1) ?? '', text]);
    } else if (RUSTFMT.test(text)) {
      this.#start('rustfmt', new RustfmtForm(), number, [text]);
    } else if (RUST_ARROW.test(text)) {
      const heading = rustHeading(previous);
      if (heading && this.#proposals++ < MAX_PROPOSALS) this.#start('rustc', new RustHelpForm(), number, [...heading, text]);
    } else if (GCC_INCLUDE.test(text)) {
      const note = gccNote(previous);
      if (note && this.#proposals++ < MAX_PROPOSALS) this.#start('gcc', new GccIncludeForm(), number, [...note, text]);
    } else if (text === MIX_HEADING) {
      this.#start('mix', new MixForm(), number, [text]);
    } else if (SPOTLESS_HEADING.test(text.slice(-400))) {
      this.#start('spotless', new SpotlessForm(), number, [text]);
    } else {
      return this.#readWords(text) || text.startsWith('+++ ');
    }
    return true;
  }

  #readWords(text: string): boolean {
    if (text.startsWith('All changes made by hooks:')) this.#isByHooks = true;
    else if (RUFF_SUMMARY.test(text)) this.#claimForRuff();
    else if (SHOWN_COMMAND.test(text)) this.#addCommand(text.replace(/^(?:\[command\]|\+{1,4} |\$ |> )/, ''));
    else return false;
    return true;
  }

  #startStep(command: string): void {
    this.#step++;
    this.#isByHooks = false;
    this.#command = '';
    this.#commandLines = 0;
    this.#isInStepHeader = true;
    this.#addCommand(command);
  }

  #readStepHeader(text: string): void {
    if (STEP_HEADER_END.test(text) || this.#commandLines > MAX_COMMAND_LINES) this.#isInStepHeader = false;
    else this.#addCommand(text);
  }

  #addCommand(line: string): void {
    this.#commandLines++;
    if (this.#command.length + line.length < MAX_COMMAND_CHARACTERS) this.#command += `${line}\n`;
  }

  #start(kind: Entry['kind'], form: PrintedForm, number: number, lines: string[]): void {
    if (this.#entries.length >= MAX_PRINTED_DIFFS || this.#characters >= MAX_PRINTED_CHARACTERS) {
      const last = this.#entries.at(-1);
      if (last) last.isCut = true;
      return;
    }
    const startLine = number - lines.length + 1;
    const about = { kind, form, step: this.#step, command: this.#command, tool: this.#toolOf(kind), isPlain: false };
    this.#open = { ...about, startLine, endLine: startLine, lines: [], isCalledStale: false, isCut: false, closedBy: null };
    for (const line of lines) {
      form.take(line);
      this.#add(this.#open, startLine + this.#open.lines.length, line, false);
    }
  }

  #toolOf(kind: Entry['kind']): string | null {
    if (kind === 'rustfmt' || kind === 'rustc' || kind === 'gcc' || kind === 'spotless') return kind;
    if (kind === 'mix') return 'mix format';
    return kind === 'git' && this.#isByHooks ? 'pre-commit' : null;
  }

  #add(entry: Entry, number: number, text: string, isCut: boolean): void {
    this.#characters += text.length + 1;
    entry.endLine = number;
    if (isCut || this.#characters > MAX_PRINTED_CHARACTERS) entry.isCut = true;
    if (this.#characters <= MAX_PRINTED_CHARACTERS) entry.lines.push(text);
  }

  #close(next: Entry['closedBy']): void {
    const entry = this.#open;
    this.#open = null;
    if (!entry?.form.isChange) return;
    entry.closedBy = next;
    if (next && LEFT_OUT.test(next.text)) entry.isCut = true;
    this.#name(entry);
    this.#entries.push(entry);
    if (entry.kind === 'git' || entry.kind === 'unified') this.#told = { entry, left: MAX_SAID_LINES };
    // What was left out is told after an empty line, too.
    this.#ended = next?.text === '' ? entry : null;
  }

  #name(entry: Entry): void {
    if (entry.kind !== 'unified' && entry.tool !== null) return;
    const named = toolOfUnified(entry.lines.slice(0, headerLength(entry.lines)), entry.command);
    if (entry.kind === 'git') {
      if (named.tool === 'ocamlformat') entry.tool = named.tool;
      return;
    }
    Object.assign(entry, named);
  }

  /** `ruff` names itself only in what it says at the end. */
  #claimForRuff(): void {
    for (const entry of this.#entries.toReversed()) {
      if (entry.step !== this.#step || entry.tool !== null || !entry.isPlain) return;
      entry.tool = 'ruff';
    }
  }
}

function isAnnouncedStale(previous: (distance: number) => string | null): boolean {
  for (let distance = 1; distance <= MAX_ANNOUNCED_LINES; distance++) {
    const text = previous(distance);
    if (text === null || text.startsWith('##[') || text.startsWith('\u001b')) return false;
    if (STALE.test(text.slice(0, MAX_LINE_CHARACTERS))) return true;
  }
  return false;
}

function announcing(previous: (distance: number) => string | null): string[] {
  const lines: string[] = [];
  for (let distance = 2; distance <= MAX_ANNOUNCING_LINES + 1; distance++) {
    const text = previous(distance);
    if (text === null || !(announces(text) || (text === '' && distance > 2))) break;
    lines.unshift(text);
  }
  return lines;
}

function headerLength(lines: readonly string[]): number {
  const first = lines.findIndex((line) => HUNK.test(line));
  return first < 0 ? lines.length : first;
}

function rustHeading(previous: (distance: number) => string | null): string[] | null {
  const lines: string[] = [];
  for (let distance = 1; distance <= MAX_HEADING_LINES; distance++) {
    const text = previous(distance);
    if (text === null || text === '') return null;
    lines.unshift(text);
    if (RUST_HEADING.test(text)) return lines;
  }
  return null;
}

/** The note above the line that it would insert; a line of the file stands between them, but at its beginning. */
function gccNote(previous: (distance: number) => string | null): string[] | null {
  const lines: string[] = [];
  for (let distance = 1; distance <= 2; distance++) {
    const text = previous(distance);
    if (text === null) return null;
    lines.unshift(text);
    if (GCC_NOTE.test(text)) return lines;
  }
  return null;
}
