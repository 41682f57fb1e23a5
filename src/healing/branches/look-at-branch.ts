import { readFile } from '../../github/files.ts';
import { readBranchHead } from '../../github/reads.ts';
import type { Withdrawal } from '../../github/texts/fix.ts';
import { isWorkflowFile } from '../../policy/gate/paths.ts';
import type { JobData } from '../../queue/queues.ts';
import { findIncidents, type Incident, openIncidents } from '../../store/incidents/incidents.ts';
import { judgeDefaultBranch } from '../../store/repositories/default-branch.ts';
import { findRepository } from '../../store/repositories/repositories.ts';
import { openFixes } from '../fixes/settle-fixes.ts';
import { withdrawFix } from '../fixes/withdraw-fix.ts';
import { isOwnHead } from '../own-head.ts';
import type { Services } from '../services.ts';
import { stoppedFor } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { endIncident } from './follow-branch.ts';

type LookAtBranchJob = Extract<JobData['remedies'], { kind: 'look-at-branch' }>;

/** Of a branch that is red in more workflows the others stay open. */
const MOST_WORKFLOWS = 20;

/** Asks what became of a branch that may be gone, or may have lost workflows, where something is red on it. */
export async function requestLookAtBranch(services: Services, data: Omit<LookAtBranchJob, 'kind'>): Promise<void> {
  const { repositoryId, branch } = data;
  const repository = await findRepository(services.database, repositoryId);
  if (!repository || (await openOnBranch(services, repository, branch)).length === 0) return;
  await services.queue.send('remedies', {
    data: { kind: 'look-at-branch', ...data },
    key: `look-at-branch:${repositoryId}:${branch}`,
    repositoryId,
  });
}

/**
 * Ends what no run can turn green any more, and fixes that were for nothing else: what is red on a branch that is gone, and on the
 * default branch what a workflow was red with that is not there any more. What hangs on a pull request ends with that.
 */
export async function lookAtBranch(services: Services, job: LookAtBranchJob): Promise<void> {
  const { repositoryId, branch } = job;
  const target = await findTarget(services, job);
  const isDefault = branch === target.repository.defaultBranch;
  // 1 Whether it is there
  const headSha = await readBranchHead(target.at, branch);
  if (headSha === null && isDefault) return;
  // 2 What is over with it
  const open = await openOnBranch(services, target.repository, branch);
  const over = headSha === null ? open.filter(({ pullRequestNumber }) => pullRequestNumber === null) : [];
  if (headSha !== null && isDefault) over.push(...(await withoutWorkflow(target, headSha, open)));
  for (const incident of over) await endIncident(services, incident, reasonOf(incident, headSha));
  if (headSha !== null && over.length > 0) await judgeDefaultBranch(services.database, repositoryId, headSha);
  // 3 Fixes for nothing else; a job that is done again finds the incidents closed
  for (const fix of await openFixes(services, repositoryId, branch)) {
    const healed = await findIncidents(
      services.database,
      fix.heals.map((one) => one.incidentId),
    );
    if (healed.some(({ status }) => status === 'open')) continue;
    if (!healed.some((one) => one.closedReason === reasonOf(one, headSha))) continue;
    const reason: Withdrawal['reason'] = headSha === null ? 'branch-gone' : 'failure-gone';
    if (!(await stoppedFor(services, target, fix))) await withdrawFix(services, target, fix, { reason });
  }
}

async function openOnBranch(
  services: Services,
  repository: { id: number; owner: string; name: string },
  branch: string,
): Promise<Incident[]> {
  const open = await openIncidents(services.database, { repositoryId: repository.id, branch });
  return open.filter(({ headRepository }) => isOwnHead(repository, headRepository));
}

async function withoutWorkflow(target: Target, headSha: string, open: readonly Incident[]): Promise<Incident[]> {
  const paths = [...new Set(open.map(({ workflowPath }) => workflowPath))].filter(isWorkflowFile);
  const gone = new Set<string>();
  for (const path of paths.slice(0, MOST_WORKFLOWS)) {
    if ((await readFile(target.at, path, headSha)) === null) gone.add(path);
  }
  return open.filter(({ workflowPath }) => gone.has(workflowPath));
}

function reasonOf({ workflowPath }: Pick<Incident, 'workflowPath'>, headSha: string | null): string {
  return headSha === null ? 'the branch was deleted' : `${workflowPath} was removed`;
}
