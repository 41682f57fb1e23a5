import type { Node } from './parser.ts';

/** Characters around a cut in which empty lines are looked for. */
const MOST_AROUND = 500;

/** A piece of a text that goes. */
export interface Cut {
  from: number;
  to: number;
  /** Whole lines: of the empty lines around them those go too that would be left over. */
  isLines?: true;
}

/** A change that would need more than cutting; the message says why, for people. */
export class NotCuttableError extends Error {}

/** Takes the pieces out. Pieces inside others are no matter. */
export function withoutCuts(text: string, cuts: readonly Cut[]): string {
  let result = '';
  let done = 0;
  for (const { from, to } of joined(cuts).map((cut) => (cut.isLines ? withEmptyLines(text, cut) : cut))) {
    if (to <= done) continue;
    result += text.slice(done, Math.max(done, from));
    done = to;
  }
  return result + text.slice(done);
}

/** In order, with whole lines that follow one another in one piece. */
function joined(cuts: readonly Cut[]): Cut[] {
  const result: Cut[] = [];
  for (const cut of [...cuts].sort((left, right) => left.from - right.from || right.to - left.to)) {
    const last = result.at(-1);
    if (last?.isLines && cut.isLines && cut.from <= last.to) last.to = Math.max(last.to, cut.to);
    else result.push({ ...cut });
  }
  return result;
}

function withEmptyLines(text: string, { from, to }: Cut): Cut {
  const above = text.slice(Math.max(0, from - MOST_AROUND), from);
  const below = text.slice(to, to + MOST_AROUND);
  const emptyBelow = /^(?:[ \t]*\r?\n)+/.exec(below)?.[0].length ?? 0;
  if (above.trim() === '' || /[({]\s*$/.test(above)) return { from, to: to + emptyBelow };
  const emptyAbove = /\n((?:[ \t]*\r?\n)+)$/.exec(above)?.[1]?.length ?? 0;
  const isLast = below === '' || /^\s*[)}]/.test(below);
  return { from: emptyBelow > 0 || isLast ? from - emptyAbove : from, to };
}

/** A comment on the line of what goes: behind it, or closed before it. */
const COMMENT = /^\s*,?\s*(?:\/\/|#)(?<text>[^\n]*)$|^\s*,?\s*\/\*(?<block>[^*\n]{0,200})\*\/\s*,?\s*$/;
/** Words of comments which say that an import is there for more than its name, or that speak to a tool. */
const SAYS_KEEP =
  /side.?effect|regist|keep|stay|need|necessary|must|do not|don't|require|used (?:by|in|for|as)|load|init|plugin|hook|patch|noqa|nolint|nosec|lint|ignore|type:|pylint|pragma|export|public|api|fixture/i;

/** Whether what stands behind something on its line may go with it: nothing, or a comment that doesn't ask to keep it. */
function mayGo(rest: string): boolean {
  if (/^[\s,;]*$/.test(rest)) return true;
  const groups = COMMENT.exec(rest)?.groups;
  return groups !== undefined && !SAYS_KEEP.test(groups['text'] ?? groups['block'] ?? '');
}

/** The whole line of a member that has it for itself, with its comment. `null` where something else stands on it. */
function ownLine(text: string, node: Node): Cut | null {
  if (node.startPosition.row !== node.endPosition.row) return null;
  const from = text.lastIndexOf('\n', node.startIndex - 1) + 1;
  const lineEnd = text.indexOf('\n', node.endIndex);
  const rest = text.slice(node.endIndex, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, '');
  const leading = text.slice(from, node.startIndex);
  const isAlone = lineEnd >= 0 && (/^\s*$/.test(leading) || /^\s*\/\*[^*\n]{0,200}\*\/\s*$/.test(leading)) && mayGo(rest);
  return isAlone ? { from, to: lineEnd + 1 } : null;
}

/**
 * Cuts members out of a list that is separated by commas, of which at least one stays. Keeps the layout of the others, and
 * a comma at the end where there is one.
 * @throws NotCuttableError where a comment stands among what goes
 */
export function cutItems(text: string, items: readonly Node[], removed: ReadonlySet<Node>): Cut[] {
  const lastKept = items.findLastIndex((item) => !removed.has(item));
  return items.flatMap((item, index) => {
    if (!removed.has(item)) return [];
    const next = items[index + 1];
    const before = items[index - 1];
    const cut =
      index < lastKept && next
        ? { from: item.startIndex, to: next.startIndex }
        : { from: before?.endIndex ?? item.startIndex, to: item.endIndex };
    const around = text.slice(cut.from, item.startIndex) + text.slice(item.endIndex, cut.to);
    if (/^[\s,]*$/.test(around)) return [cut];
    const line = ownLine(text, item);
    if (line === null) throw new NotCuttableError('a comment stands among the imports');
    return [line];
  });
}

/**
 * Cuts a statement that has its lines for itself.
 * @throws NotCuttableError where something else stands on its lines
 */
export function cutLines(text: string, node: Node): Cut {
  const from = text.lastIndexOf('\n', node.startIndex - 1) + 1;
  const lineEnd = text.indexOf('\n', node.endIndex);
  const to = lineEnd < 0 ? text.length : lineEnd + 1;
  const rest = text.slice(node.endIndex, to).replace(/\r?\n$/, '');
  if (!/^\s*$/.test(text.slice(from, node.startIndex)) || !mayGo(rest.replace(/^\s*;/, '')))
    throw new NotCuttableError('something else stands on the line of the import');
  return { from, to, isLines: true };
}
