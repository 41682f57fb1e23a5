/** A kind of text that can be told by a few letters which every piece of it has. Pure. */
export interface MarkedShape {
  /** ASCII. No match is without one of these at its beginning, or as near to it as the next two say. */
  marks: readonly string[];
  shape: RegExp;
  /** A match begins at most so many characters before its mark, or behind where its mark begins. */
  before: number;
  behind: number;
  /** Matches where the mark begins if there is a match by this mark, and ends in it. */
  atMark: RegExp;
}

export interface MarkFinder {
  /** False only where `all` matches nowhere. */
  isMarked(text: string): boolean;
  /** As `text.replace(all, by)`. */
  replace(text: string, by: (found: string) => string): string;
}

/**
 * Finds what an expression of many alternatives finds, without trying each of them everywhere: one pass over the text finds all
 * marks at once (Aho and Corasick 1975), and the expression is asked only from where one of them begins a match.
 * @param all the shapes as alternatives of one global expression, in their order
 */
export function createMarkFinder(shapes: readonly MarkedShape[], all: RegExp): MarkFinder {
  const marks = shapes.flatMap(({ marks: some, before, behind, atMark }) =>
    some.map((text) => ({ text, before, behind, atMark: new RegExp(atMark.source, 'y') })),
  );
  let automaton: Automaton | undefined;

  /** Where matches may begin, in order. */
  function places(text: string): Place[] {
    automaton ??= createAutomaton(marks.map((mark) => mark.text));
    const found: Place[] = [];
    const { next, ends } = automaton;
    for (let index = 0, state = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      state = code < ALPHABET ? (next[state * ALPHABET + code] ?? 0) : 0;
      const here = ends[state];
      if (here === undefined) continue;
      for (const number of here) {
        const mark = marks[number];
        if (!mark) continue;
        const at = index + 1 - mark.text.length;
        found.push({ at, first: Math.max(0, at - mark.before), last: at + mark.behind, atMark: mark.atMark });
      }
    }
    return found.sort((a, b) => a.first - b.first);
  }

  function replace(text: string, by: (found: string) => string): string {
    const parts: string[] = [];
    let end = 0;
    for (const place of places(text)) {
      // What is left of a match that has been taken is looked at no more: each character is read a few times at most.
      if (place.last < end) continue;
      const own = endOf(place, text);
      while (end < own) {
        all.lastIndex = Math.max(end, place.first);
        const match = all.exec(text);
        if (match === null) return parts.join('') + text.slice(end);
        parts.push(text.slice(end, match.index), by(match[0]));
        end = match.index + match[0].length;
      }
    }
    return parts.length === 0 ? text : parts.join('') + text.slice(end);
  }

  return { isMarked: (text) => places(text).some((place) => endOf(place, text) > 0), replace };
}

interface Place {
  /** Where the mark begins. */
  at: number;
  /** The match by this mark begins between these. */
  first: number;
  last: number;
  atMark: RegExp;
}

/** Where the match by this mark ends; 0 when it is none. */
function endOf({ at, atMark }: Place, text: string): number {
  atMark.lastIndex = at;
  return atMark.test(text) ? atMark.lastIndex : 0;
}

const ALPHABET = 128;

interface Automaton {
  /** The state after a character in a state, by `state * ALPHABET + character`. */
  next: Uint16Array;
  /** The words that end in a state. */
  ends: (number[] | undefined)[];
}

function createAutomaton(words: readonly string[]): Automaton {
  const most = words.reduce((sum, word) => sum + word.length, 1);
  const next = new Uint16Array(most * ALPHABET);
  const ends: (number[] | undefined)[] = new Array(most);
  let states = 1;
  for (const [number, word] of words.entries()) {
    let state = 0;
    for (let index = 0; index < word.length; index++) {
      const edge = state * ALPHABET + word.charCodeAt(index);
      if (next[edge] === 0) next[edge] = states++;
      state = next[edge] ?? 0;
    }
    ends[state] = [...(ends[state] ?? []), number];
  }
  // Breadth first: where a word breaks off, the longest end of it that begins another one goes on.
  const fallback = new Uint16Array(most);
  const queue = [0];
  for (const state of queue) {
    for (let code = 0; code < ALPHABET; code++) {
      const edge = state * ALPHABET + code;
      const target = next[edge] ?? 0;
      const other = state === 0 ? 0 : (next[(fallback[state] ?? 0) * ALPHABET + code] ?? 0);
      if (target === 0) {
        next[edge] = other;
        continue;
      }
      fallback[target] = other;
      const shorter = ends[other];
      if (shorter) ends[target] = [...(ends[target] ?? []), ...shorter];
      queue.push(target);
    }
  }
  return { next, ends };
}
