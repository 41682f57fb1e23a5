import type { Declined, Files, FixSource } from '../types.ts';
import { parsed } from './invocations.ts';
import { fileName } from './named-files.ts';

/** The names under which places know a tool. */
export interface ToolNames {
  /** Package in package.json. */
  npm?: string;
  /** Package in requirements, pyproject.toml and its lock files, and in `pip install` lines. */
  pypi?: string;
  /** Repositories of .pre-commit-config.yaml. */
  hooks?: RegExp;
  /** Actions whose `@ref` is the tool's version. */
  actions?: RegExp;
  /** Inputs of an action that give the tool's version: the action, and the input's name. */
  inputs?: readonly { action: RegExp; input: string }[];
  /** Names in .tool-versions and mise.toml. */
  asdf?: readonly string[];
  /** Words of command lines that carry a version in their first group, such as `clang-format-(\d+)`. */
  words?: RegExp;
}

/** A version that a repository asks for, and where. */
export interface Pin {
  path: string;
  /** As written, without operators: `24.3.0`, `18`. */
  version: string;
}

const LOCK = /^(?:poetry|uv|pdm)\.lock$/;
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;
/** Where nobody says which workflow it is: those that check style have such names. Each file costs a request. */
const LIKELY = [/format|fmt|style/i, /lint|quality/i, /check|pre-?commit/i, /ci|test|build|main|push|pull/i];
const MOST_WORKFLOWS = 3;
const MOST_REQUIREMENTS = 6;
/** `^1.2`, `~1.2`, `~=1.2`, `==1.2`, `=1.2`, `1.2`, but not `>=1.2`, which is met by every later one too. */
const EXACT = /^\s*(?:\^|~=|~|={1,3}|v)?\s*v?(\d[\w.]*)/;

/** Files that may say which version of a tool the repository uses, and with which options it is called. */
export function pinPaths(names: ToolNames, { workflow }: FixSource, paths: ReadonlySet<string>): string[] {
  const fixed = [
    ...(names.npm === undefined ? [] : ['package.json']),
    ...(names.pypi === undefined ? [] : ['pyproject.toml', 'poetry.lock', 'uv.lock', 'pdm.lock']),
    '.pre-commit-config.yaml',
    ...(names.asdf === undefined ? [] : ['.tool-versions', 'mise.toml', '.mise.toml']),
    'Makefile',
  ];
  const all = [...paths];
  const requirements = all.filter((path) => /^(?:requirements\/[^/]+|[^/]*requirements[^/]*)\.(?:txt|in)$/.test(path));
  const likely = all.filter((path) => WORKFLOW.test(path)).toSorted((a, b) => likelihood(a) - likelihood(b));
  const workflows = workflow !== undefined && paths.has(workflow.path) ? [workflow.path] : likely;
  return [
    ...fixed.filter((path) => paths.has(path)),
    ...(names.pypi === undefined ? [] : requirements.slice(0, MOST_REQUIREMENTS)),
    ...workflows.slice(0, MOST_WORKFLOWS),
  ];
}

function likelihood(path: string): number {
  const at = LIKELY.findIndex((words) => words.test(fileName(path)));
  return at < 0 ? LIKELY.length : at;
}

/** All versions that the context pins, without those that only set a lower bound. */
export function pinnedVersions(names: ToolNames, context: Files): Pin[] {
  return Object.entries(context).flatMap(([path, text]) =>
    versionsIn(names, path, text).map((version) => ({ path, version: version.replace(/^v/, '') })),
  );
}

/** The one version that all pins agree on as far as it matters, `null` without a pin, or a refusal where they differ. */
export function agreedVersion<T>(
  tool: string,
  pins: readonly Pin[],
  meaning: (version: string) => T,
): { is: T; pin: Pin } | Declined | null {
  const [first] = pins;
  if (first === undefined) return null;
  const is = meaning(first.version);
  const other = pins.find((pin) => meaning(pin.version) !== is);
  if (other === undefined) return { is, pin: first };
  return {
    declined: `${first.path} asks for ${tool} ${first.version} and ${other.path} for ${other.version}, whose styles may differ.`,
  };
}

function versionsIn(names: ToolNames, path: string, text: string): string[] {
  const name = fileName(path);
  if (name === 'package.json') return fromManifest(names, text);
  if (name === '.pre-commit-config.yaml') return fromHooks(names, text);
  if (name === '.tool-versions') return fromToolVersions(names, text);
  if (LOCK.test(name)) return fromLock(names, text);
  if (WORKFLOW.test(path)) return [...fromSteps(names, text), ...fromWords(names, text)];
  return [...fromPython(names, text), ...(/mise\.toml$/.test(name) ? fromMise(names, text) : fromWords(names, text))];
}

function fromManifest({ npm }: ToolNames, text: string): string[] {
  const manifest = parsed(text) as Record<string, Record<string, unknown> | undefined> | null;
  if (npm === undefined || typeof manifest !== 'object') return [];
  return ['dependencies', 'devDependencies'].flatMap((group) => exact(manifest?.[group]?.[npm]));
}

function exact(range: unknown): string[] {
  const version = typeof range === 'string' || typeof range === 'number' ? EXACT.exec(String(range))?.[1] : undefined;
  return version === undefined ? [] : [version];
}

function fromHooks({ hooks }: ToolNames, text: string): string[] {
  const repositories = (parsed(text) as { repos?: unknown } | null)?.repos;
  if (hooks === undefined || !Array.isArray(repositories)) return [];
  return (repositories as ({ repo?: unknown; rev?: unknown } | null)[])
    .filter((one) => typeof one?.repo === 'string' && hooks.test(one.repo))
    .flatMap((one) => exact(one?.rev));
}

function fromToolVersions({ asdf }: ToolNames, text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter(([name]) => asdf?.includes(name ?? '')).flatMap(([, version]) => exact(version));
}

function fromMise({ asdf = [] }: ToolNames, text: string): string[] {
  const lines = text.split('\n').map((line) => /^\s*"?([\w:@/.-]+)"?\s*=\s*"([^"]{1,40})"/.exec(line));
  return lines
    .filter((match) => match && asdf.includes((match[1] ?? '').split(/[:/]/).at(-1) ?? ''))
    .flatMap((match) => exact(match?.[2]));
}

/** `name = "black"` and the version on the next line, as poetry, uv and pdm write their packages. */
function fromLock({ pypi }: ToolNames, text: string): string[] {
  const at = pypi === undefined ? -1 : text.indexOf(`\nname = "${pypi}"\n`);
  return at < 0 ? [] : exact(/\nversion = "([^"]{1,40})"/.exec(text.slice(at, at + 300))?.[1]);
}

/** `black==24.3.0`, `black[jupyter]~=24.0`, `black = "^24"`, `black = { version = "24.3.0" …`, in whatever kind of file. */
function fromPython({ pypi }: ToolNames, text: string): string[] {
  if (pypi === undefined) return [];
  const requirement = new RegExp(
    `(?:^|[\\s"'])${pypi}(?:\\[[\\w,-]{0,60}\\])?[ \\t]{0,8}(?:={2,3}|~=|= ?["']|= ?\\{[^}\\n]{0,80}version ?= ?["'])[ \\t]{0,8}([\\^~=v]{0,3}\\d[\\w.]{0,30}(?:\\.\\*)?)`,
    'gm',
  );
  return [...text.matchAll(requirement)].flatMap(([, version]) => exact(version));
}

function fromWords(names: ToolNames, text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const code = lines.join('\n');
  const words = names.words === undefined ? [] : [...code.matchAll(names.words)].flatMap((match) => exact(match[1]));
  const npm = names.npm === undefined ? [] : [...code.matchAll(npmWord(names.npm))].flatMap(([, version]) => exact(version));
  return [...words, ...npm, ...fromPython({ ...names }, code)];
}

/** `npx prettier@2.8`. */
function npmWord(name: string): RegExp {
  return new RegExp(`(?:^|[\\s"'])${name}@([\\^~]?\\d[\\w.]{0,30})`, 'gm');
}

interface Step {
  uses?: unknown;
  with?: Record<string, unknown> | null;
}

function fromSteps(names: ToolNames, text: string): string[] {
  if (names.actions === undefined && names.inputs === undefined) return [];
  const jobs = (parsed(text) as { jobs?: unknown } | null)?.jobs;
  const steps = Object.values((jobs ?? {}) as Record<string, { steps?: unknown } | null>).flatMap((job) =>
    Array.isArray(job?.steps) ? (job.steps as (Step | null)[]) : [],
  );
  return steps.flatMap((step) => fromStep(names, step));
}

function fromStep({ actions, inputs = [] }: ToolNames, step: Step | null): string[] {
  const uses = typeof step?.uses === 'string' ? step.uses : '';
  const given = inputs.filter(({ action }) => action.test(uses)).map(({ input }) => step?.with?.[input]);
  const stated = given.filter((value) => value !== undefined).flatMap(exact);
  if (stated.length > 0) return stated;
  return actions?.test(uses) ? exact(uses.slice(uses.indexOf('@') + 1)) : [];
}
