import { jobConclusion, jobPayload, runPayload, workflowPayload } from '../payloads/actions.ts';
import type { Hook } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Job, Repository, Run } from '../state/model.ts';
import { latestAttempt } from '../state/state.ts';
import { type Envelope, tell } from './envelope.ts';

type RunFields = Envelope & {
  workflow: Hook['webhooks_workflow'];
  workflow_run: Awaited<ReturnType<typeof runPayload>>;
};

const RUN_EVENTS = {
  requested: (fields: RunFields): Hook['webhook-workflow-run-requested'] => ({
    ...fields,
    action: 'requested',
    workflow_run: { ...fields.workflow_run, conclusion: null },
  }),
  in_progress: (fields: RunFields): Hook['webhook-workflow-run-in-progress'] => ({
    ...fields,
    action: 'in_progress',
    workflow_run: { ...fields.workflow_run, conclusion: null },
  }),
  completed: (fields: RunFields): Hook['webhook-workflow-run-completed'] => ({ ...fields, action: 'completed' }),
};

export function tellRun(platform: Platform, repository: Repository, run: Run, action: keyof typeof RUN_EVENTS): Promise<void> {
  const sender = latestAttempt(run).triggeringActor;
  return tell(platform, { event: 'workflow_run', repository, sender }, async (common) =>
    RUN_EVENTS[action]({
      ...common,
      workflow: workflowPayload(platform, repository, run.record),
      workflow_run: await runPayload(platform, repository, run),
    }),
  );
}

type JobFields = Envelope & { workflow_job: ReturnType<typeof jobPayload> };
/**
 * GitHub's description of the `completed` and `in_progress` jobs adds a second, emptier shape whose steps can't be
 * met together with the first; the first is the one that GitHub sends, and that `queued` has alone.
 */
type JobEvent = Omit<Hook['webhook-workflow-job-queued'], 'action'> & { action: 'queued' | 'in_progress' | 'completed' };

export function tellJob(
  platform: Platform,
  repository: Repository,
  run: Run,
  job: Job,
  action: JobEvent['action'],
): Promise<void> {
  const sender = latestAttempt(run).triggeringActor;
  return tell<JobEvent>(platform, { event: 'workflow_job', repository, sender }, (common) => {
    const fields: JobFields = { ...common, workflow_job: jobPayload(platform, repository, run, job) };
    return { ...fields, action, workflow_job: { ...fields.workflow_job, conclusion: jobConclusion(job.state.conclusion) } };
  });
}
