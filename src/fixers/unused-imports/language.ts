import { type Cut, NotCuttableError } from '../syntax/cuts.ts';
import type { Node } from '../syntax/parser.ts';
import type { UnusedImport } from './findings.ts';

/** How a language imports. */
export interface Language {
  /** Types of the nodes in which alone something may change. */
  importTypes: readonly string[];
  /** What goes out of the text. @throws NotCuttableError where an import isn't found or can't be cut */
  cut(text: string, root: Node, findings: readonly UnusedImport[]): Cut[];
}

/** The import that a finding is about: the one whose lines have it. @throws NotCuttableError where there is none, or several */
function importAt(root: Node, type: string, { line, column }: UnusedImport): Node {
  const row = line - 1;
  const all = root.descendantsOfType(type).filter((node) => node !== null);
  const onLine = all.filter((node) => node.startPosition.row <= row && node.endPosition.row >= row);
  if (onLine.length === 1 && onLine[0]) return onLine[0];
  const offset = (column ?? 1) - 1;
  const exact = onLine.filter(
    (node) =>
      (node.startPosition.row < row || node.startPosition.column <= offset) &&
      (node.endPosition.row > row || node.endPosition.column > offset),
  );
  if (exact.length === 1 && exact[0]) return exact[0];
  throw new NotCuttableError(`there is no import at line ${line}`);
}

/** Findings by the import that they are about; nodes are told apart by their ids. */
export function byImport(
  root: Node,
  type: string,
  findings: readonly UnusedImport[],
): { statement: Node; found: UnusedImport[] }[] {
  const entries = new Map<number, { statement: Node; found: UnusedImport[] }>();
  for (const finding of findings) {
    const statement = importAt(root, type, finding);
    const entry = entries.get(statement.id) ?? { statement, found: [] };
    entry.found.push(finding);
    entries.set(statement.id, entry);
  }
  return [...entries.values()];
}

/** @throws NotCuttableError always */
export function missing(name: string): never {
  throw new NotCuttableError(`the import of ${name.slice(0, 80)} is not where the log says`);
}

/** The only member, or the failure. @throws NotCuttableError where there is none, or several */
export function only(nodes: readonly Node[], name: string): Node {
  const [node] = nodes;
  return node && nodes.length === 1 ? node : missing(name);
}
