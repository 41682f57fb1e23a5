import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';

/** `gofmt -d`: `diff main.go.orig main.go`, before Go 1.19 `diff -u …`. */
const DIFF = /^diff (?:-u )?\S+\.go\.orig (?<path>\S+\.go)$/;
const CHANGED = /^(?:[-+]{1,3}|@@)/;
/** `gofmt -l` prints bare paths; what has been run stands above them. */
const COMMAND = /\b(?<tool>go(?:fmt|imports|fumpt))\b(?<flags>(?: -[a-z]{1,10}){1,8})/;
const LISTS = / -[a-z]{0,4}l/;
const SIMPLIFIES = / -[a-z]{0,4}s\b/;
const LISTED = /^(?<path>[\w./-]+\.go)$/;

/** What people say above or below the list, where the command itself is not shown. */
const TALK = /\bgo ?(?:fmt|imports)\b|\bgofumpt\b|\bmake [\w-]{0,30}(?:fmt|format)\b|\b(?:un|not (?:\w{1,20} )?)formatted\b/i;
/** What each command and each such sentence holds. */
const SPEAKS = /fmt|fumpt|imports|format/i;
const FAILED = /^(?:Error: )?Process completed with exit code [1-9]\d{0,2}\.?$/;
/** Between what people say and the list. */
const MAX_TALK_LINES = 3;

/** Lines after the command in which its list is looked for: the runner prints the shell and the environment first. */
const MAX_LINES_TO_LIST = 15;
/** Lines of a difference that an excerpt shows. */
const MAX_DIFF_LINES = 12;

/** gofmt: differences, or the list of files. */
export const gofmt: Matcher = {
  id: 'gofmt',
  tool: 'gofmt',
  cause: 'formatting',
  hints: [
    '.go.orig',
    'gofmt',
    'goimports',
    'gofumpt',
    'go fmt',
    'make fmt',
    'make format',
    'formatted',
    'completed with exit code',
  ],
  createReader: createGofmtReader,
};

function createGofmtReader(): LineReader {
  let diffSince = 0;
  let listUpTo = 0;
  let called = 'gofmt';
  const talked = new TalkedList();
  return {
    read(line, report) {
      const speaks = SPEAKS.test(line.text);
      const talk = talked.read(line, speaks, report);
      const command = speaks ? COMMAND.exec(line.text)?.groups : undefined;
      if (command) called = nameOf(command['tool'] ?? '', command['flags'] ?? '');
      const changed = DIFF.exec(line.text)?.groups?.['path'];
      if (changed !== undefined) {
        diffSince = line.number;
        report.diagnostic({ path: changed, message: messageOf(called), logLine: line.number });
        return true;
      }
      if (command && LISTS.test(command['flags'] ?? '')) listUpTo = line.number + MAX_LINES_TO_LIST;
      const listed = line.number <= listUpTo ? LISTED.exec(line.text)?.groups?.['path'] : undefined;
      if (listed !== undefined) {
        listUpTo = line.number + MAX_LINES_TO_LIST;
        report.diagnostic({ path: listed, message: messageOf(called), logLine: line.number });
        talked.forget();
      }
      const isDiff = diffSince > 0 && line.number - diffSince <= MAX_DIFF_LINES;
      if (isDiff && CHANGED.test(line.text)) report.highlight(line.number, line.number, 0.6);
      if (isDiff || line.number < listUpTo) return true;
      // The command is kept in mind.
      return command ? talk === true : talk;
    },
  };
}

function messageOf(called: string): string {
  return `The file is not formatted with ${called}`;
}

/** `gofmt -s` asks for more than `gofmt`, and the others for more than both. */
function nameOf(tool: string, flags: string): string {
  return tool === 'gofmt' && SIMPLIFIES.test(flags) ? 'gofmt -s' : tool;
}

/** A list of Go files beside a sentence about their format, in a step that fails: a script has called gofmt unseen. */
class TalkedList {
  #files = new Map<string, number>();
  #upTo = 0;

  /** @param speaks whether the line may be a sentence about the format */
  read(line: Line, speaks: boolean, report: Report): Answer {
    if (line.marker === 'group') this.forget();
    if (FAILED.test(line.text)) {
      for (const [path, logLine] of this.#files) {
        report.diagnostic({ path, message: 'The file is not formatted with gofmt, perhaps called with -s', logLine });
      }
      this.forget();
      return false;
    }
    if (speaks && line.marker === null && TALK.test(line.text)) {
      this.#upTo = line.number + MAX_TALK_LINES;
      for (let distance = 1; this.#take(report.previous(distance)); distance++);
    } else if (line.number <= this.#upTo && this.#take(line)) {
      this.#upTo = line.number + 1;
    }
    if (line.number <= this.#upTo) return true;
    return line.marker === 'group' ? false : null;
  }

  forget(): void {
    this.#files.clear();
    this.#upTo = 0;
  }

  #take(line: Line | null): boolean {
    const path = line && LISTED.exec(line.text)?.groups?.['path'];
    if (!line || !path || this.#files.size >= MAX_TALKED_FILES) return false;
    this.#files.set(path, line.number);
    return true;
  }
}

const MAX_TALKED_FILES = 200;
