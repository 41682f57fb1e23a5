/** What differs from one run to the next: times and counts, ids and hashes, and how far things are indented. */
const VARYING = /\b(?=[0-9a-f]*\d)[0-9a-f]{4,}\b|\d+(?:\.\d+)?|\s+/g;

/** The first line that a document shows of a command's output and that the command did not write, in this order; or `null`. */
export function missingLine(shown: string, written: readonly string[]): string | null {
  let at = 0;
  for (const line of shown.split('\n').filter((one) => one.trim() !== '' && one.trim() !== '…')) {
    const found = written.findIndex((one, index) => index >= at && shapeOf(line).test(one));
    if (found === -1) return line;
    at = found + 1;
  }
  return null;
}

function shapeOf(line: string): RegExp {
  const parts = line
    .trim()
    .split(VARYING)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const between = [...line.trim().matchAll(VARYING)].map(([text]) => patternOf(text));
  return new RegExp(`^\\s*${parts.map((part, index) => part + (between[index] ?? '')).join('')}\\s*$`);
}

function patternOf(text: string): string {
  if (/^\s+$/.test(text)) return '\\s+';
  return /^\d+(?:\.\d+)?$/.test(text) && text.length < 4 ? '\\d+(?:\\.\\d+)?' : '[0-9a-f.]+';
}
