import type { Hunk } from './hunks.ts';

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';

/** What is another one each time that a program runs: times of day, seconds since 1970, random names. */
const MOMENTS = new RegExp(
  [
    String.raw`\d{4}-\d\d-\d\d[T _]\d\d[:-]\d\d(?:[:-]\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?`,
    String.raw`\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? (?:\d{1,2} ${MONTH}|${MONTH} {1,2}\d{1,2})\b`,
    String.raw`\b\d{1,2}:\d\d:\d\d(?:\.\d{1,9})?\b`,
    String.raw`\b1[5-9]\d{8}(?:\d{3}){0,3}\b`,
    String.raw`\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b`,
  ].join('|'),
  'g',
);

/** A day alone may be what a file is about, unless the line says that it is the day on which it was made. */
const DAYS = new RegExp(
  String.raw`\d{4}-\d\d-\d\d|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b\d{1,2} ${MONTH},? \d{4}\b|\b${MONTH} \d{1,2},? \d{4}\b`,
  'g',
);
const SAYS_MADE = /\b(?:generat|creat|updat|modif|built|build|compil|render|export|dump|writ|as of|timestamp|date)/i;

/**
 * Whether a change replaces a line by one that differs only in the moment at which it was written. Such a file differs at each
 * run, so that no commit of it makes CI green.
 */
export function changesMoment(hunks: readonly Hunk[]): boolean {
  return hunks.some(({ rows }) => {
    const texts = (mark: string) => rows.filter((row) => row.mark === mark).map(({ text }) => text.slice(0, 2_000));
    const gone = new Map(texts('-').map((text) => [folded(text), text]));
    return texts('+').some((text) => {
      const old = gone.get(folded(text));
      return old !== undefined && old !== text;
    });
  });
}

function folded(line: string): string {
  const text = line.replace(MOMENTS, '<moment>');
  return SAYS_MADE.test(line) ? text.replace(DAYS, '<moment>') : text;
}
