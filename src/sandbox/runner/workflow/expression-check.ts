import type { WorkflowKey } from '../expressions/availability.ts';
import { ExpressionFault } from '../expressions/fault.ts';
import { checkCondition, checkTemplate } from '../expressions/template.ts';
import { DefinitionFault } from './faults.ts';
import type { JobDefinition, StepDefinition, WorkflowDefinition } from './schema.ts';

type Path = readonly PropertyKey[];

/** Checks every expression of the file: syntax, names, and that its place may use them. Throws DefinitionFault. */
export function checkExpressions(workflow: WorkflowDefinition): void {
  check(workflow.env, 'env', ['env']);
  for (const [key, job] of Object.entries(workflow.jobs)) checkJob(job, ['jobs', key]);
}

function checkJob(job: JobDefinition, path: Path): void {
  checkIf(job.if, 'job.if', [...path, 'if']);
  check(job.name, 'job.name', [...path, 'name']);
  check(job['runs-on'], 'job.runs-on', [...path, 'runs-on']);
  check(job.strategy, 'job.strategy', [...path, 'strategy']);
  check(job.env, 'job.env', [...path, 'env']);
  check(job.defaults, 'job.defaults.run', [...path, 'defaults']);
  check(job.outputs, 'job.outputs', [...path, 'outputs']);
  check(job['continue-on-error'], 'job.continue-on-error', [...path, 'continue-on-error']);
  check(job['timeout-minutes'], 'job.timeout-minutes', [...path, 'timeout-minutes']);
  for (const [index, step] of (job.steps ?? []).entries()) checkStep(step, [...path, 'steps', index]);
}

function checkStep(step: StepDefinition, path: Path): void {
  const { if: condition, ...rest } = step;
  checkIf(condition, 'step.if', [...path, 'if']);
  check(rest, 'step', path);
}

function checkIf(condition: string | undefined, key: 'job.if' | 'step.if', path: Path): void {
  if (condition !== undefined) located(path, () => checkCondition(condition, key));
}

function check(value: unknown, key: WorkflowKey, path: Path): void {
  if (typeof value === 'string') located(path, () => checkTemplate(value, key));
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) check(item, key, [...path, Array.isArray(value) ? Number(name) : name]);
  }
}

function located(path: Path, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof ExpressionFault) throw new DefinitionFault(error.message, path);
    throw error;
  }
}
