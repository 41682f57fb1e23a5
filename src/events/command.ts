/** What people may tell Regreen in a comment. */
export const COMMANDS = ['fix', 'retry', 'explain', 'stop', 'resume', 'status', 'approve', 'reject', 'help'] as const;

export interface Command {
  /** One of `COMMANDS`, or what stood there. */
  name: string;
  known: boolean;
  /** What stands behind the name in its line. */
  argument: string;
  /** Further commands in the same comment. One comment is one command: the first counts. */
  more: number;
}

/** So much of a comment is read; GitHub takes 65,536 characters. */
const LONGEST_COMMENT = 20_000;
const COMMAND = /^\/regreen(?:[ \t]+(\S{1,60})([ \t].*)?)?$/;

/**
 * The command of a comment: the first line that begins with `/regreen`. Quotes, code and what is hidden in an HTML comment
 * are talk about commands, for whoever reads the comment sees no command there.
 * @returns `null` when there is none
 */
export function readCommand(body: string): Command | null {
  const commands = spokenLines(body.slice(0, LONGEST_COMMENT)).flatMap((line) => {
    const match = COMMAND.exec(line.trimEnd());
    return match ? [{ word: match[1] ?? 'help', argument: match[2]?.trim() ?? '' }] : [];
  });
  const [first, ...others] = commands;
  if (!first) return null;
  const word = first.word.toLowerCase();
  const known = COMMANDS.some((one) => one === word);
  return { name: known ? word : first.word, known, argument: first.argument, more: others.length };
}

/** The lines that are said, and neither quoted nor shown as code nor hidden, as GitHub shows them. */
function spokenLines(body: string): string[] {
  const spoken: string[] = [];
  let fence: string | null = null;
  let hiddenUntil: string | null = null;
  let quoted = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (fence !== null) {
      if (closes(line, fence)) fence = null;
    } else if (hiddenUntil !== null) {
      if (line.toLowerCase().includes(hiddenUntil)) hiddenUntil = null;
    } else {
      fence = FENCE.exec(line)?.[1] ?? null;
      hiddenUntil = fence === null ? opensHidden(line) : null;
      // A line right below a quote belongs to it: https://github.github.com/gfm/#lazy-continuation-line
      quoted = /^\s{0,3}>/.test(line) || (quoted && line.trim() !== '');
      if (fence === null && !quoted) spoken.push(line);
    }
  }
  return spoken;
}

/** https://github.github.com/gfm/#fenced-code-blocks */
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

function closes(line: string, fence: string): boolean {
  const end = line.trim();
  return end.length >= fence.length && end === (fence[0] ?? '').repeat(end.length);
}

/** What ends the hidden or verbatim HTML that a line opens and does not end: https://github.github.com/gfm/#html-blocks */
function opensHidden(line: string): string | null {
  const text = line.toLowerCase();
  for (const [open, close] of HIDDEN) {
    const at = text.lastIndexOf(open);
    if (at >= 0 && !text.includes(close, at)) return close;
  }
  return null;
}

const HIDDEN = [
  ['<!--', '-->'],
  ['<pre', '</pre>'],
  ['<code', '</code>'],
  ['<script', '</script>'],
  ['<style', '</style>'],
  ['<textarea', '</textarea>'],
] as const;
