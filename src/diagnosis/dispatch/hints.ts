const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ESCAPE = 0x1b;
const ROOT = 0;

/** Classes of bytes: with more of them the table would be twice as large, and less of it in the processor's cache. */
const CLASS_BITS = 6;
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
  /** Bytes that hints seldom use share a class: `transitions[(state << shift) | classes[byte]]` is the next state. */
  readonly classes: Uint8Array;
  readonly shift: number;
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
 * @param hints for each listener its literals, without line ends and never empty. ASCII letters match in either case,
 * unless one of the literal's is a capital: then all of them match as they are.
 * @throws RangeError when a literal is empty or holds a line end, or all of them together need too many states.
 */
export function buildHintAutomaton(hints: readonly (readonly string[])[]): HintAutomaton {
  const bytesOf = new Map<string, Uint8Array>();
  for (const literal of hints.flat()) {
    if (!/^[^\r\n]+$/.test(literal)) throw new RangeError(`not a hint: ${JSON.stringify(literal)}`);
    if (!bytesOf.has(literal)) bytesOf.set(literal, encoder.encode(literal));
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
  if (trie.size > MAX_NODES) throw new RangeError('too many hints');
  return flatten(trie, classes, hints.length);
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

/** The hints class by class of their bytes. */
class Trie {
  /** Nodes so far; the root is 0. */
  size = 1;
  /** `next[(node << CLASS_BITS) | class]`: the child, or 0; once linked, the child of the fallback where there is none. */
  readonly next: Uint16Array;
  readonly ends = new Map<number, readonly HintEnd[]>();

  /** @param maxNodes more than there will be */
  constructor(maxNodes: number) {
    this.next = new Uint16Array(maxNodes << CLASS_BITS);
  }

  add(bytes: Uint8Array, classes: Uint8Array, end: HintEnd): void {
    let node = ROOT;
    for (let at = 0; at < bytes.length; at++) {
      const edge = (node << CLASS_BITS) | (classes[bytes[at] as number] as number);
      node = this.next[edge] as number;
      if (node === 0) {
        node = this.size++;
        this.next[edge] = node;
      }
    }
    const known = this.ends.get(node);
    if (!known) this.ends.set(node, [end]);
    else if (!isTold(end, known)) this.ends.set(node, [...known, end]);
  }

  /** Completes the rows breadth first (those of fallbacks, which are nearer to the root, are ready by then); returns the nodes in that order. */
  link(): Uint16Array {
    const { next } = this;
    const order = new Uint16Array(this.size);
    const fallbacks = new Uint16Array(this.size);
    let found = 1;
    for (let at = 0; at < found; at++) {
      const node = order[at] as number;
      const row = node << CLASS_BITS;
      const fallbackRow = (fallbacks[node] as number) << CLASS_BITS;
      for (let step = 0; step < CLASSES; step++) {
        const child = next[row | step] as number;
        const fallback = node === ROOT ? ROOT : (next[fallbackRow | step] as number);
        if (child === 0) {
          next[row | step] = fallback;
          continue;
        }
        fallbacks[child] = fallback;
        order[found++] = child;
        const ends = this.ends.get(fallback);
        if (ends) this.#addEnds(child, ends);
      }
    }
    return order;
  }

  #addEnds(node: number, added: readonly HintEnd[]): void {
    const known = this.ends.get(node);
    this.ends.set(node, known ? [...known, ...added.filter((end) => !isTold(end, known))] : added);
  }
}

/** A hint in either case makes the same one in a certain case superfluous. */
function isTold({ listener, exact }: HintEnd, known: readonly HintEnd[]): boolean {
  return known.some((end) => end.listener === listener && (end.exact === null || end.exact === exact));
}

/**
 * Numbers silent states first, then those where a hint ends, then the line end and the escape; each part by depth, so
 * that the states near the root, where a scan nearly always is, lie together.
 */
function flatten(trie: Trie, classes: Uint8Array, listenerCount: number): HintAutomaton {
  const order = trie.link();
  const firstNotable = trie.size - trie.ends.size;
  const stateOf = new Uint16Array(trie.size);
  const notable: number[] = [];
  for (let at = 0; at < order.length; at++) {
    const node = order[at] as number;
    stateOf[node] = trie.ends.has(node) ? firstNotable + notable.push(node) - 1 : at - notable.length;
  }
  const lineEnd = trie.size;
  const escapeStart = lineEnd + 1;
  const transitions = new Uint16Array((escapeStart + 1) << CLASS_BITS);
  for (let node = 0; node < trie.size; node++) {
    const row = (stateOf[node] as number) << CLASS_BITS;
    for (let step = 0; step < CLASSES; step++) {
      transitions[row | step] = stateOf[trie.next[(node << CLASS_BITS) | step] as number] as number;
    }
    transitions[row | (classes[LINE_FEED] as number)] = lineEnd;
    transitions[row | (classes[ESCAPE] as number)] = escapeStart;
  }
  transitions.copyWithin(lineEnd << CLASS_BITS, 0, CLASSES);
  transitions.copyWithin(escapeStart << CLASS_BITS, 0, CLASSES);
  const ends = endsOf(notable.map((node) => trie.ends.get(node) ?? []));
  return {
    classes,
    shift: CLASS_BITS,
    transitions,
    firstNotable,
    lineEnd,
    escapeStart,
    ends,
    listenerCount,
  };
}

function endsOf(byState: readonly (readonly HintEnd[])[]): HintEnds {
  const all = byState.flat();
  const firsts = new Uint32Array(byState.length + 1);
  for (const [index, ends] of byState.entries()) firsts[index + 1] = (firsts[index] as number) + ends.length;
  const exactFrom = new Uint32Array(all.length + 1);
  for (const [index, { exact }] of all.entries()) exactFrom[index + 1] = (exactFrom[index] as number) + (exact?.length ?? 0);
  const exactBytes = new Uint8Array(exactFrom[all.length] as number);
  for (const [index, { exact }] of all.entries()) if (exact) exactBytes.set(exact, exactFrom[index]);
  const listeners = Uint16Array.from(all, ({ listener }) => listener);
  const isCaseSensitive = Uint8Array.from(all, (end) => Number(end.isCaseSensitive));
  return { firsts, listeners, exactFrom, exactBytes, isCaseSensitive };
}
