import { z } from 'zod';
import { checkPatterns } from './filter.ts';
import { PatternError } from './glob.ts';

/**
 * The workflow syntax, as far as the sandbox knows it. Unknown keys are faults, as they are for GitHub.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */

/** GitHub refuses names that don't begin with a letter or `_` or hold more than letters, digits, `-` and `_`. */
const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, {
    error: ({ input }) =>
      `The identifier '${String(input)}' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs must start with a letter or '_' and must be less than 100 characters.`,
  })
  .max(99);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const text = scalar.transform((value) => (value === null ? '' : String(value)));
const filled = z.union([z.string(), z.number(), z.boolean()]);

const env = z.union([z.record(z.string(), scalar), z.string().regex(/^\s*\$\{\{/, 'Expected a mapping')]);
export type EnvDefinition = z.infer<typeof env>;

const listOfStrings = z.union([filled.transform((one) => [one]), z.array(filled)]).transform((list) => list.map(String));

const patterns = listOfStrings.superRefine((list, context) => {
  try {
    checkPatterns(list);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

const refFilters = { branches: patterns.optional(), 'branches-ignore': patterns.optional() };
const pathFilters = { paths: patterns.optional(), 'paths-ignore': patterns.optional() };
const tagFilters = { tags: patterns.optional(), 'tags-ignore': patterns.optional() };
const types = { types: listOfStrings.optional() };

const input = z.looseObject({ default: scalar.optional(), required: z.boolean().optional(), type: z.string().optional() });
const inputs = z.record(z.string(), input.nullable()).nullable();

/** Of each pair only one may be given. Source: `on.<push>.<branches|tags|branches-ignore|tags-ignore>` in the workflow syntax. */
const oneOfEach = (filters: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
  for (const name of ['branches', 'tags', 'paths']) {
    if (filters[name] === undefined || filters[`${name}-ignore`] === undefined) continue;
    const message = `you may only define one of \`${name}\` and \`${name}-ignore\` for a single event`;
    context.addIssue({ code: 'custom', message });
  }
};

const knownEvents = {
  push: z
    .strictObject({ ...refFilters, ...pathFilters, ...tagFilters })
    .superRefine(oneOfEach)
    .nullable(),
  pull_request: z
    .strictObject({ ...types, ...refFilters, ...pathFilters })
    .superRefine(oneOfEach)
    .nullable(),
  pull_request_target: z
    .strictObject({ ...types, ...refFilters, ...pathFilters })
    .superRefine(oneOfEach)
    .nullable(),
  workflow_run: z
    .strictObject({ ...types, ...refFilters, workflows: listOfStrings.optional() })
    .superRefine(oneOfEach)
    .nullable(),
  workflow_dispatch: z.strictObject({ inputs: inputs.optional() }).nullable(),
  workflow_call: z.looseObject({}).nullable(),
  schedule: z.array(z.strictObject({ cron: z.string(), timezone: z.string().optional() })).min(1),
};

/** Events without filters of their own. Source: "Events that trigger workflows" in GitHub's documentation. */
const plainEvents = [
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'create',
  'delete',
  'deployment',
  'deployment_status',
  'discussion',
  'discussion_comment',
  'fork',
  'gollum',
  'image_version',
  'issue_comment',
  'issues',
  'label',
  'merge_group',
  'milestone',
  'page_build',
  'public',
  'pull_request_review',
  'pull_request_review_comment',
  'registry_package',
  'release',
  'repository_dispatch',
  'status',
  'watch',
] as const;

const plainEvent = z.looseObject(types).nullable();

const eventMap = z.strictObject({
  ...Object.fromEntries(plainEvents.map((name) => [name, plainEvent.optional()])),
  push: knownEvents.push.optional(),
  pull_request: knownEvents.pull_request.optional(),
  pull_request_target: knownEvents.pull_request_target.optional(),
  workflow_run: knownEvents.workflow_run.optional(),
  workflow_dispatch: knownEvents.workflow_dispatch.optional(),
  workflow_call: knownEvents.workflow_call.optional(),
  schedule: knownEvents.schedule.optional(),
});

const eventName = z.enum([...plainEvents, ...(Object.keys(knownEvents) as (keyof typeof knownEvents)[])], {
  error: ({ input: found }) => `Unexpected value '${String(found)}'`,
});

/** The filters of one event; the names are GitHub's. */
export interface EventFilters {
  types?: string[] | undefined;
  branches?: string[] | undefined;
  'branches-ignore'?: string[] | undefined;
  tags?: string[] | undefined;
  'tags-ignore'?: string[] | undefined;
  paths?: string[] | undefined;
  'paths-ignore'?: string[] | undefined;
  workflows?: string[] | undefined;
}

const defaults = z.strictObject({
  run: z.strictObject({ shell: z.string().optional(), 'working-directory': z.string().optional() }).optional(),
});

const flag = z.union([z.boolean(), z.string()]);
const minutes = z.union([z.number(), z.string()]);

const stepCommon = {
  id: identifier.optional(),
  name: text.optional(),
  if: text.optional(),
  env: env.optional(),
  'continue-on-error': flag.optional(),
  'timeout-minutes': minutes.optional(),
};
export const runStep = z.strictObject({
  ...stepCommon,
  run: text,
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
});
export const usesStep = z.strictObject({ ...stepCommon, uses: z.string().min(1), with: z.record(z.string(), scalar).optional() });
const step = z.unknown().transform((value, context) => {
  const isUses = typeof value === 'object' && value !== null && 'uses' in value;
  const isRun = typeof value === 'object' && value !== null && 'run' in value;
  if (!isUses && !isRun) {
    context.addIssue({ code: 'custom', message: 'Required property is missing: run' });
    return z.NEVER;
  }
  const result = isUses ? usesStep.safeParse(value) : runStep.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) context.addIssue({ ...issue });
  return z.NEVER;
});
export type RunStepDefinition = z.infer<typeof runStep>;
export type UsesStepDefinition = z.infer<typeof usesStep>;
export type StepDefinition = RunStepDefinition | UsesStepDefinition;

const matrix = z.union([z.record(z.string(), z.unknown()), z.string()]);
const strategy = z.strictObject({
  matrix: matrix.optional(),
  'fail-fast': flag.optional(),
  'max-parallel': z.union([z.number(), z.string()]).optional(),
});

const runsOn = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({ group: z.string().optional(), labels: z.union([z.string(), z.array(z.string())]).optional() }),
]);

const permissionsLevel = z.enum(['read', 'write', 'none']);
const permissions = z.union([z.enum(['read-all', 'write-all']), z.record(z.string(), permissionsLevel)]);
export type Permissions = z.infer<typeof permissions>;

const job = z
  .strictObject({
    name: text.optional(),
    needs: listOfStrings.optional(),
    if: text.optional(),
    'runs-on': runsOn.optional(),
    env: env.optional(),
    defaults: defaults.optional(),
    outputs: z.record(identifier, scalar).optional(),
    steps: z.array(step).optional(),
    strategy: strategy.optional(),
    'continue-on-error': flag.optional(),
    'timeout-minutes': minutes.optional(),
    permissions: permissions.optional(),
    // Read, and not acted on: the sandbox runs every run at once and has no deployment environments.
    concurrency: z.unknown().optional(),
    environment: z.unknown().optional(),
    // Read so that the file is valid; a job that has one fails and says that the sandbox has none.
    container: z.unknown().optional(),
    services: z.unknown().optional(),
    snapshot: z.unknown().optional(),
    uses: z.string().optional(),
    with: z.unknown().optional(),
    secrets: z.unknown().optional(),
  })
  .superRefine((value, context) => {
    if (value.uses !== undefined) return;
    if (value['runs-on'] === undefined) context.addIssue({ code: 'custom', message: 'Required property is missing: runs-on' });
    if (value.steps === undefined) context.addIssue({ code: 'custom', message: 'Required property is missing: steps' });
  });
export type JobDefinition = z.infer<typeof job>;

/** Turns the three forms of `on` into one: event name → its filters. */
const on = z.unknown().transform((value, context): Record<string, unknown> => {
  const list = typeof value === 'string' ? [value] : value;
  const result = Array.isArray(list) ? z.array(eventName).min(1).safeParse(list) : eventMap.safeParse(list ?? {});
  if (!result.success) {
    const isText = typeof value === 'string';
    for (const issue of result.error.issues) context.addIssue({ ...issue, path: isText ? [] : issue.path });
    return z.NEVER;
  }
  if (Array.isArray(result.data)) return Object.fromEntries(result.data.map((name) => [name, null]));
  if (Object.keys(result.data).length === 0) context.addIssue({ code: 'custom', message: 'No event triggers defined in `on`' });
  return result.data;
});

export const workflowSchema = z.strictObject({
  name: text.optional(),
  'run-name': z.string().optional(),
  on,
  env: env.optional(),
  defaults: defaults.optional(),
  permissions: permissions.optional(),
  concurrency: z.unknown().optional(),
  jobs: z.record(identifier, job).refine((jobs) => Object.keys(jobs).length > 0, 'Expected at least one job'),
});
export type WorkflowDefinition = z.infer<typeof workflowSchema>;
