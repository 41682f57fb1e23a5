import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** The command has failed in the way of one that compares. */
const EXIT = /^(?:Error: )?Process completed with exit code 1\.?$|^The command "[^"]{1,500}" (?:failed and )?exited with 1\b/;
const EXIT_HINTS = ['completed with exit code 1', ' exited with 1'];
/** A step begins; what stood before explains nothing of it. */
const STEP = /^Run /;

const HEAD = /^diff --git "?a\/(?<old>[^"]{1,400}?)"? "?b\/(?<path>[^"]{1,400}?)"?$/;
const HUNK = /^@@ -\d{1,9}(?:,\d{1,9})? \+(?<line>\d{1,9})(?:,\d{1,9})? @@/;
const OF_DIFF =
  /^(?:[ +\-@\\]|index [0-9a-f]|(?:new|deleted) file mode |(?:old|new) mode |(?:dis)?similarity |rename |copy |Binary files |$)/;
const STAT = /^ (?<path>[^|]{1,400}?) {1,60}\| {1,8}(?:\d{1,9} [+-]{1,100}|Bin .*)$/;
const PORCELAIN = /^(?: [MADT]|\?\?|[MADRCT][ MD]) (?<path>\S.{0,400})$/;
/** What asks git whether something has changed. */
const ASKS =
  /\bgit (?:-\S+ (?:\S+ )?)?(?:diff(?:-index|-files)? .*(?:--exit-code|--quiet|--check)|status (?:--porcelain|-s\b|--short)|diff-index )/;
const FORMATTER =
  /\b(?:go|rust|clang-|terraform |cargo |mix )?(?:fmt|format(?:ting|ted|ter)?|prettier|black|yapf|isort|spotless\w*|ktlint)\b/i;

/** Lines between the comparison and the statement of the failure: what people say of it, and make's own words. */
const MAX_TALK_LINES = 12;
const MAX_FILES = 20;
const MAX_LIST_LINES = 40;

interface Difference {
  readonly path: string;
  line: number | null;
  readonly logLine: number;
}

/**
 * `git diff --exit-code` and its like after a tool has written files: a step that ends with a difference. It means `lint`, the
 * check of a text for its form, and `formatting` where the step names a formatter.
 */
export const gitDiff: Matcher = {
  id: 'git-diff',
  tool: 'git diff',
  cause: 'lint',
  hints: ['diff --git ', 'git diff', 'git status ', ...EXIT_HINTS],
  createReader: () => new GitDiffReader(),
};

class GitDiffReader implements LineReader {
  #files: Difference[] = [];
  #last = 0;
  #isAsked = false;
  #isFormatting = false;

  read(line: Line, report: Report): boolean | null {
    const isStep = line.marker === 'group' && STEP.test(line.text);
    if (isStep) this.#reset();
    const isOfGit = line.text.includes('git ');
    const asks = isOfGit && ASKS.test(line.text);
    if (asks) this.#ask(line, report);
    const path = isOfGit ? HEAD.exec(line.text)?.groups?.['path'] : undefined;
    if (path !== undefined) {
      if (this.#files.length < MAX_FILES) this.#files.push({ path: detached(path), line: null, logLine: line.number });
      this.#last = line.number;
      return true;
    }
    if (EXIT.test(line.text)) {
      this.#end(line, report);
      return false;
    }
    if (this.#last === 0 || line.number !== this.#last + 1 || !OF_DIFF.test(line.text)) return isStep || asks ? false : null;
    this.#last = line.number;
    const file = this.#files.at(-1);
    if (file) file.line ??= numberOf(HUNK.exec(line.text)?.groups?.['line']);
    return true;
  }

  /** The script is shown before it runs, line by line; a formatter may stand on one above. */
  #ask(line: Line, report: Report): void {
    this.#isAsked = true;
    for (let distance = 0; distance <= 5 && !this.#isFormatting; distance++) {
      const text = distance === 0 ? line.text : report.previous(distance)?.text;
      if (text !== undefined && FORMATTER.test(text)) this.#isFormatting = true;
    }
  }

  #end(line: Line, report: Report): void {
    const isDiffLast = this.#last > 0 && line.number - this.#last <= MAX_TALK_LINES;
    const files = isDiffLast ? this.#files : this.#isAsked ? listedAbove(line, report) : [];
    const cause = this.#isFormatting ? 'formatting' : undefined;
    for (const { path, line: at, logLine } of files) {
      report.diagnostic(
        { path, line: at, message: 'The file is not as it is committed, once the tools have written it', logLine },
        cause,
      );
    }
    this.#reset();
  }

  #reset(): void {
    this.#files = [];
    this.#last = 0;
    this.#isAsked = false;
    this.#isFormatting = false;
  }
}

/** `--stat` and `status --porcelain` only name the files. */
function listedAbove(line: Line, report: Report): Difference[] {
  const files: Difference[] = [];
  for (let distance = 1; distance <= MAX_LIST_LINES && files.length < MAX_FILES; distance++) {
    const above = report.previous(distance);
    if (!above || above.marker === 'endgroup' || above.marker === 'group') break;
    const path = (STAT.exec(above.text) ?? PORCELAIN.exec(above.text))?.groups?.['path'];
    if (path !== undefined) files.unshift({ path: detached(path.trim()), line: null, logLine: above.number });
    else if (files.length > 0 || distance > MAX_TALK_LINES || line.number - above.number > MAX_LIST_LINES) break;
  }
  return files;
}

/** The words of git's `ws.c`, with those of the conflict markers in `diff.c`. */
const CHECK_FAULT =
  '(?:trailing whitespace|space before tab in indent|indent with spaces|tab in indent|new blank line at EOF|leftover conflict marker)';

/** `git diff --check`: `a.py:3: trailing whitespace.`, and below it the line. */
export const gitDiffCheck: Matcher = {
  id: 'git-diff-check',
  tool: 'git diff --check',
  cause: 'formatting',
  hints: ['trailing whitespace', 'in indent', 'indent with spaces', 'new blank line at eof', 'leftover conflict marker'],
  patterns: [
    {
      expression: new RegExp(
        String.raw`^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,9}): (?<message>${CHECK_FAULT}(?:, ${CHECK_FAULT}){0,5})\.?$`,
      ),
    },
  ],
};

/** `diff -u`: two names, each with a time behind a tabulator. */
const OLD_NAME = /^--- (?<path>[^\t]{1,400})\t/;
const NEW_NAME = /^\+\+\+ (?<path>[^\t]{1,400})\t/;
const DIFFER =
  /^(?:(?:Binary )?[Ff]iles )?(?<old>\S{1,400}) (?:and )?(?<path>\S{1,400}) differ(?:: (?:byte|char) \d{1,12}, line (?<line>\d{1,9}))?$/;
const COMMAND = /^(?:Run |\+ )(?:diff|cmp) (?:-\S+ )*(?<old>\S{1,400}) (?<path>\S{1,400})/;
const NORMAL = /^[<>] /;

/** `diff` and `cmp` as the last command of a step: what a program has written is not what was expected of it. */
export const goldenDiff: Matcher = {
  id: 'golden-diff',
  tool: 'diff',
  cause: 'test-failure',
  hints: ['+++ ', ' differ', 'Run diff ', 'Run cmp ', '+ diff ', '+ cmp ', ...EXIT_HINTS],
  createReader: () => new GoldenDiffReader(),
};

class GoldenDiffReader implements LineReader {
  #found: { old: string; path: string; line: number | null; logLine: number }[] = [];
  #command: { old: string; path: string } | null = null;
  #last = 0;

  read(line: Line, report: Report): boolean | null {
    const isStep = line.marker === 'group' && STEP.test(line.text);
    if (isStep) this.#reset();
    const command = COMMAND.exec(line.text)?.groups;
    if (command) this.#command = { old: detached(command['old'] ?? ''), path: detached(command['path'] ?? '') };
    if (EXIT.test(line.text)) {
      this.#end(line, report);
      return false;
    }
    const path = NEW_NAME.exec(line.text)?.groups?.['path'];
    const old = path === undefined ? undefined : OLD_NAME.exec(report.previous(1)?.text ?? '')?.groups?.['path'];
    if (path !== undefined && old !== undefined) {
      this.#add(old, path, null, line);
      return true;
    }
    const differ = line.text.includes(' differ') ? DIFFER.exec(line.text)?.groups : undefined;
    if (differ) {
      this.#add(differ['old'] ?? '', differ['path'] ?? '', numberOf(differ['line']), line);
      return false;
    }
    if (!OF_DIFF.test(line.text)) return isStep || command ? false : null;
    if (this.#last === 0 || line.number !== this.#last + 1) return false;
    this.#last = line.number;
    return true;
  }

  #add(old: string, path: string, line: number | null, { number }: Line): void {
    if (this.#found.length < MAX_FILES) this.#found.push({ old: detached(old), path: detached(path), line, logLine: number });
    this.#last = number;
  }

  #end(line: Line, report: Report): void {
    const isLast = this.#last > 0 && line.number - this.#last <= MAX_TALK_LINES;
    const above = report.previous(1);
    const command = above && NORMAL.test(above.text) ? this.#command : null;
    const found = isLast ? this.#found : command ? [{ ...command, line: null, logLine: above?.number ?? line.number }] : [];
    for (const { old, path, line: at, logLine } of found) {
      // Of one file before and after it is a formatter that speaks.
      if (withoutCopy(old) === withoutCopy(path)) continue;
      report.diagnostic({ path: old, line: at, message: `${path} is not what was expected`, logLine });
      report.highlight(logLine, logLine, 0.8);
    }
    if (!isLast && command)
      for (let distance = 1; distance <= 10 && isNormal(report.previous(distance)); distance++) {
        report.highlight(line.number - distance, line.number - distance, 0.75);
      }
    this.#reset();
  }

  #reset(): void {
    this.#found = [];
    this.#command = null;
    this.#last = 0;
  }
}

function isNormal(line: Line | null): boolean {
  return line !== null && /^(?:[<>] |---$|\d{1,9}(?:,\d{1,9})?[acd]\d{1,9})/.test(line.text);
}

function withoutCopy(path: string): string {
  return path
    .replace(/^(?:a|b|original|fixed|before|after|\.)\//, '')
    .replace(/(?:\.(?:orig|new|formatted|tmp|bak)|:(?:before|after))$/, '');
}
