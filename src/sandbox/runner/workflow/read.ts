import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Workflow, WorkflowFault } from '../contract.ts';
import { checkExpressions } from './expression-check.ts';
import { DefinitionFault } from './faults.ts';
import { checkJobGraph } from './job-graph.ts';
import { type WorkflowDefinition, workflowSchema } from './schema.ts';

/** Files above this are refused. GitHub names no limit for a file as such; this one is the sandbox's own. */
export const MAX_WORKFLOW_BYTES = 512 * 1024;
/** An alias may not multiply a file's contents beyond this (the "billion laughs" attack). The `yaml` package's own default. */
const MAX_ALIASES = 100;

type Path = readonly PropertyKey[];

/** Reads a workflow file as GitHub would. Never throws on bad input. */
export function readWorkflow(path: string, content: string): Workflow | WorkflowFault {
  const read = readDefinition(path, content);
  if ('message' in read) return read;
  const { definition } = read;
  const workflow: Workflow = {
    path,
    name: definition.name?.trim() || path,
    events: Object.keys(definition.on),
    jobs: definition.jobs,
    // Kept as text, so that a workflow survives being stored or sent; `definitionOf` reads it again.
    content,
  };
  definitions.set(workflow, definition);
  return workflow;
}

const definitions = new WeakMap<Workflow, WorkflowDefinition>();

/** The typed inside of a workflow that `readWorkflow` gave. Throws TypeError for anything else. */
export function definitionOf(workflow: Workflow): WorkflowDefinition {
  const known = definitions.get(workflow);
  if (known) return known;
  const read = typeof workflow.content === 'string' ? readDefinition(workflow.path, workflow.content) : undefined;
  if (!read || 'message' in read) throw new TypeError('This workflow was not made by readWorkflow.');
  definitions.set(workflow, read.definition);
  return read.definition;
}

function readDefinition(path: string, content: string): { definition: WorkflowDefinition } | WorkflowFault {
  if (Buffer.byteLength(content) > MAX_WORKFLOW_BYTES) {
    return { path, message: `The workflow file is larger than ${MAX_WORKFLOW_BYTES / 1024} KB.`, line: null };
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(content, { lineCounter: lines, customTags: [], resolveKnownTags: false, logLevel: 'silent' });
    const [error] = [...document.errors, ...document.warnings];
    if (error) return yamlFault(path, error.linePos?.[0].line ?? null, error.code === 'DUPLICATE_KEY');
    return checked(path, document, lines);
  } catch {
    // The `yaml` package throws on too many aliases and on nesting beyond the stack.
    return yamlFault(path, null);
  }
}

function yamlFault(path: string, line: number | null, isDuplicate = false): WorkflowFault {
  const where = line === null ? '' : ` on line ${line}`;
  const reason = isDuplicate ? `A key is already defined${where}` : `You have an error in your yaml syntax${where}`;
  return { path, message: `Invalid workflow file: ${path}. ${reason}`, line };
}

function checked(path: string, document: Document, lines: LineCounter): { definition: WorkflowDefinition } | WorkflowFault {
  const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  const result = workflowSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const [message, where] = issue ? fromIssue(issue, value) : ['Unexpected value', []];
    return placed(path, document, lines, message, where);
  }
  try {
    checkJobGraph(result.data);
    checkExpressions(result.data);
    return { definition: result.data };
  } catch (error) {
    if (error instanceof DefinitionFault) return placed(path, document, lines, error.message, error.path);
    throw error;
  }
}

/** GitHub's words for what zod found, and the place. */
function fromIssue(issue: z.core.$ZodIssue, root: unknown): [message: string, path: Path] {
  if (issue.code === 'unrecognized_keys')
    return [`Unexpected value '${issue.keys[0] ?? ''}'`, [...issue.path, issue.keys[0] ?? '']];
  if (issue.code === 'custom' || (issue.code === 'invalid_format' && issue.format === 'regex'))
    return [issue.message, issue.path];
  if (issue.code === 'invalid_key') return [issue.issues[0]?.message ?? issue.message, issue.path];
  if (issue.code === 'invalid_union') return fromUnion(issue, root);
  const found = at(root, issue.path);
  if (found === undefined) return [`Required property is missing: ${String(issue.path.at(-1) ?? '')}`, issue.path.slice(0, -1)];
  return [unexpected(found), issue.path];
}

/** Of a union's branches, the one that got furthest into the value tells most. */
function fromUnion(issue: z.core.$ZodIssueInvalidUnion, root: unknown): [message: string, path: Path] {
  const deepest = issue.errors.flat().reduce<z.core.$ZodIssue | undefined>((best, next) => {
    const isDeeper = next.path.length > (best?.path.length ?? 0) || (next.code === 'unrecognized_keys' && !best);
    return isDeeper ? next : best;
  }, undefined);
  if (deepest) return fromIssue({ ...deepest, path: [...issue.path, ...deepest.path] }, root);
  const found = at(root, issue.path);
  if (found === undefined) return [`Required property is missing: ${String(issue.path.at(-1) ?? '')}`, issue.path.slice(0, -1)];
  return [unexpected(found), issue.path];
}

function unexpected(found: unknown): string {
  if (Array.isArray(found)) return 'A sequence was not expected';
  if (typeof found === 'object' && found !== null) return 'A mapping was not expected';
  return `Unexpected value '${String(found ?? '')}'`;
}

function at(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The fault in GitHub's form: "The workflow is not valid. <file> (Line: 3, Col: 5): <message>". */
function placed(file: string, document: Document, lines: LineCounter, message: string, path: Path): WorkflowFault {
  const offset = offsetOf(document, path);
  if (offset === null) return { path: file, message: `The workflow is not valid. ${file}: ${message}`, line: null };
  const { line, col } = lines.linePos(offset);
  return { path: file, message: `The workflow is not valid. ${file} (Line: ${line}, Col: ${col}): ${message}`, line };
}

/** Where the value at the path begins, or the key when the value has no place; the nearest ancestor when neither is there. */
function offsetOf(document: Document, path: Path): number | null {
  const keys = path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  for (let length = keys.length; length >= 0; length--) {
    const key = keyOffset(document, keys.slice(0, length));
    if (key !== null) return key;
    const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return null;
}

function keyOffset(document: Document, keys: (string | number)[]): number | null {
  const parent: unknown = keys.length <= 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  if (!isMap(parent) || keys.length === 0) return null;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(keys.at(-1)));
  const value: unknown = pair?.value;
  if (isScalar(value) && value.range) return value.range[0];
  return pair && isScalar(pair.key) && pair.key.range ? pair.key.range[0] : null;
}
