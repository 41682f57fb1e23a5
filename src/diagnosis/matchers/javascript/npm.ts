import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';

const ERROR = /^npm (?:ERR!|error)(?: (.*))?$/;
const CODE = /^code (?<code>[A-Z][A-Z0-9_]{1,60}|-?\d{1,6})$/;
/** npm repeats a word for the kind of error before each line. */
const KIND =
  /^(?:\d{3}|notarget|enoent|engine|notsup|JSON\.parse|ERESOLVE|network|publish|need auth|peerinvalid|audit|enolocal|gyp)\s+(?=\S)/;
/** Facts about the error, and what is said at its end; none is its message. */
const NO_MESSAGE =
  /^(?:code|errno|syscall|path|dest|cwd|argv|node|npm|signal|stack|type|cmd|command|[A-Z]\w+_NT|Linux|Darwin|Windows|A complete log|If you need help|Please include|This is probably not|Exit status|Failed at the|Test failed|Lifecycle script|weird error|Tell the author|You can get|There is likely|<https?:|in workspace:|at (?:location|workspace):|Unsupported engine)\b|^(?:Unsupported engine|\/)/;
/** What only says that a script of the project failed. */
const CONSEQUENCE = /^(?:ELIFECYCLE|EDUPLICATEWORKSPACE)$/;
const MISSING_SCRIPT = /^[Mm]issing script: /;

const CAUSES: readonly (readonly [RegExp, CauseCategory])[] = [
  [/^ERESOLVE$|^EPEERINVALID$/, 'dependency-conflict'],
  [/^(?:E404|ETARGET|ENOVERSIONS|E410|EISGIT)$/, 'dependency-unavailable'],
  [/^(?:EINTEGRITY|ENOLOCK)$/, 'lockfile'],
  [/^(?:EBADENGINE|EBADPLATFORM|ENOTSUP)$/, 'toolchain'],
  [/^(?:E401|ENEEDAUTH|EOTP)$/, 'missing-secret'],
  [/^(?:E403|EACCES|EPERM|EPUBLISHCONFLICT)$/, 'permission'],
  [/^E429$/, 'rate-limit'],
  [
    /^(?:E5\d\d|ECONN\w+|ETIMEDOUT|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR|\w*CERT\w*)$/,
    'network',
  ],
  [/^ENOSPC$/, 'disk-full'],
  [/^ENOMEM$/, 'out-of-memory'],
  [/^(?:EJSONPARSE|ENOENT|ENOWORKSPACES|EINVALIDPACKAGENAME|EINVALIDTAGNAME|EUSAGE|ENOTDIR)$/, 'build-config'],
];
const LOCK_FILE = /can only install (?:packages when|with an existing)/;

/** Lines of a block that are read. */
const MAX_BLOCK_LINES = 80;
/** Lines of a block that are shown. */
const MAX_SHOWN_LINES = 16;

/** npm: a block of `npm ERR!` (from version 10 on `npm error`) lines; a failed script is only a consequence. */
export const npm: Matcher = {
  id: 'npm',
  tool: 'npm',
  cause: null,
  hints: ['npm err! ', 'npm error'],
  createReader: () => new NpmReader(),
};

interface BlockLine {
  readonly text: string;
  readonly number: number;
}

class NpmReader implements LineReader {
  #block: BlockLine[] = [];

  read(line: Line, report: Report): Answer {
    const match = ERROR.exec(line.text);
    if (!match) {
      this.#close(report);
      return null;
    }
    const text = match[1] ?? '';
    if (CODE.test(text) && this.#block.length > 0) this.#close(report);
    if (this.#block.length < MAX_BLOCK_LINES) this.#block.push({ text, number: line.number });
    return true;
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #close(report: Report): void {
    const block = this.#block;
    this.#block = [];
    const first = block[0];
    if (!first) return;
    // Each code begins a block.
    const code = CODE.exec(first.text)?.groups?.['code'] ?? null;
    if (code !== null && CONSEQUENCE.test(code)) return;
    const found = messageOf(block, code);
    if (!found) return;
    report.diagnostic({ code, message: found.message, logLine: found.line }, causeOf(code, found.message));
    report.highlight(first.number, Math.min(block.at(-1)?.number ?? first.number, first.number + MAX_SHOWN_LINES), 0.85);
  }
}

function messageOf(block: readonly BlockLine[], code: string | null): { message: string; line: number } | null {
  const script = block.find(({ text }) => MISSING_SCRIPT.test(text));
  if (script) return { message: script.text, line: script.number };
  if (code === null) return null;
  if (/^-?\d/.test(code)) return failedCommandOf(block);
  const start = block.findIndex(({ text }) => text.trim() !== '' && !NO_MESSAGE.test(text.replace(KIND, '')));
  const first = block[start];
  if (!first) return null;
  const sentence = [first.text.replace(KIND, '').trim()];
  if (code === 'EUSAGE') sentence.push(...restOfSentence(block, start));
  if (code === 'ERESOLVE') sentence.push(...conflictOf(block));
  return { message: sentence.join(' '), line: first.number };
}

/** npm wraps the messages of its own rules. */
function restOfSentence(block: readonly BlockLine[], start: number): string[] {
  const end = block.findIndex(({ text }, index) => index > start && text.trim() === '');
  return block.slice(start + 1, end < 0 ? start + 1 : Math.min(end, start + 5)).map(({ text }) => text.trim());
}

/** Which of the dependencies cannot be had together with the others. */
function conflictOf(block: readonly BlockLine[]): string[] {
  const at = block.findIndex(({ text }) => /^Could not resolve dependency:/.test(text.replace(KIND, '')));
  const conflict = at < 0 ? undefined : block[at + 1]?.text.replace(KIND, '').trim();
  return conflict === undefined || conflict === '' ? [] : [`(${conflict})`];
}

/** A number for a code is the exit code of an install script or of git. */
function failedCommandOf(block: readonly BlockLine[]): { message: string; line: number } | null {
  const failed = block.find(({ text }) => text === 'command failed' || /^An unknown git error occurred/.test(text));
  const command = block.find(({ text }) => /^command (?!failed)/.test(text));
  if (!failed) return null;
  return { message: command ? `${failed.text}: ${command.text.slice('command '.length)}` : failed.text, line: failed.number };
}

function causeOf(code: string | null, message: string): CauseCategory | undefined {
  if (LOCK_FILE.test(message)) return 'lockfile';
  if (code === null || MISSING_SCRIPT.test(message)) return 'build-config';
  return CAUSES.find(([codes]) => codes.test(code))?.[1];
}
