import { z } from 'zod';
import type { TriggerEvent, Workflow } from '../contract.ts';
import { isSelected } from './filter.ts';
import { definitionOf } from './read.ts';
import type { EventFilters } from './schema.ts';

/**
 * The activity types an event runs on when `types` is not given; events that are not here run on all.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
 */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = { pull_request: ['opened', 'synchronize', 'reopened'] };

/** GitHub compares `paths` with the first 300 changed files only. Source: "Git diff comparisons" in the workflow syntax. */
const MAX_COMPARED_PATHS = 300;

/** Whether the event starts the workflow: event names, types, branch, tag and path filters. Pure. */
export function isTriggeredBy(workflow: Workflow, event: TriggerEvent): boolean {
  const { on } = definitionOf(workflow);
  if (!Object.hasOwn(on, event.name)) return false;
  if (event.name === 'schedule') return true;
  const filters: EventFilters = on[event.name] ?? {};
  return hasType(event, filters) && hasRef(event, filters) && hasPaths(event, filters) && hasSourceWorkflow(event, filters);
}

function hasType(event: TriggerEvent, filters: EventFilters): boolean {
  const types = filters.types ?? DEFAULT_TYPES[event.name];
  if (!types || event.action === undefined) return true;
  return types.includes(event.action);
}

function hasRef(event: TriggerEvent, filters: EventFilters): boolean {
  if (event.name === 'pull_request') return isPicked(event.baseBranch ?? '', filters.branches, filters['branches-ignore']);
  if (event.name === 'workflow_run') return isPicked(sourceRun(event).head_branch, filters.branches, filters['branches-ignore']);
  if (event.name !== 'push') return true;
  const filtersBranches = filters.branches !== undefined || filters['branches-ignore'] !== undefined;
  const filtersTags = filters.tags !== undefined || filters['tags-ignore'] !== undefined;
  const tag = /^refs\/tags\/(.+)$/s.exec(event.ref)?.[1];
  // "If you define only tags or only branches, the workflow won't run for events affecting the undefined Git ref."
  if (tag !== undefined) return filtersTags ? isPicked(tag, filters.tags, filters['tags-ignore']) : !filtersBranches;
  const branch = event.ref.replace(/^refs\/heads\//, '');
  return filtersBranches ? isPicked(branch, filters.branches, filters['branches-ignore']) : !filtersTags;
}

function isPicked(name: string, wanted: readonly string[] | undefined, ignored: readonly string[] | undefined): boolean {
  if (wanted) return isSelected(wanted, name);
  return ignored ? !isSelected(ignored, name) : true;
}

/** "Path filters are not evaluated for pushes of tags." */
function hasPaths(event: TriggerEvent, filters: EventFilters): boolean {
  if (event.name !== 'push' && event.name !== 'pull_request') return true;
  if (event.ref.startsWith('refs/tags/')) return true;
  const { paths, 'paths-ignore': ignored } = filters;
  if (!paths && !ignored) return true;
  return event.changedPaths.slice(0, MAX_COMPARED_PATHS).some((path) => isPicked(path, paths, ignored));
}

const workflowRunPayload = z.object({
  workflow_run: z.object({ name: z.string().nullish(), head_branch: z.string().nullish() }),
});

function sourceRun(event: TriggerEvent): { name: string; head_branch: string } {
  const run = workflowRunPayload.safeParse(event.payload).data?.workflow_run;
  return { name: run?.name ?? '', head_branch: run?.head_branch ?? '' };
}

function hasSourceWorkflow(event: TriggerEvent, filters: EventFilters): boolean {
  if (event.name !== 'workflow_run') return true;
  return filters.workflows?.includes(sourceRun(event).name) ?? false;
}
