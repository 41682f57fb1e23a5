import { parseDocument } from 'yaml';
import { isSelected } from './filter-patterns.ts';

/** Workflow files are small; more is an attack or a mistake. */
const LARGEST_WORKFLOW = 256 * 1024;
/** GitHub compares `paths` with the first 300 changed files only. Source: "Git diff comparisons" in the workflow syntax. */
const MOST_COMPARED_PATHS = 300;
/** Activity types on which `pull_request` starts without `types`. */
const DEFAULT_TYPES = ['opened', 'synchronize', 'reopened'];

interface Filters {
  branches?: readonly string[];
  branchesIgnore?: readonly string[];
  paths?: readonly string[];
  pathsIgnore?: readonly string[];
  types?: readonly string[];
  /** Filters tags only, and so hears no branch. */
  tagsOnly: boolean;
}

/** What of a workflow's `on:` decides whether CI starts on a fix. */
export interface WorkflowTriggers {
  push: Filters | null;
  pullRequest: Filters | null;
}

/** What would happen with a fix. */
export type FixEvent =
  | { kind: 'push'; branch: string; paths: readonly string[] }
  | { kind: 'pull_request'; base: string; type: 'opened' | 'synchronize'; paths: readonly string[] };

export type Start = { starts: true } | { starts: false; reason: string };

/** Reads `on:` of a workflow file. @returns `null` for what is no workflow file */
export function readTriggers(text: string): WorkflowTriggers | null {
  if (text.length > LARGEST_WORKFLOW) return null;
  const document = parseDocument(text, { schema: 'core', customTags: [], uniqueKeys: false });
  if (document.errors.length > 0) return null;
  let workflow: unknown;
  try {
    workflow = document.toJS({ maxAliasCount: 50 });
  } catch {
    return null;
  }
  const on = isRecord(workflow) ? workflow['on'] : undefined;
  if (typeof on === 'string' || Array.isArray(on)) {
    const names = [on].flat();
    return { push: names.includes('push') ? NO_FILTERS : null, pullRequest: names.includes('pull_request') ? NO_FILTERS : null };
  }
  if (!isRecord(on)) return null;
  return { push: filtersOf(on, 'push'), pullRequest: filtersOf(on, 'pull_request') };
}

const NO_FILTERS: Filters = { tagsOnly: false };

function filtersOf(on: Record<string, unknown>, event: string): Filters | null {
  if (!Object.hasOwn(on, event)) return null;
  const given = on[event];
  if (!isRecord(given)) return NO_FILTERS;
  const list = (key: string) => {
    const value = given[key];
    return value === undefined || value === null ? undefined : [value].flat().map(String);
  };
  const [branches, branchesIgnore] = [list('branches'), list('branches-ignore')];
  const filtersTags = list('tags') !== undefined || list('tags-ignore') !== undefined;
  return Object.assign(
    { tagsOnly: filtersTags && !branches && !branchesIgnore },
    branches && { branches },
    branchesIgnore && { branchesIgnore },
    ...PATHS.map(([key, name]) => list(key) && { [name]: list(key) }),
  );
}

const PATHS = [
  ['paths', 'paths'],
  ['paths-ignore', 'pathsIgnore'],
  ['types', 'types'],
] as const;

/** Whether the event starts the workflow, and if not, why. Pure. */
export function startsOn(triggers: WorkflowTriggers, event: FixEvent): Start {
  const filters = event.kind === 'push' ? triggers.push : triggers.pullRequest;
  if (!filters) return no(`it does not run on ${event.kind}`);
  const branch = event.kind === 'push' ? event.branch : event.base;
  if (event.kind === 'push' && filters.tagsOnly) return no('it runs on pushes of tags only');
  if (event.kind === 'pull_request' && !(filters.types ?? DEFAULT_TYPES).includes(event.type)) {
    return no(`its pull_request.types leave out "${event.type}"`);
  }
  if (!isPicked(branch, filters.branches, filters.branchesIgnore)) return no(`its ${event.kind}.branches leave out ${branch}`);
  const paths = event.paths.slice(0, MOST_COMPARED_PATHS);
  if (!paths.some((path) => isPicked(path, filters.paths, filters.pathsIgnore))) {
    return no(`its ${event.kind}.paths leave out the files that the fix changes`);
  }
  return { starts: true };
}

function no(reason: string): Start {
  return { starts: false, reason };
}

function isPicked(name: string, wanted: readonly string[] | undefined, ignored: readonly string[] | undefined): boolean {
  if (wanted) return isSelected(wanted, name);
  return ignored ? !isSelected(ignored, name) : true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
