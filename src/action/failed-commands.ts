import { isMap, type YAMLMap } from 'yaml';
import { isShownAs } from '../fixers/places/step-folders.ts';
import { type JobNode, jobsOf, readWorkflow, stepsOf, type WorkflowText } from '../fixers/workflow-files/workflow-text.ts';
import type { FailedJob } from './diagnose.ts';

/** A step's command, as it can be run again outside of its job. */
export interface StepCommand {
  /** As people know it: its first line. */
  title: string;
  script: string;
  /** Relative to the checkout; empty for its root. */
  folder: string;
  shell: 'bash' | 'sh' | null;
  env: Readonly<Record<string, string>>;
}

/** `reason`: why a command can't be run again here, for people. */
export type FailedCommands = { commands: StepCommand[] } | { reason: string };

/** Only the runner evaluates them, with contexts that nobody else has. */
const EXPRESSION = '${{';

/**
 * The commands that made a job red, out of its workflow file. Pure.
 * @param text the workflow file of the failed commit
 */
export function failedCommands(text: string | null, job: FailedJob): FailedCommands {
  const workflow = text === null ? null : readWorkflow(text);
  const found = workflow ? jobsOf(workflow).filter((one) => isShownAs(one, job.name)) : [];
  const [node] = found;
  if (!workflow || !node || found.length !== 1) return { reason: `the job ${job.name} is not to be found in its workflow file` };
  const failed = job.steps.filter(({ conclusion }) => conclusion === 'failure');
  if (failed.length === 0) return { reason: `GitHub names no step of ${job.name} that failed` };
  const commands: StepCommand[] = [];
  for (const { name } of failed) {
    const step = stepsOf(node).find((one) => shownName(one) === name);
    const command = step ? commandOf(workflow, node, step) : `the step ${name} is not to be found in its workflow file`;
    if (typeof command === 'string') return { reason: command };
    commands.push(command);
  }
  return { commands };
}

function shownName(step: YAMLMap): string | null {
  const name = plainText(step.get('name'));
  const run = plainText(step.get('run'));
  if (name !== null) return name;
  return run === null ? null : `Run ${firstLine(run)}`;
}

/** @returns a reason where it can't be run again */
function commandOf({ document }: WorkflowText, { map }: JobNode, step: YAMLMap): StepCommand | string {
  const script = plainText(step.get('run'));
  if (script === null) return 'the failed step is an action, which only a workflow can run';
  const defaults = [document.contents, map].map((node) => (isMap(node) ? node.getIn(['defaults', 'run']) : undefined));
  const setting = (key: string) =>
    plainText(step.get(key)) ??
    defaults.toReversed().flatMap((one) => (isMap(one) ? (plainText(one.get(key)) ?? []) : []))[0] ??
    null;
  const shell = setting('shell');
  const folder = setting('working-directory') ?? '';
  const env = Object.assign({}, ...[document.contents, map, step].map(environmentOf)) as Record<string, string>;
  const parts = [script, folder, ...Object.values(env)];
  if (parts.some((part) => part.includes(EXPRESSION)))
    return `\`${firstLine(script)}\` holds expressions, which only a workflow evaluates`;
  if (shell !== null && shell !== 'bash' && shell !== 'sh') return `\`${firstLine(script)}\` wants another shell than bash`;
  if (folder.startsWith('/') || folder.split('/').includes('..')) return `\`${firstLine(script)}\` works outside of the checkout`;
  return { title: firstLine(script), script, folder, shell, env };
}

function environmentOf(node: unknown): Record<string, string> {
  const env = isMap(node) ? node.get('env') : undefined;
  if (!isMap(env)) return {};
  return Object.fromEntries(env.items.map(({ key, value }) => [String(key), plainText(value) ?? '']));
}

function plainText(value: unknown): string | null {
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean' ? String(inner) : null;
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
}
