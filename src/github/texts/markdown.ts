/** Control characters, which GitHub's API refuses or shows as boxes, and those that turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Lines of logs may be megabytes long; so much of one is read by people. */
const LONGEST_LINE = 300;

/**
 * Text from outside in Markdown: names and messages can't mention people, open links, or break out of their place.
 * At most `limit` characters are shown.
 */
export function inline(text: string, limit = 200): string {
  return unlinked(flatten(text, limit).replace(/[\\`*_{}[\]<>|~#&]/g, '\\$&'))
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/**
 * What counts even inside of code once a body becomes the message of a squashed commit: marks that keep CI from running, and
 * words that close issues.
 */
function inert(text: string): string {
  return text
    .replace(/\[(?=(?:skip|ci|no|actions)[ _-](?:skip|ci|actions)\])|\bskip-checks(?=:)|\*{3}(?=NO_CI)/gi, '$&\u200d')
    .replace(CLOSING, (found) => found.replace(/(#|:\/\/|GH)(?=[^#]{0,200}$)/i, '\u200d$1\u200d'));
}

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s{1,9}(?:[\w.-]{1,100}\/[\w.-]{1,100})?(?:#|GH-|https?:\/\/)(?=\w)/gi;

/** Zero-width joiners keep `@name` and `#12` from becoming mentions and references, and addresses from becoming links. */
function unlinked(text: string): string {
  return inert(text)
    .replace(/([@#])(?=\w)/g, '$1\u200d')
    .replaceAll('://', '\u200d://')
    .replace(/(www)(?=\.)/gi, '$1\u200d')
    .replace(/(GH)(?=-\d)/gi, '$1\u200d');
}

/** Text from outside where there is no Markdown: commit messages and titles, in which `fixes #12` would close an issue. */
export function plain(text: string, limit = 100): string {
  return unlinked(flatten(text, limit));
}

/** One line of at most `limit` characters. */
function flatten(text: string, limit: number): string {
  return cut(text.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim(), limit);
}

/** At most `limit` characters, and no half of a surrogate pair, which GitHub's API refuses. */
export function cut(text: string, limit: number): string {
  return (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
}

/** Code in a line; back-ticks in it can't end it. */
export function code(text: string, limit = 200): string {
  const flat = inert(flatten(text, limit));
  // Two back-ticks with nothing between them would open a span instead of being one.
  if (flat === '') return '` `';
  const fence = '`'.repeat(longestRun(flat) + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A block whose fence is longer than any run of back-ticks in it. */
export function codeBlock(text: string, language = ''): string {
  const content = inert(text.replace(INVISIBLE, '')).trimEnd().toWellFormed();
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** The first lines of a text, each at most 300 characters, and how many were left out. */
export function firstLines(text: string, most: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const left = lines.length > most ? [`… ${lines.length - most} more lines`] : [];
  return [...lines.slice(0, most).map((line) => cut(line, LONGEST_LINE)), ...left].join('\n');
}
