/**
 * Folds what changes from run to run and says nothing of the cause: times, hashes, addresses, ports, durations,
 * numbers, temporary folders and the workspace. Ordered: a later expression never sees what an earlier one folded.
 * Each is linear, or bounded by the cap on a line's characters.
 */
const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b0x[0-9a-f]+\b/gi, '<address>'],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b/g, '<host>'],
  [/\b(localhost|\[::1?\]):\d{1,5}\b/gi, '<host>'],
  [/(?:\/home\/runner\/work|\/Users\/runner\/work|\/__w|[A-Za-z]:[\\/]a)[\\/][^\\/\s]+[\\/][^\\/\s]+[\\/]/g, ''],
  [/(?:\/private)?(?:\/var)?\/(?:tmp|folders)\/[^\s:'")]+/g, '<tmp>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/gi, '<hash>'],
  [/\d{1,15}(?:[.,]\d{1,15}){0,3}\s?(?:ns|µs|ms|s|sec|seconds?|m|min|minutes?|[KMG]i?B|bytes)\b/g, '<quantity>'],
  [/\d+/g, '<n>'],
  [/\s+/g, ' '],
];

/** A line's text without what differs between two runs that fail for one reason. */
export function normalised(text: string): string {
  let folded = text;
  for (const [expression, replacement] of FOLDS) folded = folded.replace(expression, replacement);
  return folded.trim();
}
