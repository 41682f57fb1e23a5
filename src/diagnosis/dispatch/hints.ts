const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ESCAPE = 0x1b;
const ROOT = 0;

/** What no hint may hold, for the scan ends or steps aside there. */
const UNFIT = [LINE_FEED, CARRIAGE_RETURN, ESCAPE];

/** Classes of bytes: with more of them the table would be twice as large, and less of it in the processor's cache. */
export const CLASS_BITS = 6;
const CLASSES = 1 << CLASS_BITS;

/** Bytes with a class of their own, by how often hints use them; all others share the last one. */
const COMMON = ' etiasrnolcdpufgmh:bywvk0x[-q(1])j\'_4,/3"z5!`28#7*6=9\t>$<|+^%';
const SHARED = CLASSES - 1;

/** States are 16-bit numbers: half of the memory, so that more of the table stays in the processor's cache. */
const MAX_NODES = 65_000;

const encoder = new TextEncoder();

/** A hint ends here. */
interface HintEnd {
  readonly listener: number;
  /** The hint's bytes, where the table does not tell them apart: the case of its letters counts, or some are seldom used. */
  readonly exact: Uint8Array | null;
  readonly isCaseSensitive: boolean;
}

/**
 * The hints that end in each notable state, one behind the other in few arrays: thousands of small objects would lie
 * apart, and be gone from the processor's cache whenever one is looked at.
 */
export interface HintEnds {
  /** Those of a state stand from `firsts[state - firstNotable]` up to the next one's. */
  readonly firsts: Uint32Array;
  readonly listeners: Uint16Array;
  /** The hint's bytes stand from `exactFrom[end]` up to the next one's; none where the table alone tells the hint. */
  readonly exactFrom: Uint32Array;
  readonly exactBytes: Uint8Array;
  /** 1 where the case of the hint's letters counts. */
  readonly isCaseSensitive: Uint8Array;
}

/**
 * An Aho-Corasick automaton over bytes, flattened into one table, that finds every hint in one pass. It knows
 * no case, and of the bytes that hints seldom use only that they are such; a hint with a capital letter or such a byte is
 * told with its bytes, for the scan to compare. Line ends and escapes lead to
 * states of their own, so that the scanning loop needs a single comparison a byte: states from `firstNotable` on need
 * attention.
 */
export interface HintAutomaton {
  /** Bytes that hints seldom use share a class: `transitions[(state << CLASS_BITS) | classes[byte]]` is the next state. */
  readonly classes: Uint8Array;
  readonly transitions: Uint16Array;
  readonly firstNotable: number;
  /** The state at the beginning of a line. */
  readonly lineEnd: number;
  /** An ANSI sequence begins: whoever scans takes it out, since tools colour parts of words. */
  readonly escapeStart: number;
  readonly ends: HintEnds;
  readonly listenerCount: number;
}

/**
 * Builds the automaton.
 * @param hints for each listener its literals, without line ends and escapes, and never empty. ASCII letters match in either case,
 * unless one of the literal's is a capital: then all of them match as they are.
 * @throws RangeError when a literal is empty or holds a line end or an escape, or all of them together need too many states.
 */
export function buildHintAutomaton(hints: readonly (readonly string[])[]): HintAutomaton {
  const bytesOf = new Map<string, Uint8Array>();
  for (const literal of hints.flat()) {
    if (bytesOf.has(literal)) continue;
    const bytes = encoder.encode(literal);
    if (bytes.length === 0 || UNFIT.some((byte) => bytes.includes(byte))) {
      throw new RangeError(`not a hint: ${JSON.stringify(literal)}`);
    }
    bytesOf.set(literal, bytes);
  }
  const classes = classesOf();
  const trie = new Trie([...bytesOf.values()].reduce((sum, { length }) => sum + length, 1));
  hints.forEach((literals, listener) => {
    for (const literal of literals) {
      const bytes = bytesOf.get(literal) ?? new Uint8Array();
      const isCaseSensitive = literal !== literal.toLowerCase() && /[A-Z]/.test(literal);
      const isExact = isCaseSensitive || holds(bytes, classes, SHARED);
      trie.add(bytes, classes, { listener, exact: isExact ? bytes : null, isCaseSensitive });
    }
  });
  return automatonOf(trie, classes, hints.length);
}

function holds(bytes: Uint8Array, classes: Uint8Array, wanted: number): boolean {
  for (let at = 0; at < bytes.length; at++) if (classes[bytes[at] as number] === wanted) return true;
  return false;
}

/** The letter in lower case, for ASCII; other bytes are what they are. */
export function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** The class of each byte: the commonest ones come first, for their part of a row is one line of the processor's cache. */
function classesOf(): Uint8Array {
  const classes = new Uint8Array(256).fill(SHARED);
  for (const [index, byte] of [LINE_FEED, ESCAPE, ...encoder.encode(COMMON)].entries()) classes[byte] = index;
  for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = classes[lowerCase(byte)] as number;
  classes[CARRIAGE_RETURN] = classes[LINE_FEED] as number;
  return classes;
}

/** The hints class by class of their bytes. A node's children hang on one another: rows of them would be empty for the most part. */
class Trie {
  /** Nodes so far; the root is 0. */
  size = 1;
  readonly firstChild: Uint16Array;
  readonly nextSibling: Uint16Array;
  /** The class that leads to the node. */
  readonly classOf: Uint8Array;
  readonly ends: (readonly HintEnd[] | undefined)[] = [];

  /** @param maxNodes no fewer than there will be */
  constructor(maxNodes: number) {
    this.firstChild = new Uint16Array(maxNodes);
    this.nextSibling = new Uint16Array(maxNodes);
    this.classOf = new Uint8Array(maxNodes);
  }

  /** @throws RangeError when there is no room. */
  add(bytes: Uint8Array, classes: Uint8Array, end: HintEnd): void {
    let node = ROOT;
    for (let at = 0; at < bytes.length; at++) node = this.#childOf(node, classes[bytes[at] as number] as number);
    const known = this.ends[node];
    if (!known) this.ends[node] = [end];
    else if (!isTold(end, known)) this.ends[node] = [...known, end];
  }

  #childOf(node: number, byClass: number): number {
    for (let child = this.firstChild[node] as number; child !== ROOT; child = this.nextSibling[child] as number) {
      if (this.classOf[child] === byClass) return child;
    }
    if (this.size === MAX_NODES) throw new RangeError('too many hints');
    const child = this.size++;
    this.classOf[child] = byClass;
    this.nextSibling[child] = this.firstChild[node] as number;
    this.firstChild[node] = child;
    return child;
  }
}

/** A hint in either case makes the same one in a certain case superfluous. */
function isTold({ listener, exact }: HintEnd, known: readonly HintEnd[]): boolean {
  return known.some((end) => end.listener === listener && (end.exact === null || end.exact === exact));
}

/**
 * Completes the rows breadth first: those of fallbacks, which are nearer to the root, are ready by then. Silent states are
 * numbered from 0 on and those where a hint ends from the last one down, then come the line end and the escape; each part
 * goes by depth, so that the states near the root, where a scan nearly always is, lie together.
 */
function automatonOf(trie: Trie, classes: Uint8Array, listenerCount: number): HintAutomaton {
  const lineEnd = trie.size;
  const escapeStart = lineEnd + 1;
  const transitions = new Uint16Array((escapeStart + 1) << CLASS_BITS);
  transitions[classes[LINE_FEED] as number] = lineEnd;
  transitions[classes[ESCAPE] as number] = escapeStart;
  const nodes = new Uint16Array(trie.size);
  const states = new Uint16Array(trie.size);
  const fallbacks = new Uint16Array(trie.size);
  /** Of the states from the last one down. */
  const ends: (readonly HintEnd[])[] = [];
  let found = 1;
  for (let at = 0; at < found; at++) {
    const node = nodes[at] as number;
    const row = (states[at] as number) << CLASS_BITS;
    copyRow(transitions, fallbacks[at] as number, row);
    for (let child = trie.firstChild[node] as number; child !== ROOT; child = trie.nextSibling[child] as number) {
      const edge = row | (trie.classOf[child] as number);
      const fallback = transitions[edge] as number;
      const ending = joined(trie.ends[child], ends[lineEnd - 1 - fallback]);
      const state = ending ? lineEnd - ends.push(ending) : found - ends.length;
      transitions[edge] = state;
      nodes[found] = child;
      states[found] = state;
      fallbacks[found++] = fallback;
    }
  }
  copyRow(transitions, ROOT, lineEnd << CLASS_BITS);
  copyRow(transitions, ROOT, escapeStart << CLASS_BITS);
  return {
    classes,
    transitions,
    firstNotable: lineEnd - ends.length,
    lineEnd,
    escapeStart,
    ends: endsOf(ends.reverse()),
    listenerCount,
  };
}

function copyRow(transitions: Uint16Array, state: number, row: number): void {
  transitions.copyWithin(row, state << CLASS_BITS, (state + 1) << CLASS_BITS);
}

/** What ends at a node, and what ends at its fallback; `undefined` where nothing does. */
function joined(own: readonly HintEnd[] | undefined, fallback: readonly HintEnd[] | undefined): readonly HintEnd[] | undefined {
  if (!own || !fallback) return own ?? fallback;
  return [...own, ...fallback.filter((end) => !isTold(end, own))];
}

function endsOf(byState: readonly (readonly HintEnd[])[]): HintEnds {
  const all = byState.flat();
  const bytes = all.reduce((sum, { exact }) => sum + (exact?.length ?? 0), 0);
  const ends = {
    firsts: new Uint32Array(byState.length + 1),
    listeners: new Uint16Array(all.length),
    exactFrom: new Uint32Array(all.length + 1),
    exactBytes: new Uint8Array(bytes),
    isCaseSensitive: new Uint8Array(all.length),
  };
  byState.forEach(({ length }, index) => {
    ends.firsts[index + 1] = (ends.firsts[index] as number) + length;
  });
  all.forEach(({ listener, exact, isCaseSensitive }, index) => {
    const from = ends.exactFrom[index] as number;
    ends.listeners[index] = listener;
    ends.isCaseSensitive[index] = Number(isCaseSensitive);
    ends.exactFrom[index + 1] = from + (exact?.length ?? 0);
    if (exact) ends.exactBytes.set(exact, from);
  });
  return ends;
}
