import { z } from 'zod';
import type { Job, PullRequest, Run } from '../github/types.ts';
import { PermanentFailure } from '../queue/run-job.ts';

/** Only the fields that are used are checked; GitHub adds others at any time. */

const user = z.object({ login: z.string() });
const timestamp = z.string().min(1);

export const repositorySchema = z.object({
  id: z.number().int(),
  name: z.string(),
  owner: user,
  private: z.boolean().default(false),
  archived: z.boolean().default(false),
  default_branch: z.string().default('main'),
  updated_at: z.iso.datetime({ offset: true }).nullish().catch(null),
});

/** What nearly every event has. */
export const envelopeSchema = z.object({
  action: z.string().optional(),
  repository: repositorySchema.optional(),
  installation: z.object({ id: z.number().int() }).optional(),
  sender: user.optional(),
});

const fullName = z.object({ full_name: z.string() });

export const runSchema = z
  .object({
    id: z.number().int(),
    run_attempt: z.number().int().default(1),
    workflow_id: z.number().int(),
    name: z.string().nullish(),
    path: z.string().default(''),
    run_number: z.number().int(),
    event: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    head_sha: z.string(),
    head_branch: z.string().nullable(),
    head_repository: fullName.nullish(),
    pull_requests: z.array(z.object({ number: z.number().int() }).nullable()).default([]),
    actor: user.nullish(),
    html_url: z.string(),
    created_at: timestamp,
    updated_at: timestamp,
    run_started_at: timestamp.nullish(),
  })
  .transform(
    (run): Run => ({
      id: run.id,
      attempt: run.run_attempt,
      workflowId: run.workflow_id,
      workflowName: run.name ?? run.path,
      workflowPath: run.path.split('@')[0] ?? run.path,
      runNumber: run.run_number,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      headSha: run.head_sha,
      headBranch: run.head_branch,
      headRepository: run.head_repository?.full_name ?? null,
      pullRequests: run.pull_requests.flatMap((pull) => (pull === null ? [] : [pull.number])),
      actor: run.actor?.login ?? null,
      url: run.html_url,
      createdAt: run.created_at,
      startedAt: run.run_started_at ?? null,
      updatedAt: run.updated_at,
    }),
  );

const stepSchema = z
  .object({
    number: z.number().int(),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    started_at: timestamp.nullish(),
    completed_at: timestamp.nullish(),
  })
  .transform(({ started_at: startedAt, completed_at: completedAt, ...step }) => ({
    ...step,
    startedAt: startedAt ?? null,
    completedAt: completedAt ?? null,
  }));

export const jobSchema = z
  .object({
    id: z.number().int(),
    run_id: z.number().int(),
    run_attempt: z.number().int().default(1),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    labels: z.array(z.string()).default([]),
    created_at: timestamp.nullish(),
    started_at: timestamp.nullish(),
    completed_at: timestamp.nullish(),
    steps: z.array(stepSchema).default([]),
  })
  .transform(
    (job): Job => ({
      id: job.id,
      runId: job.run_id,
      runAttempt: job.run_attempt,
      name: job.name,
      status: job.status,
      conclusion: job.conclusion,
      labels: job.labels,
      // A queued job already has `started_at`; it means nothing before the job runs.
      startedAt: job.status === 'queued' || job.status === 'waiting' ? null : (job.started_at ?? null),
      createdAt: job.created_at ?? null,
      completedAt: job.completed_at ?? null,
      steps: job.steps,
    }),
  );

const branchSchema = z.object({ ref: z.string(), sha: z.string(), repo: fullName.nullish() });

export const pullRequestSchema = z
  .object({
    number: z.number().int(),
    node_id: z.string().default(''),
    state: z.enum(['open', 'closed']),
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    draft: z.boolean().nullish(),
    title: z.string(),
    body: z.string().nullish(),
    user: user.nullish(),
    head: branchSchema,
    base: branchSchema,
    html_url: z.string(),
    updated_at: timestamp,
  })
  .transform(
    (pull): PullRequest => ({
      number: pull.number,
      nodeId: pull.node_id,
      state: pull.state,
      merged: pull.merged ?? (pull.merged_at !== null && pull.merged_at !== undefined),
      draft: pull.draft ?? false,
      author: pull.user?.login ?? 'ghost',
      title: pull.title,
      body: pull.body ?? '',
      headSha: pull.head.sha,
      headBranch: pull.head.ref,
      headRepository: pull.head.repo?.full_name ?? null,
      baseBranch: pull.base.ref,
      url: pull.html_url,
      updatedAt: pull.updated_at,
      mergedAt: pull.merged_at ?? null,
    }),
  );

/**
 * Reads the fields that a handler uses.
 * @throws PermanentFailure naming the fields: the same payload will not get better by trying again
 */
export function readPayload<T extends z.ZodType>(schema: T, payload: unknown): z.output<T> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new PermanentFailure('PAYLOAD_UNEXPECTED', 'The payload is not of the form that GitHub describes.', {
    details: { fields },
  });
}
