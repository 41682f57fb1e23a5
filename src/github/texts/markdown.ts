/**
 * Text from outside in Markdown: names and messages can't mention people, open links, or break out of their place.
 * Zero-width joiners keep `@name` and `#12` from becoming mentions and references.
 */
export function inline(text: string, limit = 200): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const short = flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
  return short
    .replace(/[\\`*_{}[\]<>|~]/g, '\\$&')
    .replace(/([@#])(?=\w)/g, '$1\u200d')
    .replace(/\b(https?):\/\//gi, '$1\u200d://');
}

/** Code in a line; back-ticks in it can't end it. */
export function code(text: string, limit = 200): string {
  const flat = text.replace(/\s+/g, ' ').trim().slice(0, limit);
  const fence = '`'.repeat(longestRun(flat) + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A block whose fence is longer than any run of back-ticks in it. */
export function codeBlock(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\s+$/, '')}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** The first lines of a text, and how many were left out. */
export function firstLines(text: string, most: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length <= most) return lines.join('\n');
  return [...lines.slice(0, most), `… ${lines.length - most} more lines`].join('\n');
}
