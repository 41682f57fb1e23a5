/**
 * A pattern as a chain of states, each of which consumes one character or passes without one. Matching follows all
 * states at once, so the time is pattern length × text length whatever the pattern says (a regular expression made
 * from a hostile pattern could take exponential time).
 */
export interface Glob {
  states: readonly GlobState[];
}

/** One place in the chain. `take` tells which characters are accepted here; `loop` stays for more, `skip` may be left out. */
interface GlobState {
  take: (character: string) => boolean;
  loop: boolean;
  skip: boolean;
  /** Where `skip` leads, when not to the next state: lets a group of states be left out as one. */
  skipTo?: number;
}

export interface GlobSyntax {
  /**
   * `quantifiers`: `?` and `+` repeat the character before (filters of workflows).
   * `shell`: `?` is any one character, `+` is itself (hashFiles).
   */
  questionMark: 'quantifiers' | 'shell';
}

/** Patterns longer than this are refused. The limit is the sandbox's own; no branch or path needs more. */
export const MAX_PATTERN_LENGTH = 1024;

/** A pattern that cannot be read. The message is meant for the author of the pattern. */
export class PatternError extends Error {
  constructor(pattern: string, reason: string) {
    super(`Invalid filter pattern '${pattern.slice(0, 80)}': ${reason}`);
    this.name = 'PatternError';
  }
}

const anything = (): boolean => true;
const notSlash = (character: string): boolean => character !== '/';
const slash = (character: string): boolean => character === '/';

/** Reads a pattern (without a leading `!`). Throws PatternError. */
export function compileGlob(pattern: string, syntax: GlobSyntax = { questionMark: 'quantifiers' }): Glob {
  if (pattern.length > MAX_PATTERN_LENGTH) throw new PatternError(pattern, `longer than ${MAX_PATTERN_LENGTH} characters`);
  const states: GlobState[] = [];
  for (let at = 0; at < pattern.length; ) at = readToken(pattern, at, states, syntax);
  return { states };
}

/** Whether the whole text is matched. */
export function matchesGlob({ states }: Glob, text: string): boolean {
  let current = follow(states, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const index of current) {
      const state = states[index];
      if (!state?.take(character)) continue;
      next.push(index + 1);
      if (state.loop) next.push(index);
    }
    if (next.length === 0) return false;
    current = follow(states, next);
  }
  return current.has(states.length);
}

/** The states reachable without consuming a character. */
function follow(states: readonly GlobState[], from: number[]): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const state = states[index];
    if (state?.skip) open.push(index + 1);
    if (state?.skipTo !== undefined) open.push(state.skipTo);
  }
  return reached;
}

function readToken(pattern: string, at: number, states: GlobState[], syntax: GlobSyntax): number {
  const character = pattern[at] ?? '';
  if (character === '*') return readStar(pattern, at, states);
  if (character === '[') return readClass(pattern, at, states);
  if (character === '\\' && at + 1 < pattern.length) {
    const escaped = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
    states.push({ take: (c) => c === escaped, loop: false, skip: false });
    return at + 1 + escaped.length;
  }
  if (syntax.questionMark === 'quantifiers' && (character === '?' || character === '+')) {
    quantify(pattern, character, states);
    return at + 1;
  }
  // A full code point, so that `for…of` over the text compares like with like.
  const literal = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  states.push({ take: literal === '?' ? notSlash : (c) => c === literal, loop: false, skip: false });
  return at + literal.length;
}

/** `*` stays within one path segment; `**` crosses; `**` followed by `/` is any folders, or none. */
function readStar(pattern: string, at: number, states: GlobState[]): number {
  if (pattern[at + 1] !== '*') {
    states.push({ take: notSlash, loop: true, skip: true });
    return at + 1;
  }
  if (pattern[at + 2] !== '/') {
    states.push({ take: anything, loop: true, skip: true });
    return at + 2;
  }
  // A gate that takes nothing: from it, and only from it, the whole group may be left out.
  states.push({ take: () => false, loop: false, skip: true, skipTo: states.length + 3 });
  states.push({ take: anything, loop: true, skip: true });
  states.push({ take: slash, loop: false, skip: false });
  return at + 3;
}

function quantify(pattern: string, quantifier: '?' | '+', states: GlobState[]): void {
  const last = states.at(-1);
  if (!last) throw new PatternError(pattern, `'${quantifier}' has no character before it`);
  if (quantifier === '?') last.skip = true;
  else last.loop = true;
}

/** `[a-z0-9_]`: one of the characters; ranges within a-z, A-Z and 0-9 only, as GitHub documents. */
function readClass(pattern: string, at: number, states: GlobState[]): number {
  const end = pattern.indexOf(']', at + 1);
  if (end < 0) throw new PatternError(pattern, "'[' has no closing ']'");
  const inside = pattern.slice(at + 1, end);
  if (inside === '') throw new PatternError(pattern, "'[]' names no character");
  const accepted = new Set<string>();
  for (let i = 0; i < inside.length; i++) {
    const from = inside[i] ?? '';
    const to = inside[i + 2];
    if (inside[i + 1] !== '-' || to === undefined) {
      accepted.add(from);
      continue;
    }
    if (!/^(?:[a-z]{2}|[A-Z]{2}|[0-9]{2})$/.test(from + to) || from > to) {
      throw new PatternError(pattern, `'${from}-${to}' is no range`);
    }
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) accepted.add(String.fromCharCode(code));
    i += 2;
  }
  states.push({ take: (c) => accepted.has(c), loop: false, skip: false });
  return end + 1;
}
