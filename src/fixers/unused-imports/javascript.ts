import { type Cut, cutItems, cutLines } from '../syntax/cuts.ts';
import type { Node } from '../syntax/parser.ts';
import type { UnusedImport } from './findings.ts';
import { byImport, type Language, missing } from './language.ts';

/** The parts of an import by local name: the default, the namespace, the members in braces, `import x = require()`. */
interface Parts {
  whole: Node | null;
  rest: Node | null;
  members: Node[];
}

/** An import that is wholly unused goes with its side effects, as the language server's own fix and ESLint's do it. */
export const javascript: Language = {
  importTypes: ['import_statement'],
  cut(text, root, findings) {
    return byImport(root, 'import_statement', findings).flatMap(({ statement, found }) => cutStatement(text, statement, found));
  },
};

function cutStatement(text: string, statement: Node, found: readonly UnusedImport[]): Cut[] {
  const parts = partsOf(statement);
  const all = [parts.whole, ...(parts.members.length > 0 ? parts.members : [parts.rest])].filter((node) => node !== null);
  const removed = new Set<Node>();
  for (const finding of found) {
    if (finding.names.length === 0) for (const node of all) removed.add(node);
    for (const { name } of finding.names) removed.add(all.find((node) => localName(node) === name) ?? missing(name));
  }
  if (all.every((node) => removed.has(node))) return [cutLines(text, statement)];
  const { whole, rest, members } = parts;
  const cuts: Cut[] = [];
  if (whole && rest && removed.has(whole)) cuts.push({ from: whole.startIndex, to: rest.startIndex });
  const isRestGone = rest !== null && (members.length > 0 ? members : [rest]).every((node) => removed.has(node));
  if (whole && rest && isRestGone) cuts.push({ from: whole.endIndex, to: rest.endIndex });
  else if (members.length > 0) cuts.push(...cutItems(text, members, removed));
  return cuts;
}

function partsOf(statement: Node): Parts {
  const parts: Parts = { whole: null, rest: null, members: [] };
  for (const child of statement.namedChildren) {
    if (child?.type === 'import_require_clause') parts.whole = child.firstNamedChild;
    if (child?.type !== 'import_clause') continue;
    for (const part of child.namedChildren) {
      if (part?.type === 'identifier') parts.whole = part;
      if (part?.type === 'namespace_import' || part?.type === 'named_imports') parts.rest = part;
      if (part?.type === 'named_imports')
        parts.members = part.namedChildren.filter((node) => node?.type === 'import_specifier') as Node[];
    }
  }
  return parts;
}

function localName(node: Node): string | undefined {
  if (node.type === 'import_specifier') return (node.childForFieldName('alias') ?? node.childForFieldName('name'))?.text;
  return node.type === 'namespace_import' ? node.firstNamedChild?.text : node.text;
}
