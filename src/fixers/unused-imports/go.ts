import { type Cut, cutLines } from '../syntax/cuts.ts';
import type { Node } from '../syntax/parser.ts';
import type { UnusedImport } from './findings.ts';
import { type Language, only } from './language.ts';

export const go: Language = {
  importTypes: ['import_declaration'],
  cut(text, root, findings) {
    const unused = new Set(findings.map((finding) => specOf(root, finding)));
    const declarations = root.descendantsOfType('import_declaration').filter((node) => node !== null);
    return declarations.flatMap((declaration) => cutDeclaration(text, declaration, unused));
  },
};

function cutDeclaration(text: string, declaration: Node, unused: ReadonlySet<Node>): Cut[] {
  const specs = specsIn(declaration);
  const gone = specs.filter((spec) => [...unused].some((one) => one.id === spec.id));
  if (gone.length === 0) return [];
  return gone.length === specs.length ? [cutLines(text, declaration)] : gone.map((spec) => cutLines(text, spec));
}

function specOf(root: Node, { line, names }: UnusedImport): Node {
  const { name = '', alias } = names[0] ?? {};
  const specs = specsIn(root).filter(
    (spec) =>
      spec.startPosition.row === line - 1 &&
      spec.childForFieldName('path')?.text.slice(1, -1) === name &&
      (alias === undefined || (spec.childForFieldName('name')?.text ?? alias) === alias),
  );
  return only(specs, name);
}

function specsIn(node: Node): Node[] {
  return node.descendantsOfType('import_spec').filter((spec) => spec !== null);
}
