import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, visit, type YAMLMap } from 'yaml';

/** A workflow file as text and as a tree that knows where each part stands in the text. */
export interface WorkflowText {
  text: string;
  document: Document.Parsed;
}

/** Characters of the text, from `start` to before `end`, become `text`; all else keeps its layout and comments. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Reads a workflow file; `null` when it is no YAML map. */
export function readWorkflow(text: string): WorkflowText | null {
  const document = parseDocument(text, { uniqueKeys: true, merge: false });
  return document.errors.length === 0 && isMap(document.contents) ? { text, document } : null;
}

/** Carries replacements out. They must not overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const fromTheEnd = replacements.toSorted((left, right) => right.start - left.start);
  return fromTheEnd.reduce((whole, { start, end, text: piece }) => whole.slice(0, start) + piece + whole.slice(end), text);
}

/** A job with its key and the line-wise place where its first own key stands. */
export interface JobNode {
  key: string;
  map: YAMLMap;
}

export function jobsOf({ document }: WorkflowText): JobNode[] {
  const jobs = document.get('jobs', true);
  if (!isMap(jobs)) return [];
  return jobs.items.flatMap((pair) =>
    isScalar(pair.key) && isMap(pair.value) ? [{ key: String(pair.key.value), map: pair.value }] : [],
  );
}

/** The steps of a job, as maps. */
export function stepsOf({ map }: JobNode): YAMLMap[] {
  const steps = map.get('steps', true);
  return isSeq(steps) ? steps.items.filter((item) => isMap(item)) : [];
}

/** The value of a key as a scalar node, which knows its place; `undefined` for anything else. */
export function scalarAt(map: YAMLMap, key: string): Scalar | undefined {
  const node = map.get(key, true);
  return isScalar(node) ? node : undefined;
}

/** Every scalar value of a key, wherever it stands. */
export function scalarsOf({ document }: WorkflowText, key: string): Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Pair: (_, pair: Pair) => {
      if (isScalar(pair.key) && pair.key.value === key && isScalar(pair.value)) found.push(pair.value);
    },
  });
  return found;
}

/** Where a node's own text stands, without the blanks and comments after it. */
export function placeOf(node: { range?: [number, number, number] | null | undefined }): { start: number; end: number } | null {
  return node.range ? { start: node.range[0], end: node.range[1] } : null;
}

/** Replaces a scalar's words where they stand literally in the text, quotes and all else kept; `null` where they don't. */
export function replaceIn({ text }: WorkflowText, node: Scalar, from: string, to: string): Replacement | null {
  const place = placeOf(node);
  if (!place) return null;
  const at = text.slice(place.start, place.end).indexOf(from);
  return at < 0 ? null : { start: place.start + at, end: place.start + at + from.length, text: to };
}

/** The column at which the keys of a block map stand. */
export function indentOf({ text }: WorkflowText, map: YAMLMap): number | null {
  const first = map.items[0]?.key;
  const start = isScalar(first) ? placeOf(first)?.start : undefined;
  if (start === undefined || map.flow) return null;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}
