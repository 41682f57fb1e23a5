/**
 * The patterns of `branches`, `paths` and their like in workflow files. Source:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 * They come from repositories, so they are no regular expressions: the time is the product of both lengths.
 */

type Matches = (character: string) => boolean;

/** One sign of a pattern: a set of characters, whether more of them may follow, and how many signs may be left out here. */
interface Sign {
  matches: Matches;
  repeats: boolean;
  skips: readonly number[];
}

/** Longer patterns and names are nothing that people write. */
const LONGEST = 1024;

/** Whether a list of patterns selects a name: in order, a later match overrules, `!` takes away. */
export function isSelected(patterns: readonly string[], name: string): boolean {
  let selected = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (negated !== selected) continue;
    if (matchesPattern(negated ? pattern.slice(1) : pattern, name)) selected = !negated;
  }
  return selected;
}

function matchesPattern(pattern: string, name: string): boolean {
  if (pattern.length > LONGEST || name.length > LONGEST) return false;
  const signs = toSigns(pattern);
  let places = reach(new Set([0]), signs);
  for (const character of name) {
    const next = new Set<number>();
    for (const place of places) {
      const sign = signs[place];
      if (!sign?.matches(character)) continue;
      next.add(place + 1);
      if (sign.repeats) next.add(place);
    }
    places = reach(next, signs);
    if (places.size === 0) return false;
  }
  return places.has(signs.length);
}

/** The places from which the rest may go on: what may be absent is stepped over. */
function reach(places: ReadonlySet<number>, signs: readonly Sign[]): Set<number> {
  const all = new Set(places);
  // A set's iteration also visits what is added on the way.
  for (const place of all) for (const skip of signs[place]?.skips ?? []) all.add(place + skip);
  return all;
}

const ANY: Sign = { matches: () => true, repeats: true, skips: [1] };

const TOKEN = /\\(.)|(\*\*\/)|(\*\*)|(\*)|\[([^\]]+)\]|(.)/gsu;

function toSigns(pattern: string): Sign[] {
  const signs: Sign[] = [];
  for (const [token, escaped, folders, many, some, set, plain] of pattern.matchAll(TOKEN)) {
    const last = signs.at(-1);
    if (token === '?' && last) last.skips = [...last.skips, 1];
    else if (token === '+' && last) last.repeats = true;
    else if (folders !== undefined) {
      // Whole folders, or none at all.
      signs.push(
        { matches: () => false, repeats: false, skips: [1, 3] },
        ANY,
        one((character) => character === '/'),
      );
    } else if (many !== undefined) signs.push({ ...ANY });
    else if (some !== undefined) signs.push({ matches: (character) => character !== '/', repeats: true, skips: [1] });
    else signs.push(one(set === undefined ? (character) => character === (escaped ?? plain) : oneOf(set)));
  }
  return signs;
}

function one(matches: Matches): Sign {
  return { matches, repeats: false, skips: [] };
}

function oneOf(set: string): Matches {
  const ranges = [...set.matchAll(/(.)-(.)|(.)/gsu)].map(
    ([, from, to, single]) => [from ?? single ?? '', to ?? single ?? ''] as const,
  );
  return (character) => ranges.some(([from, to]) => from <= character && character <= to);
}
