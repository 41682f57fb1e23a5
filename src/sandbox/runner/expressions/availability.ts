import type { Availability, FunctionName } from './expression.ts';

/**
 * Which contexts and functions each key of a workflow may use.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
 */
export type WorkflowKey =
  | 'env'
  | 'job.if'
  | 'job.name'
  | 'job.env'
  | 'job.strategy'
  | 'job.runs-on'
  | 'job.continue-on-error'
  | 'job.timeout-minutes'
  | 'job.outputs'
  | 'job.defaults.run'
  | 'step'
  | 'step.if';

const job = ['github', 'needs', 'strategy', 'matrix', 'vars', 'inputs'];
const runner = ['github', 'needs', 'strategy', 'matrix', 'job', 'runner', 'env', 'vars', 'steps', 'inputs'];
const status: FunctionName[] = ['always', 'cancelled', 'success', 'failure'];

export const AVAILABILITY: Readonly<Record<WorkflowKey, Availability>> = {
  env: { contexts: ['github', 'secrets', 'inputs', 'vars'], functions: [] },
  'job.if': { contexts: ['github', 'needs', 'vars', 'inputs'], functions: status },
  'job.name': { contexts: job, functions: [] },
  'job.env': { contexts: [...job, 'secrets'], functions: [] },
  'job.strategy': { contexts: ['github', 'needs', 'vars', 'inputs'], functions: [] },
  'job.runs-on': { contexts: job, functions: [] },
  'job.continue-on-error': { contexts: job, functions: [] },
  'job.timeout-minutes': { contexts: job, functions: [] },
  'job.outputs': { contexts: [...runner, 'secrets'], functions: [] },
  'job.defaults.run': { contexts: [...job, 'env'], functions: [] },
  // `run`, `name`, `env`, `with`, `working-directory`, `continue-on-error` and `timeout-minutes` of a step.
  step: { contexts: [...runner, 'secrets'], functions: ['hashFiles'] },
  'step.if': { contexts: runner, functions: [...status, 'hashFiles'] },
};
