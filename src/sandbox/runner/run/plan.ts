import type { RunRequest } from '../contract.ts';
import { planContexts } from '../expressions/contexts.ts';
import type { Scope } from '../expressions/expression.ts';
import { ExpressionFault } from '../expressions/fault.ts';
import { evaluateText, evaluateValue } from '../expressions/template.ts';
import type { JobPlan } from '../job/session.ts';
import type { JobDefinition, WorkflowDefinition } from '../workflow/schema.ts';
import { type Combination, matrixSuffix, unfoldMatrix } from './matrix.ts';

/** Source: https://docs.github.com/actions/reference/limits – a job on a hosted runner, 6 hours. */
const DEFAULT_TIMEOUT_MINUTES = 360;

export type Needs = JobPlan['needs'];

/** The jobs that one key of `jobs:` stands for, with all that GitHub evaluates before a runner gets them. */
export function planJobs(request: RunRequest, workflow: WorkflowDefinition, key: string, needs: Needs): JobPlan[] {
  const definition = workflow.jobs[key];
  if (!definition) throw new RangeError(`The workflow has no job '${key}'.`);
  const base = planContexts(request, { needs, workflow });
  try {
    const combinations = combinationsOf(definition, { contexts: base, functions: {} });
    return combinations.map((combination, index) => {
      const strategy = strategyOf(definition, { contexts: base, functions: {} }, index, combinations.length);
      const scope: Scope = { contexts: { ...base, matrix: combination, strategy }, functions: {} };
      return { ...evaluated(definition, key, scope, combination), key, workflow, definition, combination, strategy, needs };
    });
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    return [faultyPlan(workflow, definition, key, needs, error.message)];
  }
}

/** A job that fails at once, saying why. */
export function faultyPlan(
  workflow: WorkflowDefinition,
  definition: JobDefinition,
  key: string,
  needs: Needs,
  fault: string,
): JobPlan {
  return {
    key,
    name: key,
    workflow,
    definition,
    needs,
    labels: [],
    combination: {},
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    continueOnError: false,
    timeoutMinutes: DEFAULT_TIMEOUT_MINUTES,
    fault,
  };
}

function combinationsOf(definition: JobDefinition, scope: Scope): Combination[] {
  const matrix = definition.strategy?.matrix;
  return matrix === undefined ? [{}] : unfoldMatrix(evaluateValue(matrix, 'job.strategy', scope));
}

function strategyOf(definition: JobDefinition, scope: Scope, index: number, total: number): JobPlan['strategy'] {
  const { 'fail-fast': failFast, 'max-parallel': maxParallel } = definition.strategy ?? {};
  const parallel = Number(evaluateValue(maxParallel ?? total, 'job.strategy', scope));
  return {
    'fail-fast': evaluateValue(failFast ?? true, 'job.strategy', scope) !== false,
    'job-index': index,
    'job-total': total,
    'max-parallel': parallel >= 1 ? Math.floor(parallel) : total,
  };
}

type Evaluated = Pick<JobPlan, 'name' | 'labels' | 'continueOnError' | 'timeoutMinutes' | 'fault'>;

function evaluated(definition: JobDefinition, key: string, scope: Scope, combination: Combination): Evaluated {
  const labels = labelsOf(evaluateValue(definition['runs-on'] ?? [], 'job.runs-on', scope));
  const minutes = Number(evaluateValue(definition['timeout-minutes'] ?? DEFAULT_TIMEOUT_MINUTES, 'job.timeout-minutes', scope));
  return {
    name: nameOf(definition, key, scope, combination),
    labels,
    continueOnError: evaluateValue(definition['continue-on-error'] ?? false, 'job.continue-on-error', scope) === true,
    timeoutMinutes: minutes > 0 ? Math.min(minutes, DEFAULT_TIMEOUT_MINUTES) : DEFAULT_TIMEOUT_MINUTES,
    fault: unsupported(definition, labels),
  };
}

/** A name of its own that uses the matrix stands as it is; else the values of the matrix follow in parentheses. */
function nameOf(definition: JobDefinition, key: string, scope: Scope, combination: Combination): string {
  const own = definition.name;
  const name = own === undefined ? key : evaluateText(own, 'job.name', scope);
  return own?.includes('${{') ? name : `${name}${matrixSuffix(combination)}`;
}

function labelsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object' && value !== null && 'labels' in value) return labelsOf(value.labels);
  return typeof value === 'string' ? [value] : [];
}

/** What the sandbox's runner can't do is never pretended: the job fails and says so. */
function unsupported(definition: JobDefinition, labels: readonly string[]): string | null {
  if (definition.uses !== undefined) return `The sandbox's runner carries out no reusable workflows: '${definition.uses}'`;
  if (definition.container !== undefined) return "The sandbox's runner has no containers: 'container' can't be carried out.";
  if (definition.services !== undefined) return "The sandbox's runner has no containers: 'services' can't be carried out.";
  const foreign =
    labels.find((label) => /^(?:windows|macos)/i.test(label)) ?? (labels.some(isUbuntuLike) ? undefined : labels.join(', '));
  return foreign === undefined ? null : `The sandbox has no runner for '${foreign}'; it carries out jobs on Ubuntu only.`;
}

function isUbuntuLike(label: string): boolean {
  return /^(?:ubuntu|linux|self-hosted$)/i.test(label);
}
