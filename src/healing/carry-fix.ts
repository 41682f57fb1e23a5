import type { Fixer } from '../fixers/types.ts';
import { findPullRequest, readBranchHead, readCommit } from '../github/reads.ts';
import { commitMessage, fixPullRequest } from '../github/texts/fix.ts';
import type { PullRequest } from '../github/types.ts';
import { commitOnBranch, deleteBranch, ensureBranch, openPullRequest } from '../github/writes.ts';
import type { Edit } from '../policy/gate.ts';
import type { JobContext } from '../queue/run-job.ts';
import { record } from '../store/audit.ts';
import type { StoredDiagnosis } from '../store/diagnoses.ts';
import { endFix, type Fix, markCommitted, markProposed } from '../store/fixes.ts';
import type { Incident } from '../store/incidents.ts';
import { savePullRequest } from '../store/pull-requests.ts';
import type { Services } from './services.ts';
import type { Target } from './target.ts';

export interface Carriage {
  target: Target;
  incident: Incident;
  diagnosis: StoredDiagnosis;
  fix: Fix;
  edits: readonly Edit[];
  fixer: Fixer;
  context: JobContext;
}

/**
 * Puts a planned fix on GitHub. What an earlier attempt of this job made is found again by the branch's name, the
 * marker in the commit's message and the pull request's head, so nothing is made twice.
 */
export async function carryFix(services: Services, carriage: Carriage): Promise<'proposed' | 'superseded'> {
  const { target, fix } = carriage;
  // 1 Has the base moved on? Then a newer run says what is to be done.
  const base = await readBranchHead(target.at, fix.baseBranch);
  if (base !== fix.baseSha && fix.state === 'planned') {
    await endFix(services.database, fix.id, {
      outcome: 'superseded',
      reason: base === null ? `${fix.baseBranch} is no branch (any more)` : `${fix.baseBranch} has moved on`,
      at: services.now(),
    });
    services.observe.fixEnded('superseded');
    await deleteBranch(target.at, fix.branch);
    return 'superseded';
  }
  // 2 The branch with the one commit
  const commitSha = fix.commitSha ?? (await ensureCommit(carriage));
  await markCommitted(services.database, fix.id, commitSha);
  // 3 The pull request
  const pull = await ensurePullRequest(carriage);
  await savePullRequest(services.database, fix.repositoryId, pull, services.now().toISOString());
  await markProposed(services.database, fix.id, pull.number);
  await record(services.database, {
    actor: 'regreen',
    action: 'fix.proposed',
    subject: `fix:${fix.id}`,
    repositoryId: fix.repositoryId,
    correlationId: carriage.context.correlationId,
    details: { pullRequest: pull.number, branch: fix.branch, commit: commitSha, paths: fix.paths },
  });
  carriage.context.log.info({ fix: fix.id, pullRequest: pull.number }, 'fix proposed');
  // 4 CI may have been faster than we
  await services.queue.send('verification', {
    data: { installationId: target.repository.installationId ?? 0, repositoryId: fix.repositoryId, fixId: fix.id },
    key: `verify:${fix.id}`,
    repositoryId: fix.repositoryId,
  });
  return 'proposed';
}

async function ensureCommit({ target, fix, edits, fixer, diagnosis }: Carriage): Promise<string> {
  const head = await ensureBranch(target.at, fix.branch, fix.baseSha);
  if (head !== fix.baseSha) {
    const commit = await readCommit(target.at, head);
    if (commit.parents[0] === fix.baseSha && commit.message.includes(fix.id)) return head;
  }
  return commitOnBranch(target.at, {
    branch: fix.branch,
    expectedHead: fix.baseSha,
    ...commitMessage({ fix, fixer, diagnosis }),
    files: edits.map((edit) => ({ path: edit.path, content: edit.after })),
  });
}

async function ensurePullRequest({ target, fix, fixer, diagnosis, incident }: Carriage): Promise<PullRequest> {
  const known = await findPullRequest(target.at, fix.branch);
  if (known) return known;
  const { title, body } = fixPullRequest({ fix, fixer, diagnosis, incident });
  return openPullRequest(target.at, { head: fix.branch, base: fix.baseBranch, title, body });
}
