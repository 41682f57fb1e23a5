import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

/** The size of a usual `workflow_run` delivery: 17 KB. */
export const PAYLOAD_BYTES = 17 * 1024;
export const WEBHOOK_SECRET = 'bench-secret-of-some-length-0123456789';

interface WorkflowRunEvent {
  workflow_run: { head_commit: { message: string } };
}

/** GitHub's own example of a `workflow_run` event, its commit message padded to 17 KB, as it goes over the wire. */
export function workflowRunPayload(): Buffer {
  const example = examplesOf('workflow_run').find((candidate) => JSON.stringify(candidate).length < PAYLOAD_BYTES);
  if (!example) throw new Error('no workflow_run example fits');
  const payload = structuredClone(example) as WorkflowRunEvent;
  const commit = payload.workflow_run.head_commit;
  for (let line = 0; JSON.stringify(payload).length < PAYLOAD_BYTES; line++)
    commit.message += ` change ${line} of ${(line * 7919) % 1009};`;
  commit.message = commit.message.slice(0, commit.message.length - (JSON.stringify(payload).length - PAYLOAD_BYTES));
  return Buffer.from(JSON.stringify(payload));
}

function examplesOf(event: string): object[] {
  // The package's own types say that the whole is one object, yet it is a list.
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: object[] }[];
  return all.find((entry) => entry.name === event)?.examples ?? [];
}

const JOB_ACTIONS = ['queued', 'in_progress', 'completed'] as const;

interface WorkflowJobEvent {
  action: string;
  repository: { id: number; name: string; owner: { login: string }; default_branch: string };
  workflow_job: { id: number; run_id: number };
  installation?: unknown;
}

/**
 * GitHub's own examples of `workflow_job` events, 7 to 10 KB: the three of one job after the other, then those of the next, in
 * one of the repositories after the other.
 */
export function workflowJobPayload(repositories: readonly { id: number; owner: string; name: string }[], index: number): Buffer {
  const job = Math.floor(index / JOB_ACTIONS.length);
  const repository = repositories[job % repositories.length];
  const payload = jobExample(JOB_ACTIONS[index % JOB_ACTIONS.length] ?? 'queued');
  if (!repository) throw new Error('there is no repository');
  const { id, name, owner } = repository;
  Object.assign(payload.repository, { id, name, owner: { login: owner }, default_branch: 'main' });
  Object.assign(payload.workflow_job, { id: FIRST_JOB_ID + job, run_id: FIRST_JOB_ID + Math.floor(job / 4) });
  return Buffer.from(JSON.stringify(payload));
}

/** Above those of any history. */
const FIRST_JOB_ID = 900_000_000_000;
const jobExamples = new Map<string, WorkflowJobEvent>();

function jobExample(action: string): WorkflowJobEvent {
  const known = jobExamples.get(action);
  if (known) return known;
  const examples = examplesOf('workflow_job') as WorkflowJobEvent[];
  const found = examples.find((example) => example.action === action);
  if (!found) throw new Error(`no workflow_job example is ${action}`);
  const { installation: _installation, ...example } = structuredClone(found);
  jobExamples.set(action, example);
  return example;
}

/** GitHub's `X-Hub-Signature-256`. */
export function sign(body: Buffer, secret = WEBHOOK_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
