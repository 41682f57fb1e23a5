const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ESCAPE = 0x1b;
const ROOT = 0;

/** States are 16-bit numbers: half of the memory, so that more of the table stays in the processor's cache. */
const MAX_NODES = 65_000;

const encoder = new TextEncoder();

/** A hint ends here. */
interface HintEnd {
  readonly listener: number;
  /** The hint's bytes, where the case of its letters counts. */
  readonly exact: Uint8Array | null;
}

/**
 * The hints that end in each notable state, one behind the other in few arrays: thousands of small objects would lie
 * apart, and be gone from the processor's cache whenever one is looked at.
 */
export interface HintEnds {
  /** Those of a state stand from `firsts[state - firstNotable]` up to the next one's. */
  readonly firsts: Uint32Array;
  readonly listeners: Uint16Array;
  /** The hint's bytes stand from `exactFrom[end]` up to the next one's; none where the case of its letters does not count. */
  readonly exactFrom: Uint32Array;
  readonly exactBytes: Uint8Array;
}

/**
 * An Aho-Corasick automaton over bytes, flattened into one table, that finds every hint in one pass. It knows
 * no case; a hint with a capital letter is told with its bytes, for the scan to compare. Line ends and escapes lead to
 * states of their own, so that the scanning loop needs a single comparison a byte: states from `firstNotable` on need
 * attention.
 */
export interface HintAutomaton {
  /** Bytes that no hint tells apart share a class: `transitions[(state << shift) | classes[byte]]` is the next state. */
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
  const trie = new Trie();
  hints.forEach((literals, listener) => {
    for (const literal of literals) {
      if (!/^[^\r\n]+$/.test(literal)) throw new RangeError(`not a hint: ${JSON.stringify(literal)}`);
      const bytes = encoder.encode(literal);
      trie.add(bytes, { listener, exact: /[A-Z]/.test(literal) ? bytes : null });
    }
  });
  if (trie.size > MAX_NODES) throw new RangeError('too many hints');
  return flatten(trie, trie.link(), hints.length);
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** The hints letter by letter. A node's children are a list from `firstChild` on by `nextSibling`; 0 is its end. */
class Trie {
  readonly bytes: number[] = [0];
  readonly firstChild: number[] = [0];
  readonly nextSibling: number[] = [0];
  readonly fallback: number[] = [ROOT];
  readonly ends = new Map<number, HintEnd[]>();

  get size(): number {
    return this.bytes.length;
  }

  add(literal: Uint8Array, end: HintEnd): void {
    let node = ROOT;
    for (const byte of literal) node = this.#child(node, lowerCase(byte)) || this.#grow(node, lowerCase(byte));
    this.#addEnds(node, [end]);
  }

  /** Sets the fallbacks breadth first and returns the nodes in that order. */
  link(): number[] {
    const order = [ROOT];
    for (let index = 0; index < order.length; index++) {
      const parent = order[index] as number;
      for (let node = this.firstChild[parent] as number; node !== 0; node = this.nextSibling[node] as number) {
        const fallback = parent === ROOT ? ROOT : this.#step(this.fallback[parent] as number, this.bytes[node] as number);
        this.fallback[node] = fallback;
        this.#addEnds(node, this.ends.get(fallback) ?? []);
        order.push(node);
      }
    }
    return order;
  }

  #child(parent: number, byte: number): number {
    let node = this.firstChild[parent] as number;
    while (node !== 0 && this.bytes[node] !== byte) node = this.nextSibling[node] as number;
    return node;
  }

  #grow(parent: number, byte: number): number {
    const node = this.bytes.push(byte) - 1;
    this.firstChild.push(0);
    this.nextSibling.push(this.firstChild[parent] as number);
    this.fallback.push(ROOT);
    this.firstChild[parent] = node;
    return node;
  }

  #addEnds(node: number, added: readonly HintEnd[]): void {
    if (added.length === 0) return;
    const known = this.ends.get(node) ?? [];
    // A hint in either case makes the same one in a certain case superfluous.
    const isTold = ({ listener, exact }: HintEnd) =>
      known.some((end) => end.listener === listener && (end.exact === null || end.exact === exact));
    this.ends.set(node, [...known, ...added.filter((end) => !isTold(end))]);
  }

  #step(from: number, byte: number): number {
    for (let node = from; ; node = this.fallback[node] as number) {
      const next = this.#child(node, byte);
      if (next !== 0 || node === ROOT) return next;
    }
  }
}

/**
 * Numbers silent states first, then those where a hint ends, then the line end and the escape; each part by depth, so
 * that the states near the root, where a scan nearly always is, lie together.
 */
function flatten(trie: Trie, order: readonly number[], listenerCount: number): HintAutomaton {
  const silent = order.filter((node) => !trie.ends.has(node));
  const notable = order.filter((node) => trie.ends.has(node));
  const numbered = [...silent, ...notable];
  const stateOf = new Uint16Array(trie.size);
  for (const [state, node] of numbered.entries()) stateOf[node] = state;
  const lineEnd = numbered.length;
  const escapeStart = lineEnd + 1;
  const { classes, count } = classesOf(trie);
  const shift = Math.ceil(Math.log2(count));
  const transitions = new Uint16Array((escapeStart + 1) << shift);
  for (const node of order) {
    const row = (stateOf[node] as number) << shift;
    // Breadth first: a missing transition is the one of the fallback, whose row is ready.
    const fallbackRow = (stateOf[trie.fallback[node] as number] as number) << shift;
    if (node !== ROOT) transitions.copyWithin(row, fallbackRow, fallbackRow + (1 << shift));
    for (let child = trie.firstChild[node] as number; child !== 0; child = trie.nextSibling[child] as number) {
      transitions[row | (classes[trie.bytes[child] as number] as number)] = stateOf[child] as number;
    }
    transitions[row | (classes[LINE_FEED] as number)] = lineEnd;
    transitions[row | (classes[ESCAPE] as number)] = escapeStart;
  }
  transitions.copyWithin(lineEnd << shift, 0, 1 << shift);
  transitions.copyWithin(escapeStart << shift, 0, 1 << shift);
  const ends = endsOf(notable.map((node) => trie.ends.get(node) ?? []));
  return { classes, shift, transitions, firstNotable: silent.length, lineEnd, escapeStart, ends, listenerCount };
}

function endsOf(byState: readonly (readonly HintEnd[])[]): HintEnds {
  const all = byState.flat();
  const firsts = new Uint32Array(byState.length + 1);
  for (const [index, ends] of byState.entries()) firsts[index + 1] = (firsts[index] as number) + ends.length;
  const exactFrom = new Uint32Array(all.length + 1);
  for (const [index, { exact }] of all.entries()) exactFrom[index + 1] = (exactFrom[index] as number) + (exact?.length ?? 0);
  const exactBytes = new Uint8Array(exactFrom[all.length] as number);
  for (const [index, { exact }] of all.entries()) if (exact) exactBytes.set(exact, exactFrom[index]);
  return { firsts, listeners: Uint16Array.from(all, ({ listener }) => listener), exactFrom, exactBytes };
}

/** Class 0 is for bytes of no hint. The commonest bytes come first: their part of a row is one line of the cache. */
function classesOf(trie: Trie): { classes: Uint8Array; count: number } {
  const uses = new Float64Array(256);
  for (const byte of trie.bytes.slice(1)) uses[byte] = (uses[byte] ?? 0) + 1;
  for (const byte of [LINE_FEED, ESCAPE]) uses[byte] = trie.size;
  const used = [...uses.keys()].filter((byte) => uses[byte] !== 0);
  used.sort((left, right) => (uses[right] ?? 0) - (uses[left] ?? 0));
  const classes = new Uint8Array(256);
  for (const [index, byte] of used.entries()) classes[byte] = index + 1;
  for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = classes[byte + 0x20] ?? 0;
  classes[CARRIAGE_RETURN] = classes[LINE_FEED] ?? 0;
  return { classes, count: used.length + 1 };
}
