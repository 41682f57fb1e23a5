import type { ZodError } from 'zod';

type Issue = ZodError['issues'][number];

/** One thing wrong with a request. */
export interface Fault {
  /** Where: `query.limit`, `path.id`, `body.runId`. */
  field: string;
  /** The value as JSON, cut after 80 characters; `nothing` when it is missing; arrays and objects are only named. */
  found: string;
  /** What it should be, in words. */
  wanted: string;
}

const PLACES: Readonly<Record<string, string>> = { json: 'body', query: 'query', param: 'path' };
const LONGEST_FOUND = 80;
/** A body with a thousand unknown fields needs no thousand faults. */
const MOST_FAULTS = 20;

/** What a schema refused, for people. `target` is the part of the request that was looked at. */
export function describeFaults(error: ZodError, target: string, input: unknown): Fault[] {
  const place = PLACES[target] ?? target;
  return error.issues.flatMap((issue) => describeIssue(issue, place, input)).slice(0, MOST_FAULTS);
}

/** Of several forms that a value may have, the one that it is nearest to was meant. */
function describeIssue(issue: Issue, place: string, input: unknown): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault(place, [...issue.path, key], input, 'no field of this name'));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((one, other) => (weightOf(other) < weightOf(one) ? other : one));
    return nearest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, place, input));
  }
  return [fault(place, issue.path, input, wantedBy(issue))];
}

function weightOf(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function fault(place: string, path: readonly PropertyKey[], input: unknown, wanted: string): Fault {
  const field = [place, ...path.map(String)].join('.');
  return { field: cut(field), found: foundAt(input, path), wanted };
}

/** Schemas say what they want in the message of their format checks; sizes and types are put into words here. */
function wantedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unit(issue.origin)}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
};

function unit(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}

function foundAt(input: unknown, path: readonly PropertyKey[]): string {
  let value = input;
  for (const key of path) {
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = holds ? Reflect.get(value as object, key) : undefined;
  }
  return shown(value);
}

/** Values with an inside are only named: a hostile one is too deep to be written. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}…` : text;
}
