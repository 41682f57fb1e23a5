import { readPullRequest } from '../../github/reads.ts';
import { type Withdrawal, withdrawnFixBody } from '../../github/texts/fix.ts';
import { deleteBranch, updatePullRequest } from '../../github/writes.ts';
import type { JobData } from '../../queue/queues.ts';
import { record } from '../../store/audit.ts';
import { findFix } from '../../store/fixes/fix-queries.ts';
import { endFix, type Fix, supersedeFix } from '../../store/fixes/fixes.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { readPolicy } from '../repository-policy.ts';
import { isOwnBranch, type Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';
import { storyOf } from './tell-fix.ts';

type WithdrawJob = Extract<JobData['remedies'], { kind: 'withdraw' }>;

/** Asks for a fix to be taken back. */
export async function requestWithdrawal(services: Services, data: Omit<WithdrawJob, 'kind'>): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'withdraw', ...data },
    key: `withdraw:${data.fixId}`,
    repositoryId: data.repositoryId,
  });
}

/** Takes a fix back that a person has made needless. */
export async function withdraw(services: Services, job: WithdrawJob): Promise<void> {
  const fix = await findFix(services.database, job.fixId);
  if (fix) await withdrawFix(services, await findTarget(services, job), fix, { reason: job.reason });
}

/**
 * Takes a fix back: its pull request says why and is closed, its branch is deleted, the books say so. Where nothing may be
 * written any more (`mode: observe`), only the books do. Safe to repeat.
 */
export async function withdrawFix(services: Services, target: Target, fix: Fix, why: Withdrawal): Promise<void> {
  // 1 The pull request, with no comment: what is to be said stands in its body
  const pull = fix.pullRequestNumber === null ? null : await readPullRequest(target.at, fix.pullRequestNumber);
  const mayWrite = (await readPolicy(target)).config.mode !== 'observe';
  if (pull?.state === 'open' && mayWrite) {
    const body = withdrawnFixBody(await storyOf(services, fix), why);
    await updatePullRequest(target.at, pull.number, { body, state: 'closed' });
  }
  // A person may have merged it, and the event is late or lost: then it was not in vain.
  const reason = pull?.merged ? 'merged' : why.reason;
  // 2 The branch
  if (isOwnBranch(fix.branch) && mayWrite) await deleteBranch(target.at, fix.branch);
  // 3 The books; what CI has refuted stays refuted
  const end = { outcome: 'superseded' as const, reason: REASONS[reason], at: services.now() };
  // A merged one has done its work.
  const first = await (reason === 'merged' ? endFix : supersedeFix)(services.database, fix.id, end);
  if (first) services.observe.fixEnded('superseded');
  await record(services.database, {
    actor: 'regreen',
    action: 'fix.withdrawn',
    subject: `fix:${fix.id}`,
    repositoryId: fix.repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { reason: REASONS[reason], pullRequest: fix.pullRequestNumber, leftOnGitHub: !mayWrite },
  });
}

const REASONS: Record<Withdrawal['reason'], string> = {
  'still-red': 'CI is still red on it',
  'moved-on': 'the branch has moved on',
  'failure-gone': 'the branch has moved on, and the failure is not there any more',
  'green-otherwise': 'CI is green without it',
  'branch-gone': 'the branch is gone',
  'base-ended': 'its pull request has ended',
  merged: 'a person merged it before CI had judged it',
};
