import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { compileLinear, PATTERN_FIELDS, type PatternField, type ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { ConfigFault } from './config-faults.ts';

/** A file of matchers is small. */
const LARGEST_FILE = 64 * 1024;
const MOST_MATCHERS = 20;
const MOST_PATTERNS = 10;
const MOST_FAULTS = 50;
/** A file of matchers nests five deep; the time of the YAML parser, which finds lines, grows with the square of the depth. */
const DEEPEST = 20;
/** V8 quotes so many characters before what it can't read. */
const CHARACTERS_BEFORE_FAULT = 10;

const group = z.int().min(0).max(1_000).optional();

const patternSchema = z.object({
  regexp: z.string().min(1),
  file: group,
  fromPath: group,
  line: group,
  column: group,
  severity: group,
  code: group,
  message: group,
  loop: z.boolean().optional(),
});

/** The rules of the runner, `IssueMatcherConfig.Validate` of actions/runner; unknown keys are left alone, as it does. */
const matcherSchema = z
  .object({
    owner: z.string().min(1).max(100),
    severity: z
      .string()
      .regex(/^(?:error|warning|notice)?$/i, 'It is "error", "warning" or "notice".')
      .optional(),
    pattern: z.array(patternSchema).min(1).max(MOST_PATTERNS),
  })
  .superRefine(checkPatterns);

const fileSchema = z.object({ problemMatcher: z.array(matcherSchema).min(1).max(MOST_MATCHERS) }).superRefine(checkOwners);

export interface MatchersReading {
  matchers: ProblemMatcher[];
  faults: ConfigFault[];
}

/**
 * Reads a file of problem matchers in GitHub's own JSON form, with comments as the runner allows them. Never throws: a
 * broken file gives no matchers and the faults with their lines.
 */
export function readProblemMatchers(text: string): MatchersReading {
  if (text.length > LARGEST_FILE) return broken([fault(1, '', `The file is larger than ${LARGEST_FILE / 1024} KB.`)]);
  const json = withoutComments(text);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return broken([syntaxFault(json, error)]);
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return { matchers: parsed.data.problemMatcher, faults: [] };
  const lineAt = lineFinder(json);
  return broken(
    parsed.error.issues
      .slice(0, MOST_FAULTS)
      .map((issue) => fault(lineAt(issue.path), issue.path.join('.'), issue.message))
      .toSorted((left, right) => left.line - right.line),
  );
}

type Matcher = { pattern: z.output<typeof patternSchema>[] };

function checkPatterns({ pattern: patterns }: Matcher, context: z.RefinementCtx): void {
  const report = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const setIn = new Map<PatternField, number>();
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.loop && (index === 0 || index < patterns.length - 1)) {
      report(['pattern', index, 'loop'], 'Only the last pattern of several may set "loop".');
    }
    if (pattern.loop && pattern.message === undefined) report(['pattern', index], 'The pattern that loops must set "message".');
    const groups = groupsOf(pattern.regexp, (message) => report(['pattern', index, 'regexp'], message));
    for (const field of PATTERN_FIELDS) {
      const number = pattern[field];
      if (number === undefined) continue;
      if (setIn.has(field)) report(['pattern', index, field], `"${field}" is set twice; pattern ${setIn.get(field)} has it too.`);
      setIn.set(field, index + 1);
      if (groups !== null && number >= groups) report(['pattern', index, field], `The expression has no group ${number}.`);
    }
  }
  if (!setIn.has('message')) report(['pattern'], 'At least one pattern must set "message".');
}

function groupsOf(regexp: string, report: (message: string) => void): number | null {
  try {
    return compileLinear(regexp).groups;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(`The expression can't be used: ${reason.slice(0, 200)} (Look-around and back-references are not possible.)`);
    return null;
  }
}

function checkOwners({ problemMatcher }: { problemMatcher: readonly { owner: string }[] }, context: z.RefinementCtx): void {
  const owners = new Set<string>();
  for (const [index, { owner }] of problemMatcher.entries()) {
    const folded = owner.toLowerCase();
    if (owners.has(folded)) {
      context.addIssue({
        code: 'custom',
        path: ['problemMatcher', index, 'owner'],
        message: `The owner "${owner}" is there twice.`,
      });
    }
    owners.add(folded);
  }
}

/** Blanks comments out, so that what is left keeps its place. Strings are passed over whole. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\n]/g, ' '),
  );
}

/** Node tells the place of some faults, and of others what stands around it. */
function syntaxFault(json: string, error: unknown): ConfigFault {
  const message = error instanceof Error ? error.message : String(error);
  const told = /\(line (\d{1,9}) column/.exec(message)?.[1];
  const [, isCut, around = ''] = /, (\.\.\.)?"([\s\S]{1,60})"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? [];
  const at = json.indexOf(around) + (isCut ? CHARACTERS_BEFORE_FAULT : 0);
  const line = told === undefined ? json.slice(0, Math.max(0, at)).split('\n').length : Number(told);
  return fault(line, '', `The file is no JSON: ${message.slice(0, 200)}`);
}

/** Finds the line of a value, or of the nearest thing above it that is there. */
function lineFinder(json: string): (path: readonly PropertyKey[]) => number {
  if (depthOf(json) > DEEPEST) return () => 1;
  const lines = new LineCounter();
  const document = parseDocument(json, { lineCounter: lines, schema: 'json', uniqueKeys: false });
  return (path) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const part of path) {
      const next = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
      const value: unknown = isSeq(node) ? node.items[Number(part)] : next?.value;
      const start: unknown = next?.key ?? value;
      if (typeof start !== 'object' || start === null || !('range' in start) || !Array.isArray(start.range)) break;
      offset = Number(start.range[0]);
      node = value;
    }
    return lines.linePos(offset).line || 1;
  };
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

function fault(line: number, key: string, message: string): ConfigFault {
  return { line, key, message };
}

function broken(faults: ConfigFault[]): MatchersReading {
  return { matchers: [], faults };
}
