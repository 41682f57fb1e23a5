import { readBranchHead, readPermission } from '../github/reads.ts';
import { applyIdentifier } from '../github/texts/report.ts';
import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { approvalsOfCommit, askApproval, moveApproval } from '../store/approvals.ts';
import { record } from '../store/audit.ts';
import { MAY_COMMAND } from './answer-command.ts';
import { gatherWork } from './gather-work.ts';
import { makeChange } from './make-change.ts';
import { hashOf, unifiedPatch } from './patch.ts';
import { readPolicy } from './repository-policy.ts';
import { requestFix } from './request-fix.ts';
import type { Services } from './services.ts';
import { findTarget } from './target.ts';

/** A yes that comes later is for a change that nobody remembers, in milliseconds. */
const APPROVAL_MS = 7 * 24 * 3_600_000;

/** Makes the change that needs a person's approval, keeps it, and shows it with a button on the commit. Pushes nothing. */
export async function askForApproval(
  services: Services,
  job: Extract<JobData['remedies'], { kind: 'ask' }>,
  context: JobContext,
): Promise<void> {
  const target = await findTarget(services, job);
  const { repositoryId, branch, headSha } = job;
  // 1 What may be fixed if somebody agrees
  const work = await gatherWork(services, { repositoryId, branch, headSha }, 'asked');
  const [first] = work;
  if (!first || (await readBranchHead(target.at, branch)) !== headSha) return;
  // 2 The change, as it would be pushed
  const attempt = {
    kind: 'fresh' as const,
    work,
    parentSha: headSha,
    on: null,
    keeps: false,
    refutedFixers: new Map<string, Set<string>>(),
  };
  const policy = await readPolicy(target);
  const change = await makeChange(services, { target, headSha, attempt, policy, approved: true, signal: context.signal });
  if ('refusal' in change) {
    context.log.info({ headSha, reason: change.refusal }, 'no fix to ask for: declined');
    return;
  }
  // 3 Keep it; the button is for this very patch
  const patch = unifiedPatch(change.added);
  await askApproval(
    services.database,
    {
      repositoryId,
      incidentId: first.incident.id,
      branch,
      headSha,
      patch,
      patchHash: hashOf(patch),
      fixers: change.changes.map((one) => one.fixer),
      expiresAt: new Date(services.now().getTime() + APPROVAL_MS),
    },
    services.now(),
  );
  // 4 Show it
  await report(services, job);
}

/** A person has pressed "Apply fix": carried out when that person may write now, and the patch is still the same. */
export async function approveFix(services: Services, job: Extract<JobData['remedies'], { kind: 'approve' }>): Promise<void> {
  const target = await findTarget(services, job);
  const { repositoryId, headSha, identifier, author } = job;
  // 1 What is it about? A button of an older state of the commit is about nothing.
  const approvals = await approvalsOfCommit(services.database, repositoryId, headSha);
  const approval = approvals.find((one) => applyIdentifier(one) === identifier && one.state === 'pending');
  if (!approval) return;
  const write = (action: string) =>
    record(services.database, {
      actor: author,
      action,
      subject: `approval:${approval.id}`,
      repositoryId,
      correlationId: null,
      details: { headSha, patchHash: approval.patchHash },
    });
  // 2 Who says it? GitHub is asked now, for permissions change.
  if (!MAY_COMMAND.has(await readPermission(target.at, author))) return write('approval.not_permitted');
  // 3 Is it still for what it was asked for?
  const stale = approval.expiresAt < services.now() || (await readBranchHead(target.at, approval.branch)) !== headSha;
  if (stale) {
    await moveApproval(services.database, approval.id, { from: 'pending', to: 'expired', at: services.now() });
    await write('approval.expired');
    return report(services, job);
  }
  // 4 Carry it out
  const move = { from: 'pending', to: 'approved', by: author, at: services.now() } as const;
  if (await moveApproval(services.database, approval.id, move)) await write('approval.given');
  await requestFix(services, { installationId: job.installationId, repositoryId, branch: approval.branch, headSha });
}

async function report(services: Services, job: { installationId: number; repositoryId: number; headSha: string }): Promise<void> {
  const { installationId, repositoryId, headSha } = job;
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId, repositoryId, headSha },
    key: `report:${repositoryId}:${headSha}`,
    repositoryId,
  });
}
