import { parse } from 'yaml';
import type { Check } from './edit.ts';
import { isWorkflowFile } from './paths.ts';

/** Aliases that a workflow may hold; many are how a small file becomes a huge value. */
const MAX_ALIASES = 50;

/**
 * A workflow file may get newer actions, images and commands; what is run, when and for whom stays: the same triggers, jobs
 * and steps, each with the same condition, and no more rights than a reader's but where a job asked for a named one.
 */
export const keepWorkflows: Check = ({ path, before, after }) => {
  if (!isWorkflowFile(path)) return [];
  const old = skeletonOf(before);
  const young = skeletonOf(after);
  if (old === null || young === null) return [`The patch leaves ${path} unreadable, or it was before.`];
  return [
    ...(old.triggers === young.triggers ? [] : [`The patch changes when ${path} runs.`]),
    ...(old.jobs === young.jobs ? [] : [`The patch changes jobs or steps of ${path}, or their conditions.`]),
    ...(young.wideRights > old.wideRights ? [`The patch gives ${path} every right.`] : []),
    ...(young.rights.some((right) => !NAMED_RIGHT.test(right))
      ? [`The patch names a right in ${path} that GitHub does not have.`]
      : []),
  ];
};

const NAMED_RIGHT = /^[a-z-]{2,40}: (?:read|write|none)$/;

interface Skeleton {
  triggers: string;
  jobs: string;
  /** How often all rights at once are given. */
  wideRights: number;
  rights: string[];
}

interface Step {
  if?: unknown;
  'continue-on-error'?: unknown;
  uses?: unknown;
  run?: unknown;
}

function skeletonOf(text: string): Skeleton | null {
  const file = read(text);
  const jobs = asRecord(file?.['jobs']);
  if (!file || !jobs) return null;
  const permissions = [file['permissions'], ...Object.values(jobs).map((job) => asRecord(job)?.['permissions'])];
  return {
    triggers: JSON.stringify(file['on'] ?? null),
    jobs: JSON.stringify(Object.entries(jobs).map(([id, job]) => [id, jobSkeleton(asRecord(job) ?? {})])),
    wideRights: permissions.filter((one) => one === 'write-all').length,
    rights: permissions.flatMap((one) => Object.entries(asRecord(one) ?? {}).map(([name, level]) => `${name}: ${String(level)}`)),
  };
}

function jobSkeleton(job: Record<string, unknown>): unknown {
  const { if: condition, needs, strategy, environment, uses } = job;
  const steps = Array.isArray(job['steps']) ? job['steps'].map((step) => stepSkeleton(asRecord(step) ?? {})) : null;
  return [condition, needs, strategy, environment, job['continue-on-error'], typeof uses, steps];
}

/** What a step is, less the version of its action and the words of its command. */
function stepSkeleton({ if: condition, uses, run, ...step }: Step): unknown {
  return [condition, step['continue-on-error'], typeof uses === 'string' ? uses.split('@')[0] : null, typeof run];
}

function read(text: string): Record<string, unknown> | null {
  try {
    return asRecord(parse(text, { maxAliasCount: MAX_ALIASES })) ?? null;
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
