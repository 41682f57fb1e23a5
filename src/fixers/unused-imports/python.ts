import { type Cut, cutItems, cutLines, NotCuttableError } from '../syntax/cuts.ts';
import type { Node } from '../syntax/parser.ts';
import type { ImportName, UnusedImport } from './findings.ts';
import { type Language, only } from './language.ts';

const STATEMENTS = ['import_statement', 'import_from_statement'];

export const python: Language = {
  importTypes: STATEMENTS,
  cut(text, root, findings) {
    const statements = root.descendantsOfType(STATEMENTS).filter((node) => node !== null);
    const gone = new Set<number>();
    for (const finding of findings) for (const name of finding.names) gone.add(memberOf(statements, finding, name).id);
    return statements.flatMap((statement) => cutStatement(text, statement, gone));
  },
};

function cutStatement(text: string, statement: Node, gone: ReadonlySet<number>): Cut[] {
  const members = membersOf(statement);
  const removed = new Set(members.filter((member) => gone.has(member.id)));
  if (removed.size === 0) return [];
  checkPlace(statement);
  return removed.size === members.length ? [cutLines(text, statement)] : cutItems(text, members, removed);
}

/** In `try:` and `if:` an import asks whether something is there; without it a block may be empty. */
function checkPlace(statement: Node): void {
  const parent = statement.parent;
  if (parent?.type === 'module') return;
  const around = parent?.type === 'block' ? parent.parent : null;
  // What stands there is never run: it asks for nothing.
  const isForTypes =
    around?.type === 'if_statement' && /^(?:\w+\.)?TYPE_CHECKING$/.test(around.childForFieldName('condition')?.text ?? '');
  const isCuttable = (around?.type === 'function_definition' || isForTypes) && (parent?.namedChildCount ?? 0) >= 2;
  if (!isCuttable) throw new NotCuttableError('the import depends on a condition');
}

/** pyflakes names the statement's line, ruff the member's; both by the full name. */
function memberOf(statements: readonly Node[], { line, column }: UnusedImport, wanted: ImportName): Node {
  const row = line - 1;
  const onLine = statements.filter((node) => node.startPosition.row <= row && node.endPosition.row >= row);
  const members = onLine.flatMap(membersOf).filter((member) => isNamed(member, wanted));
  if (members.length <= 1) return only(members, wanted.name);
  const exact = members.filter(({ startPosition: from, endPosition: to }) => {
    const offset = (column ?? 1) - 1;
    return from.row === row && from.column <= offset && (to.row > row || to.column > offset);
  });
  return only(exact, wanted.name);
}

function membersOf(statement: Node): Node[] {
  return statement.childrenForFieldName('name').filter((node) => node !== null);
}

function isNamed(member: Node, { name, alias }: ImportName): boolean {
  const isAliased = member.type === 'aliased_import';
  const own = (isAliased ? member.childForFieldName('name') : member)?.text ?? '';
  const given = isAliased ? member.childForFieldName('alias')?.text : undefined;
  if (alias !== undefined && alias !== given) return false;
  const module = member.parent?.childForFieldName('module_name')?.text;
  const full = module === undefined ? own : `${module}${module.endsWith('.') ? '' : '.'}${own}`;
  // pylint leaves out the dots of a relative import, and names of a package's own members stand alone.
  return full === name || full.replace(/^\.+/, '') === name;
}
