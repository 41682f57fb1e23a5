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
  // The package's own types say that the whole is one object, yet it is a list.
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: object[] }[];
  const known = examples.find((entry) => entry.name === 'workflow_run')?.examples ?? [];
  const example = known.find((candidate) => JSON.stringify(candidate).length < PAYLOAD_BYTES);
  if (!example) throw new Error('no workflow_run example fits');
  const payload = structuredClone(example) as WorkflowRunEvent;
  const commit = payload.workflow_run.head_commit;
  for (let line = 0; JSON.stringify(payload).length < PAYLOAD_BYTES; line++)
    commit.message += ` change ${line} of ${(line * 7919) % 1009};`;
  commit.message = commit.message.slice(0, commit.message.length - (JSON.stringify(payload).length - PAYLOAD_BYTES));
  return Buffer.from(JSON.stringify(payload));
}

/** GitHub's `X-Hub-Signature-256`. */
export function sign(body: Buffer, secret = WEBHOOK_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
