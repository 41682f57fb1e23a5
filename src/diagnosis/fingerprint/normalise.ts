/** Folders in which programs keep what lives for a run: of Linux, macOS, Windows and GitHub's runner. */
const TEMPORARY = String.raw`(?:(?:\/private)?\/(?:var\/)?tmp|(?:\/private)?\/var\/folders(?:\/[^\s/:'")]{1,100}){2}\/T|(?:\/[^\s/:'")]{1,100}){1,8}\/_temp|[A-Za-z]:\\(?:[^\s\\:'")]{1,100}\\){1,6}(?:Temp|_temp))`;

/** Below it: names that a run makes up, and at the end, below at least one folder, the name of a file, which says something. */
const IN_TEMPORARY = new RegExp(
  `${TEMPORARY}[\\\\/](?:[^\\s:'")]{0,300}[\\\\/](?<file>[^\\s:'")\\\\/]{0,100})|[^\\s:'")]{1,300})`,
  'g',
);

/** With `::` or four colons, and a digit: `a::b` is a name in many languages. */
const IP_V6 =
  /(?<![\w.:])(?=[0-9a-f:.]{0,45}\d)(?:(?=[0-9a-f:]{0,39}::)|(?=(?:[0-9a-f]{0,4}:){4}))[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?::\d{1,5})?(?!\w)/gi;

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?';
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?`;

/**
 * Folds what changes from run to run and says nothing of the cause: times, hashes, addresses, ports, durations,
 * numbers, temporary folders and the workspace. Ordered: a later expression never sees what an earlier one folded.
 * Each is linear, or bounded by the cap on a line's characters. Hashes become numbers, for some hashes are nothing else.
 */
const FOLDS: readonly (readonly [RegExp, string])[] = [
  [IP_V6, '<host>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [new RegExp(`\\b${DAY}\\d{1,2} ${MONTH} \\d{4},? ${CLOCK}(?: (?:GMT|UTC|[+-]\\d{4}))?`, 'g'), '<time>'],
  [new RegExp(`\\b${DAY}${MONTH} {1,2}\\d{1,2} ${CLOCK}(?: (?:GMT|UTC))?(?: \\d{4})?`, 'g'), '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M)?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b0x[0-9a-f]+\b/gi, '<address>'],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b/g, '<host>'],
  [/\b(?:localhost|\[::1?\]):\d{1,5}\b/gi, '<host>'],
  [/\b(?:fv-az\d{1,6}-\d{1,6}|ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?:\.[\w-]{1,60}){0,5})(?::\d{1,5})?/g, '<host>'],
  [IN_TEMPORARY, '<tmp>/$<file>'],
  [
    /(?:\/home\/runner\/work|\/Users\/runner\/work|\/__w|(?:\/[^\s/]{1,100}){0,8}\/_work|[A-Za-z]:[\\/]a)[\\/]([^\\/\s]{1,100})[\\/]\1[\\/]/g,
    '',
  ],
  [/\/github\/workspace\//g, ''],
  [/\b(?:(?=[0-9a-f]*\d)[0-9a-f]{7,64}|[0-9a-f]{12,64})\b/gi, '<n>'],
  [/\d{1,15}(?:[.,]\d{1,15}){0,3}\s?(?:ns|µs|ms|s|sec|seconds?|m|min|minutes?|[KMG]i?B|bytes)\b/g, '<quantity>'],
  [/<n>\s?(?:ns|µs|ms|s|sec|seconds?|m|min|minutes?|[KMG]i?B|bytes)\b/g, '<quantity>'],
  [/\d+/g, '<n>'],
  [/\s+/g, ' '],
];

/** A line's text without what differs between two runs that fail for one reason. */
export function normalised(text: string): string {
  let folded = text;
  for (const [expression, replacement] of FOLDS) folded = folded.replace(expression, replacement);
  return folded.trim();
}

/** A path as part of a cause: in one form for all systems, its temporary folders folded. Numbers in names are kept. */
export function normalisedPath(path: string): string {
  return path
    .replace(IN_TEMPORARY, '<tmp>/$<file>')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
}
