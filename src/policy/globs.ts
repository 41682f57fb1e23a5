import picomatch from 'picomatch';

/** Many stars in one pattern make matching slow (each may match anything); no honest pattern needs more. */
const MOST_STARS = 12;

/**
 * Whether a path matches one of the patterns: `*` within a folder, `**` across folders, `?`, `[...]`. Patterns come
 * from repositories, so extended forms that can be made to match for ever are off.
 */
export function matchesAny(path: string, patterns: readonly string[], options: { ignoreCase?: boolean } = {}): boolean {
  return patterns.some(
    (pattern) =>
      pattern.split('*').length - 1 <= MOST_STARS &&
      picomatch.isMatch(path, pattern, { dot: true, noextglob: true, nonegate: true, nocase: options.ignoreCase ?? false }),
  );
}
