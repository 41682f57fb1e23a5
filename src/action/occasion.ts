import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ActionEnvironment } from '../config/action-environment.ts';
import { InvalidRequestError } from '../errors.ts';
import type { At } from '../github/index.ts';
import { isRefusal } from '../github/past-runs.ts';
import { findOpenPullOfHead, readJobs, readPullRequest, readRun } from '../github/reads.ts';
import { readRepository } from '../github/token-client.ts';
import type { Job, Run } from '../github/types.ts';
import { isOwnHead } from '../healing/own-head.ts';

/** What the action was started for: one attempt of a run, its own or the one that its event tells of. */
export interface Occasion {
  repository: { id: number; owner: string; name: string; defaultBranch: string };
  run: Run;
  /** All that GitHub knows of; those that have not ended have no log. */
  jobs: Job[];
  pullRequest: { number: number; baseBranch: string } | null;
  /** Whether the token may read pull requests; where it may not, a fork's is not known. */
  readsPulls: boolean;
  /** The failed commit is another repository's: it is only shown, and none of its code is run. */
  fork: boolean;
  /** The step runs in another run than the one that it is about. */
  isAfterwards: boolean;
}

const eventSchema = z.object({
  repository: z.object({ id: z.number(), default_branch: z.string() }).optional(),
  workflow_run: z.object({ id: z.number(), run_attempt: z.number().default(1) }).optional(),
  pull_request: z.object({ number: z.number(), base: z.object({ ref: z.string() }) }).optional(),
});

/**
 * Reads what there is to be explained: on `workflow_run` the run that has ended, else the run that the step is in.
 * @throws InvalidRequestError when the event's file is none
 */
export async function readOccasion(at: At, { event, run: own }: ActionEnvironment): Promise<Occasion> {
  const parsed = eventSchema.safeParse(JSON.parse(await readFile(event.path, 'utf8')));
  if (!parsed.success) throw new InvalidRequestError('EVENT_UNEXPECTED', 'The event is not of the form that GitHub describes.');
  const told = parsed.data;
  const known = told.repository && { id: told.repository.id, defaultBranch: told.repository.default_branch };
  const repository = { ...at.repository, ...(known ?? (await readRepository(at))) };
  const isAfterwards = event.name === 'workflow_run' && told.workflow_run !== undefined;
  const which = isAfterwards && told.workflow_run ? { id: told.workflow_run.id, attempt: told.workflow_run.run_attempt } : own;
  const run = await readRun(at, which.id, which.attempt);
  const jobs = await readJobs(at, run.id, run.attempt);
  const named = told.pull_request && { number: told.pull_request.number, baseBranch: told.pull_request.base.ref };
  const fork = !isOwnHead(repository, run.headRepository);
  const find = () => (fork ? pullRequestOfFork(at, run) : pullRequestOf(at, run, repository.defaultBranch));
  const { pullRequest, readsPulls } = named ? { pullRequest: named, readsPulls: true } : await find();
  return { repository, run, jobs, pullRequest, readsPulls, fork, isAfterwards };
}

type PullFound = Pick<Occasion, 'pullRequest' | 'readsPulls'>;

/** Most pull requests go to the default branch; which one this goes to a token may not be let know. */
async function pullRequestOf(at: At, { pullRequests: [number] }: Run, usual: string): Promise<PullFound> {
  if (number === undefined) return { pullRequest: null, readsPulls: true };
  try {
    const pull = await readPullRequest(at, number);
    return { pullRequest: pull && { number, baseBranch: pull.baseBranch }, readsPulls: true };
  } catch (error) {
    if (isRefusal(error)) return { pullRequest: { number, baseBranch: usual }, readsPulls: false };
    throw error;
  }
}

/** GitHub names no pull request on a run whose head is in a fork. */
async function pullRequestOfFork(at: At, { headRepository, headBranch, headSha }: Run): Promise<PullFound> {
  if (headRepository === null || headBranch === null) return { pullRequest: null, readsPulls: true };
  try {
    const pull = await findOpenPullOfHead(at, { repository: headRepository, branch: headBranch, sha: headSha });
    return { pullRequest: pull && { number: pull.number, baseBranch: pull.baseBranch }, readsPulls: true };
  } catch (error) {
    if (isRefusal(error)) return { pullRequest: null, readsPulls: false };
    throw error;
  }
}
