import type { Job, Repository } from '../../../src/sandbox/state/model.ts';

/** The newest job of that name that was run. */
export function jobOf(repository: Repository, name: string): Job {
  const jobs = [...repository.runs.values()].flatMap((run) => run.attempts.flatMap((attempt) => attempt.jobs));
  const job = jobs.findLast((one) => one.state.name === name && one.state.conclusion !== 'skipped');
  if (!job) throw new Error(`no job ${name}`);
  return job;
}

export function logOf(job: Job): string {
  return job.state.log?.toString() ?? '';
}
