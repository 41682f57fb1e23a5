import type { z } from 'zod';
import { repositoryConfigJsonSchema } from './repository-config.ts';

/** What is wrong in a file, and where. */
export interface ConfigFault {
  /** From 1. */
  line: number;
  /** The key that is wrong, such as `paths.protected`; empty for the whole file. */
  key: string;
  message: string;
}

/** Nobody reads more. */
export const MOST_FAULTS = 50;

/** One issue of the schema as people read it; an unknown key names the nearest one. */
export function toFaults(issue: z.core.$ZodIssue, lineAt: (path: readonly PropertyKey[]) => number): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_FAULTS).map((key) => ({
      line: lineAt([...issue.path, key]),
      key: [...issue.path, short(key)].join('.'),
      message: `There is no key "${short(key)}" here.${nearest(short(key), issue.path)}`,
    }));
  }
  if (issue.code === 'invalid_union') {
    return meantBy(issue).flatMap((inner) => toFaults({ ...inner, path: [...issue.path, ...inner.path] }, lineAt));
  }
  return [{ line: lineAt(issue.path), key: issue.path.join('.'), message: issue.message }];
}

/** Of a word or a map, that which was meant: the one whose inside is wrong, and not the whole. */
function meantBy({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const inside = errors.find((issues) => issues.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'));
  return inside ?? errors[0] ?? [];
}

function short(key: string): string {
  return key.length <= 60 ? key : `${key.slice(0, 59)}…`;
}

function nearest(key: string, path: readonly PropertyKey[]): string {
  const known = knownKeys(path).toSorted((a, b) => distance(key, a) - distance(key, b));
  const best = known[0];
  if (best !== undefined && distance(key, best) <= Math.max(2, key.length / 3)) return ` Did you mean "${best}"?`;
  return known.length > 0 ? ` Known are: ${known.toSorted().join(', ')}.` : '';
}

interface Described {
  properties?: Record<string, Described>;
  anyOf?: Described[];
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: Described | undefined = repositoryConfigJsonSchema();
  for (const part of path) at = propertiesOf(at)[String(part)];
  return Object.keys(propertiesOf(at));
}

function propertiesOf(described: Described | undefined): Record<string, Described> {
  return described?.properties ?? described?.anyOf?.find((one) => one.properties)?.properties ?? {};
}

/** Levenshtein's distance; keys are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
