import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CAUSES } from '../diagnosis/types.ts';
import { DELIVERIES, MODES, type Mode } from '../policy/types.ts';

/** Where a repository says what Regreen may do. */
export const CONFIG_PATH = '.github/regreen.yml';

/** A configuration is small; more is an attack or a mistake. The YAML parser's time grows with the square of the keys. */
const LARGEST_CONFIG = 16 * 1024;
/** Nobody reads more. */
const MOST_FAULTS = 50;

/** What looks like a pattern of another dialect must not silently protect nothing. */
const glob = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?!!)[^{}]*$/,
    'Patterns know *, **, ? and [...]; write one pattern for each alternative, without { } and without a leading "!".',
  );
const globs = z.array(glob).max(100);

/** Problem matchers lie beside the workflows, so that a push which changes them is known by its paths. */
const MATCHER_FILE = /^\.github\/(?:[\w-][\w.-]{0,99}\/){0,5}[\w-][\w.-]{0,99}\.json$/;

/** Whether a path may be one of a file that `problemMatchers` names. */
export function isMatcherFile(path: string): boolean {
  return MATCHER_FILE.test(path);
}

/** The one schema of regreen.yml; the JSON Schema for editors is made from it. */
export const repositoryConfigSchema = z
  .strictObject({
    mode: z
      .enum(MODES)
      .default('annotate')
      .describe(
        'How far Regreen may go. observe: diagnose and keep the books, write nothing to GitHub. annotate: also a check run with annotations. fix: also fix pull requests.',
      ),
    delivery: z
      .enum(DELIVERIES)
      .default('pull-request')
      .describe(
        "How a fix of a pull request arrives. pull-request: as one of its own onto the branch. commit: on the branch itself, when that is in this repository, not protected, and its newest commit is a person's. suggestion: as review suggestions, nothing is pushed. Pull requests from forks only ever get suggestions; what is red on the default branch gets a pull request.",
      ),
    autoMerge: z
      .strictObject({
        causes: z
          .array(z.enum(CAUSES))
          .max(CAUSES.length)
          .default([])
          .describe("Causes whose verified fixes are merged by GitHub's auto-merge, once the branch's own rules are met."),
      })
      .prefault({})
      .describe('Which fixes need no person to merge them.'),
    reruns: z
      .boolean()
      .default(true)
      .describe('Whether failed jobs are run again (at most twice) when the verdict is flake or infrastructure, in mode fix.'),
    flakyTests: z
      .strictObject({ issues: z.boolean().default(true).describe('Keep one issue for each flaky test, in mode fix.') })
      .prefault({})
      .describe('What is done about flaky tests.'),
    budgets: z
      .strictObject({
        openPullRequests: z.int().min(0).max(3).default(3).describe('Fix pull requests that may be open at once; 3 at most.'),
        fixesPerDay: z.int().min(0).max(20).default(20).describe('Fixes that may be begun within 24 hours; 20 at most.'),
      })
      .prefault({})
      .describe('Tighter limits than the built-in ones, which nothing raises.'),
    fixers: z
      .strictObject({
        'printed-diff': z.boolean().default(true).describe('Make the change that a tool printed into the log.'),
        prettier: z.boolean().default(true).describe('Format files that prettier refused.'),
        suggestions: z
          .boolean()
          .default(true)
          .describe(
            'Write what a compiler literally proposes (did you mean, rustc’s help, a missing semicolon), but never in tests.',
          ),
        'pre-commit-hooks': z
          .boolean()
          .default(true)
          .describe(
            "Do to files what pre-commit's own hooks did to them: blanks, line ends, ends of files, byte-order marks, JSON.",
          ),
        'workflow-files': z
          .boolean()
          .default(true)
          .describe('Mend workflow files that name what GitHub has retired, or lack a right; each time only after an approval.'),
        'unused-imports': z
          .boolean()
          .default(true)
          .describe('Remove imports that a compiler or linter calls unused, with the side effects of loading them.'),
        biome: z.boolean().default(true).describe('Format files that Biome refused, and apply its safe fixes.'),
        ruff: z
          .boolean()
          .default(true)
          .describe('Apply the fixes that ruff calls safe, of rules on a list of ours, where the log names them.'),
        'ruff-format': z.boolean().default(true).describe('Format Python files that `ruff format --check` refused.'),
        black: z.boolean().default(true).describe('Format Python files that black refused, by ruff where both agree.'),
        gofmt: z.boolean().default(true).describe('Format Go files that gofmt refused.'),
        'clang-format': z.boolean().default(true).describe('Format files that clang-format refused.'),
        shfmt: z.boolean().default(true).describe('Format shell scripts that shfmt refused.'),
        taplo: z.boolean().default(true).describe('Format TOML files that taplo refused.'),
      })
      .prefault({})
      .describe('Fixers to switch off.'),
    paths: z
      .strictObject({ protected: globs.default([]).describe('Files that no fix may touch, as glob patterns.') })
      .prefault({})
      .describe('Which files fixes may touch.'),
    problemMatchers: z
      .array(z.string().regex(MATCHER_FILE, 'Name a JSON file under .github/, such as .github/problem-matcher.json.'))
      .max(10)
      .default([])
      .describe(
        "Files with problem matchers in GitHub's own form; they find what tools print that Regreen does not know. Their expressions can't use look-around or back-references.",
      ),
    workflows: z
      .strictObject({ ignore: globs.default([]).describe('Workflow files that Regreen leaves alone, as glob patterns.') })
      .prefault({})
      .describe('Which workflows Regreen watches.'),
  })
  .describe('Regreen: what it may do in this repository.');

export type RepositoryConfig = z.output<typeof repositoryConfigSchema>;

export const DEFAULT_REPOSITORY_CONFIG: RepositoryConfig = repositoryConfigSchema.parse({});
export const DEFAULT_MODE: Mode = DEFAULT_REPOSITORY_CONFIG.mode;

export interface ConfigFault {
  /** From 1. */
  line: number;
  /** The key that is wrong, such as `paths.protected`; empty for the whole file. */
  key: string;
  message: string;
}

/** A configuration that can be used: the file's, or the defaults when it is absent or broken. */
export interface ConfigReading {
  config: RepositoryConfig;
  source: 'file' | 'default';
  faults: ConfigFault[];
}

/**
 * Reads regreen.yml. Never throws: a broken file gives the defaults and the faults with their lines.
 * @param text the file's content; `null` when there is none
 */
export function readRepositoryConfig(text: string | null): ConfigReading {
  if (text === null) return { config: DEFAULT_REPOSITORY_CONFIG, source: 'default', faults: [] };
  if (text.length > LARGEST_CONFIG)
    return broken([{ line: 1, key: '', message: `The file is larger than ${LARGEST_CONFIG / 1024} KB.` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: 'core', customTags: [], merge: false });
  if (document.errors.length > 0) {
    return broken(
      document.errors.slice(0, MOST_FAULTS).map((error) => ({
        line: lines.linePos(error.pos[0]).line || 1,
        key: '',
        message: firstSentence(error.message),
      })),
    );
  }
  const value = toPlain(document);
  if ('fault' in value) return broken([{ line: 1, key: '', message: value.fault }]);
  const parsed = repositoryConfigSchema.safeParse(value.data ?? {});
  if (parsed.success) return { config: parsed.data, source: 'file', faults: [] };
  return broken(
    parsed.error.issues
      .flatMap((issue) => toFaults(issue, (path) => lineOf(document, path, lines)))
      .toSorted((a, b) => a.line - b.line)
      .slice(0, MOST_FAULTS),
  );
}

function broken(faults: ConfigFault[]): ConfigReading {
  return { config: DEFAULT_REPOSITORY_CONFIG, source: 'default', faults };
}

function toPlain(document: ReturnType<typeof parseDocument>): { data: unknown } | { fault: string } {
  try {
    // Few aliases are enough for people; many are how a small file becomes a huge value.
    return { data: document.toJS({ maxAliasCount: 20 }) };
  } catch (error) {
    return { fault: error instanceof Error ? firstSentence(error.message) : 'The file cannot be read.' };
  }
}

function firstSentence(message: string): string {
  return message.split(/ at line |\n/)[0] ?? message;
}

function toFaults(issue: z.core.$ZodIssue, lineAt: (path: PropertyKey[]) => number): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_FAULTS).map((key) => ({
      line: lineAt([...issue.path, key]),
      key: [...issue.path, short(key)].join('.'),
      message: `There is no key "${short(key)}" here.${nearest(short(key), issue.path)}`,
    }));
  }
  return [{ line: lineAt(issue.path), key: issue.path.join('.'), message: issue.message }];
}

function short(key: string): string {
  return key.length <= 60 ? key : `${key.slice(0, 59)}…`;
}

/** The line of a key, or of the nearest thing above it that is there. */
function lineOf(document: ReturnType<typeof parseDocument>, path: PropertyKey[], lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
    if (!pair) break;
    offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
    node = pair.value;
  }
  return lines.linePos(offset).line || 1;
}

function nearest(key: string, path: PropertyKey[]): string {
  const known = knownKeys(path).toSorted((a, b) => distance(key, a) - distance(key, b));
  const best = known[0];
  if (best !== undefined && distance(key, best) <= Math.max(2, key.length / 3)) return ` Did you mean "${best}"?`;
  return known.length > 0 ? ` Known are: ${known.toSorted().join(', ')}.` : '';
}

function knownKeys(path: PropertyKey[]): string[] {
  let value: unknown = DEFAULT_REPOSITORY_CONFIG;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
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

/** The JSON Schema that editors use for regreen.yml. */
export function repositoryConfigJsonSchema(): object {
  return { title: 'regreen.yml', ...z.toJSONSchema(repositoryConfigSchema, { io: 'input', target: 'draft-7' }) };
}
