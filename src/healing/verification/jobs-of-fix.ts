import { readJobs, readRunsOfCommit } from '../../github/reads.ts';
import type { Job, Run } from '../../github/types.ts';
import { isWorkflowFile } from '../../policy/gate/paths.ts';
import { jobsOfCommit, latestRunsOfCommit, type StoredJob } from '../../store/books/runs.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { isRed } from '../failures/red.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { dependsOnBase, type JudgedJob, type JudgedRun, type JudgeInput, type Judgement, judge } from './judge-fix.ts';

/** Of a commit with more runs than these, the others say nothing new. */
const MOST_RUNS = 10;

type JobsByRun = Map<number, readonly Pick<Job, 'id' | 'name' | 'conclusion'>[]>;

/** What the books know of a fix's commit; they may be behind GitHub. */
export async function factsOfBooks({ database }: Services, fix: Fix, commitSha: string): Promise<JudgeInput<JudgedRun>> {
  const runs = await latestRunsOfCommit(database, fix.repositoryId, commitSha);
  const jobs = Map.groupBy(await jobsOfCommit(database, fix.repositoryId, commitSha), ({ runId }) => runId);
  const base = await jobsOfCommit(database, fix.repositoryId, fix.baseSha);
  return { heals: fix.heals, runs, jobs, base, renames: changesWorkflows(fix) };
}

/** Judges a fix by its runs and by no more of their jobs than the judgement needs. */
export async function judgeByCi(
  services: Services,
  { target, fix, commitSha }: { target: Target; fix: Fix; commitSha: string },
  runs: readonly Run[],
): Promise<Judgement> {
  const base = await jobsOfCommit(services.database, fix.repositoryId, fix.baseSha);
  const known = await jobsOfCommit(services.database, fix.repositoryId, commitSha);
  const red = await readJobsOf(target, runs.filter(hasFailed));
  const jobs = new Map([...successes(fix, runs, known), ...red]);
  const renames = changesWorkflows(fix);
  const facts = await withProofs(target, { heals: fix.heals, runs, jobs, base, renames });
  const judgement = judge(facts);
  if (!dependsOnBase(judgement, facts)) return judgement;
  // Events of jobs may be late, so GitHub is asked and not the books alone.
  const workflows = new Set(runs.filter(({ id }) => red.has(id)).map(({ workflowPath }) => workflowPath));
  return judge({ ...facts, base: [...base, ...(await readBaseJobs(target, fix.baseSha, workflows))] });
}

function changesWorkflows({ paths }: Fix): boolean {
  return paths.some(isWorkflowFile);
}

function hasFailed({ status, conclusion }: Run): boolean {
  return status === 'completed' && isRed(conclusion);
}

/** The jobs of green runs in which the books show all that was to be healed there; events of jobs are signed by GitHub. */
function successes({ heals }: Fix, runs: readonly Run[], known: readonly StoredJob[]): JobsByRun {
  const green = runs.filter(({ status, conclusion }) => status === 'completed' && conclusion === 'success');
  const found: JobsByRun = new Map();
  for (const { id, workflowPath } of green) {
    const names = heals.filter((one) => one.workflowPath === workflowPath).flatMap((one) => one.jobs);
    const jobs = known.filter(({ runId }) => runId === id);
    if (names.every((name) => jobs.some((job) => job.name === name && job.conclusion === 'success'))) found.set(id, jobs);
  }
  return found;
}

/** GitHub is asked for the jobs of runs that are not red only where the judgement waits for nothing else. */
async function withProofs(target: Target, facts: JudgeInput<Run> & { jobs: JobsByRun }): Promise<JudgeInput<Run>> {
  const judgement = judge(facts);
  if (judgement.kind !== 'waiting') return facts;
  const workflows = new Set([...judgement.unproven, ...judgement.held].map(({ workflowPath }) => workflowPath));
  const silent = facts.runs.filter(
    ({ id, workflowPath, status, conclusion }) =>
      workflows.has(workflowPath) && !facts.jobs.has(id) && (status === 'waiting' || conclusion === 'success'),
  );
  return { ...facts, jobs: new Map([...facts.jobs, ...(await readJobsOf(target, silent))]) };
}

/** The jobs of the commit that failed, of the latest attempts of these workflows. */
async function readBaseJobs(target: Target, baseSha: string, workflows: ReadonlySet<string>): Promise<JudgedJob[]> {
  const runs = (await readRunsOfCommit(target.at, baseSha)).filter(({ workflowPath }) => workflows.has(workflowPath));
  const jobs = await readJobsOf(target, runs);
  return runs.flatMap(({ id, workflowPath }) =>
    (jobs.get(id) ?? []).map(({ name, conclusion }) => ({ workflowPath, name, conclusion })),
  );
}

async function readJobsOf(target: Target, runs: readonly Run[]): Promise<JobsByRun> {
  const asked = runs.slice(0, MOST_RUNS);
  return new Map(await Promise.all(asked.map(async (run) => [run.id, await readJobs(target.at, run.id, run.attempt)] as const)));
}
