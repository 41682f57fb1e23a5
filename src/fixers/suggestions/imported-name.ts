import type { Node } from '../syntax/parser.ts';
import type { Declined } from '../types.ts';
import type { LineEdit } from './line-edit.ts';

/** Nodes that may stand for a binding; keys of objects, members, labels and attributes are of other types. */
const NAMES = ['identifier', 'type_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern'];

/** Whose parameters are seen only within. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_declaration',
  'function_expression',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
  'function_type',
  'constructor_type',
  'call_signature',
  'construct_signature',
  'method_signature',
  'abstract_method_signature',
  'function_signature',
]);
const PARAMETERS: ReadonlySet<string> = new Set(['required_parameter', 'optional_parameter', 'formal_parameters']);
/** Where the block ends, what `let` and `const` declare in it is gone. */
const BLOCKS: ReadonlySet<string> = new Set(['statement_block', 'switch_body', 'class_static_block', 'program']);

/** Parents that declare a name which stands in one of these places of theirs; `null` for any place. */
const DECLARING: Readonly<Record<string, readonly string[] | null>> = {
  variable_declarator: ['name'],
  required_parameter: ['pattern', 'name'],
  optional_parameter: ['pattern', 'name'],
  formal_parameters: null,
  arrow_function: ['parameter'],
  function_declaration: ['name'],
  function_expression: ['name'],
  function_signature: ['name'],
  generator_function: ['name'],
  generator_function_declaration: ['name'],
  class_declaration: ['name'],
  class: ['name'],
  abstract_class_declaration: ['name'],
  enum_declaration: ['name'],
  interface_declaration: ['name'],
  type_alias_declaration: ['name'],
  type_parameter: ['name'],
  mapped_type_clause: ['name'],
  infer_type: null,
  index_signature: ['name'],
  module: ['name'],
  internal_module: ['name'],
  import_specifier: null,
  import_clause: null,
  namespace_import: null,
  import_require_clause: null,
  import_alias: null,
  namespace_export: null,
  catch_clause: ['parameter'],
  for_in_statement: ['left'],
  array_pattern: null,
  object_pattern: null,
  rest_pattern: null,
  pair_pattern: ['value'],
  assignment_pattern: ['left'],
  object_assignment_pattern: ['left'],
};

/**
 * What a member's other name means for a file: the import has it, and what uses the import. Declarations of the same name in
 * a function or a block keep what is theirs.
 * @returns `null` where the place is no import, so that the name stands for itself
 */
export function renameImported(root: Node, at: LineEdit, name: string): LineEdit[] | Declined | null {
  const place = root.descendantForPosition({ row: at.line, column: at.from });
  const specifier = place?.parent;
  if (!place || (specifier?.type !== 'import_specifier' && specifier?.type !== 'export_specifier')) return null;
  if (specifier.childForFieldName('alias')) return [at];
  if (specifier.type === 'export_specifier') return { declined: 'other files may import it under its wrong name from here' };
  const nodes = root.descendantsOfType(NAMES).filter((node) => node !== null);
  if (nodes.some((node) => node.text === at.text)) return { declined: `${at.text} stands for something else here` };
  const uses = nodes.filter((node) => node.text === name && node.id !== place.id);
  const scopes = uses.filter(isDeclaration).map(scopeOf);
  const edits: LineEdit[] = [at];
  for (const use of uses) {
    if (scopes.some((scope) => scope && isWithin(use, scope))) continue;
    if (isDeclaration(use)) return { declined: `${name} is declared once more here` };
    if (!isMarkup(use) && !isMemberType(use)) edits.push(renamed(use, at.text));
  }
  return edits;
}

function isDeclaration(node: Node): boolean {
  if (node.type === 'shorthand_property_identifier_pattern') return true;
  const places = DECLARING[node.parent?.type ?? ''];
  return places === null || (places?.some((field) => isIn(node, field)) ?? false);
}

function isIn(node: Node, field: string): boolean {
  return node.parent?.childForFieldName(field)?.id === node.id;
}

/** Where alone a parameter or a constant is seen; `null` for declarations of other kinds. */
function scopeOf(node: Node): Node | null {
  const { parent } = node;
  const isParameter = parent && (PARAMETERS.has(parent.type) || (parent.type === 'arrow_function' && isIn(node, 'parameter')));
  if (isParameter) return above(parent, FUNCTIONS);
  if (parent?.type !== 'variable_declarator' || parent.parent?.type !== 'lexical_declaration') return null;
  if (parent.parent.parent?.type !== 'statement_block') return null;
  return above(parent, BLOCKS);
}

function above(from: Node, types: ReadonlySet<string>): Node | null {
  let node: Node | null = from;
  while (node && !types.has(node.type)) node = node.parent;
  return node;
}

function isWithin(node: Node, scope: Node): boolean {
  return node.startIndex >= scope.startIndex && node.endIndex <= scope.endIndex;
}

/** `<name>` with a small letter is HTML's. */
function isMarkup(node: Node): boolean {
  return /^jsx_(?:opening|closing|self_closing)_element$/.test(node.parent?.type ?? '') && /^[a-z]/.test(node.text);
}

/** The `B` of the type `A.B`. */
function isMemberType(node: Node): boolean {
  return node.parent?.type === 'nested_type_identifier' && isIn(node, 'name');
}

/** What is seen from outside keeps its name: `{ name }` is `{ name: other }`, `export { name }` is `export { other as name }`. */
function renamed(node: Node, other: string): LineEdit {
  const { row: line, column: from } = node.startPosition;
  const to = from + node.text.length;
  if (node.type === 'shorthand_property_identifier') return { line, from, to, text: `${node.text}: ${other}` };
  const isExported = node.parent?.type === 'export_specifier' && !node.parent.childForFieldName('alias');
  return { line, from, to, text: isExported ? `${other} as ${node.text}` : other };
}
