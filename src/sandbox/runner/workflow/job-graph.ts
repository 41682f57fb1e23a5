import { DefinitionFault } from './faults.ts';
import type { JobDefinition, WorkflowDefinition } from './schema.ts';

/** Checks `needs` and the ids of steps as GitHub does before a run. Throws DefinitionFault. */
export function checkJobGraph({ jobs }: WorkflowDefinition): void {
  for (const [key, job] of Object.entries(jobs)) {
    for (const need of job.needs ?? []) {
      if (!Object.hasOwn(jobs, need))
        throw new DefinitionFault(`Job '${key}' depends on unknown job '${need}'.`, ['jobs', key, 'needs']);
    }
    checkStepIds(key, job);
  }
  if (!Object.values(jobs).some((job) => !job.needs?.length)) {
    throw new DefinitionFault('The workflow must contain at least one job with no dependencies.', ['jobs']);
  }
  jobsInOrder(jobs);
}

function checkStepIds(key: string, job: JobDefinition): void {
  const seen = new Set<string>();
  for (const [index, { id }] of (job.steps ?? []).entries()) {
    if (id === undefined) continue;
    if (seen.has(id.toLowerCase())) {
      throw new DefinitionFault(`The identifier '${id}' may not be used more than once within the same scope.`, [
        'jobs',
        key,
        'steps',
        index,
        'id',
      ]);
    }
    seen.add(id.toLowerCase());
  }
}

/** The keys of the jobs, each after those it needs. Throws DefinitionFault when the jobs need each other in a circle. */
export function jobsInOrder(jobs: WorkflowDefinition['jobs']): string[] {
  const order: string[] = [];
  const waiting = new Map(Object.entries(jobs).map(([key, job]) => [key, new Set(job.needs ?? [])]));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, needs]) => needs.size === 0).map(([key]) => key);
    if (ready.length === 0) {
      const [key, needs] = [...waiting][0] ?? ['', new Set<string>()];
      throw new DefinitionFault(
        `Job '${key}' depends on job '${[...needs][0] ?? ''}' which creates a cycle in the dependency graph.`,
        ['jobs', key, 'needs'],
      );
    }
    for (const key of ready) waiting.delete(key);
    for (const needs of waiting.values()) for (const key of ready) needs.delete(key);
    order.push(...ready);
  }
  return order;
}

/** All jobs that a job needs, directly or not. */
export function ancestorsOf(jobs: WorkflowDefinition['jobs'], key: string): Set<string> {
  const found = new Set<string>();
  const open = [...(jobs[key]?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(jobs[next]?.needs ?? []));
  }
  return found;
}
