import { type Cut, cutItems, cutLines, NotCuttableError } from '../syntax/cuts.ts';
import type { Node } from '../syntax/parser.ts';
import type { UnusedImport } from './findings.ts';
import { byImport, type Language, only } from './language.ts';

export const rust: Language = {
  importTypes: ['use_declaration'],
  cut(text, root, findings) {
    return byImport(root, 'use_declaration', findings).flatMap(({ statement, found }) => cutStatement(text, statement, found));
  },
};

function cutStatement(text: string, statement: Node, found: readonly UnusedImport[]): Cut[] {
  const argument = statement.childForFieldName('argument');
  if (!argument || statement.firstNamedChild?.type === 'visibility_modifier') throw new NotCuttableError('the import is public');
  if (statement.previousNamedSibling?.type === 'attribute_item') throw new NotCuttableError('the import has an attribute');
  const leaves = leavesOf(argument);
  const gone = new Set<number>();
  for (const { name } of found.flatMap(({ names }) => names)) {
    gone.add(
      only(
        // Of a glob in a list rustc names the module only.
        leaves.filter((leaf) => leaf.text === name || leaf.text === `${name}::*`),
        name,
      ).id,
    );
  }
  return leaves.every((leaf) => gone.has(leaf.id)) ? [cutLines(text, statement)] : cutTree(text, argument, gone);
}

/** What one name imports: members of lists that are no lists themselves. */
function leavesOf(tree: Node): Node[] {
  const list = listOf(tree);
  return list ? membersOf(list).flatMap(leavesOf) : [tree];
}

function listOf(tree: Node): Node | null {
  if (tree.type === 'use_list') return tree;
  return tree.type === 'scoped_use_list' ? tree.childForFieldName('list') : null;
}

function membersOf(list: Node): Node[] {
  return list.namedChildren.filter((node) => node !== null).filter(({ type }) => !type.includes('comment'));
}

/** A list of which one member stays loses its braces, as rustc's own suggestion and rustfmt have it. */
function cutTree(text: string, tree: Node, gone: ReadonlySet<number>): Cut[] {
  const list = listOf(tree);
  if (!list) return [];
  const members = membersOf(list);
  const hasComment = members.length < list.namedChildCount;
  const removed = new Set(members.filter((member) => leavesOf(member).every((leaf) => gone.has(leaf.id))));
  const kept = members.filter((member) => !removed.has(member));
  const inner = kept.flatMap((member) => cutTree(text, member, gone));
  const [single] = kept;
  if (removed.size > 0 && single && kept.length === 1 && !hasComment && !/^self\b/.test(single.text)) {
    return [{ from: list.startIndex, to: single.startIndex }, { from: single.endIndex, to: list.endIndex }, ...inner];
  }
  return [...cutItems(text, members, removed), ...inner];
}
