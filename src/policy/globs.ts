/** Any number of characters within one folder's name. */
const STAR = Symbol('*');
/** Any number of folders, none included. */
const FOLDERS = Symbol('**');

type Character = (character: string) => boolean;
type Segment = (Character | typeof STAR)[] | typeof FOLDERS;

/**
 * Whether a path matches one of the patterns: `*` within a folder, `**` across folders, `?`, `[a-z]`, `[!a-z]`, and a
 * backslash before a character that is meant as it is. Patterns and paths come from repositories, so this is no regular
 * expression, which twelve stars can keep busy for hours: the time is at most the product of both lengths.
 */
export function matchesAny(path: string, patterns: readonly string[], options: { ignoreCase?: boolean } = {}): boolean {
  const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text);
  const names = fold(path).split('/');
  return patterns.some((pattern) => matchesFolders(names, fold(pattern).split('/').map(toSegment)));
}

/** The same for a name that is no path: a slash in it is a character like any other. */
export function matchesName(name: string, patterns: readonly string[]): boolean {
  const flat = (text: string) => text.replaceAll('/', '\u2044');
  return matchesAny(flat(name), patterns.map(flat));
}

/** `reached[n]`: the segments so far match the first `n` names. */
function matchesFolders(names: readonly string[], segments: readonly Segment[]): boolean {
  let reached = [true];
  for (const segment of segments) {
    const next: boolean[] = [];
    if (segment === FOLDERS) {
      const first = reached.indexOf(true);
      if (first >= 0) for (let at = first; at <= names.length; at++) next[at] = true;
    } else {
      for (const [at, name] of names.entries()) if (reached[at] && matchesSegment(name, segment)) next[at + 1] = true;
    }
    reached = next;
  }
  return reached[names.length] === true;
}

/** Only the last star is ever taken back: what an earlier one could take more, the last could too. */
function matchesSegment(name: string, segment: readonly (Character | typeof STAR)[]): boolean {
  let [at, step, lastStar, takenTo] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = segment[step];
    if (wanted === STAR) {
      [lastStar, takenTo] = [step, at];
      step += 1;
    } else if (wanted?.(name.charAt(at))) {
      at += 1;
      step += 1;
    } else if (lastStar >= 0) {
      takenTo += 1;
      [at, step] = [takenTo, lastStar + 1];
    } else return false;
  }
  return segment.slice(step).every((rest) => rest === STAR);
}

const TOKEN = /\\(.)|\[([!^]?)([^\]]+)\]|(\*+)|(\?)|(.)/gs;

function toSegment(text: string): Segment {
  if (text === '**') return FOLDERS;
  return [...text.matchAll(TOKEN)].map(([, escaped, not, set, stars, any, plain]) => {
    if (stars !== undefined) return STAR;
    if (any !== undefined) return () => true;
    if (set !== undefined) return oneOf(set, not !== '');
    return (character) => character === (escaped ?? plain);
  });
}

function oneOf(set: string, not: boolean): Character {
  const ranges = [...set.matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, one]) => [from ?? one ?? '', to ?? one ?? ''] as const);
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}
