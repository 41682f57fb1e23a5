import { parse } from 'yaml';
import type { Edit } from '../../policy/gate/edit.ts';
import { isPlainPath } from '../../policy/gate/paths.ts';
import type { Declined, Files, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { HOOKS } from './hooks.ts';

const CONFIGURATION = '.pre-commit-config.yaml';
const MOST_FILES = 100;

/** Does to the files that pre-commit's own hooks named what the hooks did to them. */
export const preCommitHooks: Fixer = {
  id: 'pre-commit-hooks',
  tool: 'pre-commit-hooks',
  version: '5.0.0',
  applies: (source) => namedFiles(source).length > 0,
  plan,
  fix,
};

interface NamedFile {
  path: string;
  hook: string;
}

function namedFiles({ diagnosis }: FixSource): NamedFile[] {
  return diagnosis.diagnostics.flatMap(({ tool, code, path }) =>
    tool === 'pre-commit' && code !== null && Object.hasOwn(HOOKS, code) && path !== null && isPlainPath(path)
      ? [{ path, hook: code }]
      : [],
  );
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = [...new Set(namedFiles(source).map(({ path }) => path))].filter((path) => paths.has(path));
  if (targets.length === 0) return { declined: 'None of the files that the hooks named is in the repository under that path.' };
  if (targets.length > MOST_FILES)
    return { declined: `The hooks named ${targets.length} files; at most ${MOST_FILES} are changed at once.` };
  if (!paths.has(CONFIGURATION)) return { declined: `${CONFIGURATION} is not there, and so not what the hooks are told.` };
  return { targets, context: [CONFIGURATION] };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const args = argumentsOf(context);
  if (args === null) return { declined: `${CONFIGURATION} can not be read.` };
  const edits: Edit[] = [];
  const skipped: FixResult['skipped'] = [];
  for (const [path, before] of Object.entries(targets)) {
    const result = hooked(path, before, source, args);
    if (typeof result !== 'string') skipped.push({ path, reason: result.declined });
    else if (result === before) skipped.push({ path, reason: 'the hooks find nothing to change in it' });
    else edits.push({ path, before, after: result });
  }
  return edits.length > 0 ? { edits, skipped } : { declined: skipped.map(({ path, reason }) => `${path}: ${reason}`).join('; ') };
}

/** A file after all hooks that named it, in their order. */
function hooked(path: string, before: string, source: FixSource, args: ReadonlyMap<string, string[]>): string | Declined {
  let content = before;
  for (const { hook } of namedFiles(source).filter((one) => one.path === path)) {
    const own = args.get(hook);
    if (!own) return { declined: `${CONFIGURATION} does not name the hook ${hook} exactly once` };
    const result = HOOKS[hook]?.(content, own, path) ?? { declined: `the hook ${hook} is not known` };
    if (typeof result !== 'string') return result;
    content = result;
  }
  return content;
}

/** What each hook is told; a hook that stands there twice, with who knows which arguments, is left out. */
function argumentsOf(context: Files): Map<string, string[]> | null {
  const found = new Map<string, string[]>();
  const twice = new Set<string>();
  for (const hook of hooksIn(context[CONFIGURATION] ?? '') ?? []) {
    if (found.has(hook.id)) twice.add(hook.id);
    found.set(hook.id, hook.args);
  }
  for (const id of twice) found.delete(id);
  return found.size > 0 ? found : null;
}

function hooksIn(text: string): { id: string; args: string[] }[] | null {
  try {
    const value = parse(text, { maxAliasCount: 20 }) as { repos?: { hooks?: { id?: unknown; args?: unknown }[] }[] } | null;
    return (value?.repos ?? []).flatMap(({ hooks }) =>
      (hooks ?? []).map(({ id, args }) => ({ id: String(id), args: Array.isArray(args) ? args.map(String) : [] })),
    );
  } catch {
    return null;
  }
}
