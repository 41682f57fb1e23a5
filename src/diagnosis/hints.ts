/** The byte of a line feed and of a carriage return. */
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ESCAPE = 0x1b;
const ROOT = 0;
const ROW = 256;

/** 64 MB of table. */
const MAX_NODES = 65_536;

const encoder = new TextEncoder();

/**
 * An Aho-Corasick automaton over bytes, flattened into one table, that finds every hint in one pass.
 * Letters match in either case. Line ends and escapes lead to states of their own, so that the scanning loop
 * needs a single comparison a byte: states from `firstNotable` on need attention.
 */
export interface HintAutomaton {
  /** States are offsets of rows: `transitions[state + byte]` is the next state. */
  readonly transitions: Int32Array;
  readonly firstNotable: number;
  readonly lineEnd: number;
  /** An ANSI sequence begins: whoever scans takes it out, since tools colour parts of words. */
  readonly escapeStart: number;
  /** Listeners whose hint ends in a state, by the number of its row. */
  readonly listeners: readonly (readonly number[])[];
  readonly listenerCount: number;
}

interface TrieNode {
  children: Map<number, number>;
  fallback: number;
  listeners: Set<number>;
}

/**
 * Builds the automaton.
 * @param hints for each listener its literals: ASCII letters match in either case; no line ends, never empty.
 * @throws RangeError when a literal is empty or holds a line end, or all of them together need too many states.
 */
export function buildHintAutomaton(hints: readonly (readonly string[])[]): HintAutomaton {
  const nodes = buildTrie(hints);
  const order = linkFallbacks(nodes);
  if (nodes.length > MAX_NODES) throw new RangeError('too many hints');
  return flatten(nodes, order, hints.length);
}

function buildTrie(hints: readonly (readonly string[])[]): TrieNode[] {
  const nodes: TrieNode[] = [newNode()];
  hints.forEach((literals, listener) => {
    for (const literal of literals) {
      if (!/^[^\r\n]+$/.test(literal)) throw new RangeError(`not a hint: ${JSON.stringify(literal)}`);
      let at = ROOT;
      for (const byte of encoder.encode(literal)) at = childOf(nodes, at, lowerCase(byte));
      nodes[at]?.listeners.add(listener);
    }
  });
  return nodes;
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function newNode(): TrieNode {
  return { children: new Map(), fallback: ROOT, listeners: new Set() };
}

function childOf(nodes: TrieNode[], parent: number, byte: number): number {
  const known = nodes[parent]?.children.get(byte);
  if (known !== undefined) return known;
  nodes.push(newNode());
  nodes[parent]?.children.set(byte, nodes.length - 1);
  return nodes.length - 1;
}

/** Sets the fallbacks breadth first and returns the nodes in that order. */
function linkFallbacks(nodes: TrieNode[]): number[] {
  const order = [ROOT];
  for (let index = 0; index < order.length; index++) {
    const parent = order[index] ?? ROOT;
    for (const [byte, child] of nodes[parent]?.children ?? []) {
      const fallback = parent === ROOT ? ROOT : step(nodes, nodes[parent]?.fallback ?? ROOT, byte);
      const node = nodes[child];
      if (!node) continue;
      node.fallback = fallback;
      for (const listener of nodes[fallback]?.listeners ?? []) node.listeners.add(listener);
      order.push(child);
    }
  }
  return order;
}

function step(nodes: TrieNode[], from: number, byte: number): number {
  let at = from;
  for (;;) {
    const next = nodes[at]?.children.get(byte);
    if (next !== undefined) return next;
    if (at === ROOT) return ROOT;
    at = nodes[at]?.fallback ?? ROOT;
  }
}

/** Numbers silent states first, then those where a hint ends, then the line end and the escape. */
function flatten(nodes: TrieNode[], order: readonly number[], listenerCount: number): HintAutomaton {
  const silent = order.filter((node) => nodes[node]?.listeners.size === 0);
  const notable = order.filter((node) => nodes[node]?.listeners.size !== 0);
  const numbered = [...silent, ...notable];
  const rowOf = new Map(numbered.map((node, index) => [node, index * ROW]));
  const lineEnd = numbered.length * ROW;
  const escapeStart = lineEnd + ROW;
  const transitions = new Int32Array(escapeStart + ROW);
  for (const node of order) fillRow(transitions, nodes, node, rowOf, lineEnd);
  for (let state = 0; state < lineEnd; state += ROW) transitions[state + ESCAPE] = escapeStart;
  transitions.copyWithin(lineEnd, 0, ROW);
  transitions.copyWithin(escapeStart, 0, ROW);
  const listeners = [...numbered.map((node) => [...(nodes[node]?.listeners ?? [])]), [], []];
  return { transitions, firstNotable: silent.length * ROW, lineEnd, escapeStart, listeners, listenerCount };
}

/** Rows are filled breadth first: a missing transition is the one of the fallback, whose row is ready. */
function fillRow(table: Int32Array, nodes: TrieNode[], node: number, rowOf: Map<number, number>, lineEnd: number): void {
  const row = rowOf.get(node) ?? ROOT;
  const fallbackRow = rowOf.get(nodes[node]?.fallback ?? ROOT) ?? ROOT;
  if (node !== ROOT) table.copyWithin(row, fallbackRow, fallbackRow + ROW);
  for (const [byte, child] of nodes[node]?.children ?? []) {
    const state = rowOf.get(child) ?? ROOT;
    table[row + byte] = state;
    if (byte >= 0x61 && byte <= 0x7a) table[row + byte - 0x20] = state;
  }
  table[row + LINE_FEED] = lineEnd;
  table[row + CARRIAGE_RETURN] = lineEnd;
}
