import { readBranchHead } from '../../github/reads.ts';
import type { Withdrawal } from '../../github/texts/fix.ts';
import type { JobData } from '../../queue/queues.ts';
import { endedAmong } from '../../store/books/pull-requests.ts';
import { latestRunsOfCommit, type StoredRun } from '../../store/books/runs.ts';
import { fixesOfBranch, openFixPulls } from '../../store/fixes/fix-queries.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, undiagnosedJobs } from '../../store/incidents/diagnoses.ts';
import { findIncidents, type Incident } from '../../store/incidents/incidents.ts';
import { isRed } from '../failures/red.ts';
import type { Services } from '../services.ts';
import { stoppedFor } from '../stopped.ts';
import { findTarget, type Target } from '../target.ts';
import { requestWithdrawal, withdrawFix } from './withdraw-fix.ts';

type SettleJob = Extract<JobData['remedies'], { kind: 'settle' }>;

const FIXES_LOOKED_AT = 50;

/** Asks whether the fixes that wait on a branch are still needed, when there are any. */
export async function requestSettlement(services: Services, head: Omit<SettleJob, 'kind'>): Promise<void> {
  const { repositoryId, branch } = head;
  if ((await openFixes(services, repositoryId, branch)).length === 0) return;
  await services.queue.send('remedies', {
    data: { kind: 'settle', ...head },
    key: `settle:${repositoryId}:${branch}`,
    repositoryId,
  });
}

/** The same for a fix that has just been proposed: what it is to heal may have ended while it was made. */
export async function settleProposed(services: Services, { target, fix }: { target: Target; fix: Fix }): Promise<void> {
  if (fix.delivery !== 'pull-request') return;
  const { repositoryId } = fix;
  const installationId = target.repository.installationId ?? 0;
  const healed = await findIncidents(
    services.database,
    fix.heals.map((one) => one.incidentId),
  );
  if (!healed.some(({ status }) => status === 'closed')) return;
  const pulls = [...new Set(healed.flatMap(({ pullRequestNumber }) => pullRequestNumber ?? []))];
  if (isForEnded(healed, await endedAmong(services.database, repositoryId, pulls))) {
    return requestWithdrawal(services, { installationId, repositoryId, fixId: fix.id, reason: 'base-ended' });
  }
  await requestSettlement(services, { installationId, repositoryId, branch: fix.baseBranch });
}

/** Whether a fix was for pull requests that have ended: nothing that it heals is open, and some of it ended with one of them. Pure. */
export function isForEnded(
  healed: readonly Pick<Incident, 'status' | 'pullRequestNumber'>[],
  endedPulls: readonly number[],
): boolean {
  const ended = (number: number | null) => number !== null && endedPulls.includes(number);
  return healed.every(({ status }) => status === 'closed') && healed.some((one) => ended(one.pullRequestNumber));
}

/** Takes fixes back that CI on the branch itself has made needless. */
export async function settleFixes(services: Services, job: SettleJob): Promise<void> {
  const { repositoryId, branch } = job;
  const open = await openFixes(services, repositoryId, branch);
  if (open.length === 0) return;
  const target = await findTarget(services, job);
  const headSha = await readBranchHead(target.at, branch);
  if (headSha === null) {
    for (const fix of open) await withdrawFix(services, target, fix, { reason: 'branch-gone' });
    return;
  }
  const ci = await whatCiSays(services, repositoryId, headSha);
  for (const fix of open) {
    const reason = whyNeedless(fix, ci);
    if (reason && !(await stoppedFor(services, target, fix))) await withdrawFix(services, target, fix, { reason });
  }
}

async function whatCiSays(services: Services, repositoryId: number, headSha: string): Promise<SettledHead> {
  const [latest, diagnoses] = await Promise.all([
    latestRunsOfCommit(services.database, repositoryId, headSha),
    diagnosesOfCommit(services.database, repositoryId, headSha),
  ]);
  const isRead = async (run: StoredRun) =>
    diagnoses.some((one) => one.runId === run.id && one.runAttempt === run.attempt) &&
    (await undiagnosedJobs(services.database, [run])).length === 0;
  const runs = await Promise.all(latest.map(async (run) => ({ ...run, isRead: isRed(run.conclusion) && (await isRead(run)) })));
  return { headSha, runs, red: new Set(diagnoses.map((one) => one.incidentId)) };
}

/** The newest attempt of each open pull request. */
export async function openFixes(services: Services, repositoryId: number, baseBranch: string): Promise<Fix[]> {
  const [fixes, pulls] = await Promise.all([
    fixesOfBranch(services.database, { repositoryId, baseBranch }, FIXES_LOOKED_AT),
    openFixPulls(services.database, repositoryId),
  ]);
  return pulls.flatMap((number) => fixes.find((fix) => fix.pullRequestNumber === number) ?? []);
}

/** What CI has said of the head of a branch. */
interface SettledHead {
  headSha: string;
  /** The latest attempt of each run; `isRead`: of a red one, whether each of its failed jobs has a diagnosis. */
  runs: readonly (Pick<StoredRun, 'workflowPath' | 'status' | 'conclusion'> & { isRead: boolean })[];
  /** The incidents that it is red because of. */
  red: ReadonlySet<string>;
}

/**
 * Why a fix is not needed any more; `null` while it is, or while CI has not said it all: a red run that nobody has read may be red
 * because of just that failure, and one that was cancelled, was skipped or waits for a person says nothing. Pure.
 */
export function whyNeedless(fix: Pick<Fix, 'baseSha' | 'heals'>, now: SettledHead): Withdrawal['reason'] | null {
  const workflows = [...new Set(fix.heals.map((one) => one.workflowPath))];
  const runs = now.runs.filter((run) => workflows.includes(run.workflowPath));
  const says = ({ conclusion }: { conclusion: string | null }) => conclusion === 'success' || isRed(conclusion);
  const spoken = workflows.every((path) => runs.some((run) => run.workflowPath === path && says(run)));
  if (!spoken || runs.some((run) => run.status !== 'completed')) return null;
  if (runs.every((run) => run.conclusion === 'success')) return 'green-otherwise';
  const allRead = runs.every((run) => !isRed(run.conclusion) || run.isRead);
  const gone = allRead && now.headSha !== fix.baseSha && !fix.heals.some((one) => now.red.has(one.incidentId));
  return gone ? 'failure-gone' : null;
}
