import { GitHubError, orNullWhenMissing } from '../../github/errors.ts';
import { rememberCommit } from '../../github/files.ts';
import { findPullRequest, readBranchHead, readCommit } from '../../github/reads.ts';
import { commitMessage, type FixStory, fixPullRequest } from '../../github/texts/fix.ts';
import type { PullRequest } from '../../github/types.ts';
import {
  addLabels,
  commitOnBranch,
  ensureBranch,
  openPullRequest,
  replaceBranch,
  updatePullRequest,
} from '../../github/writes.ts';
import type { JobContext } from '../../queue/run-job.ts';
import { record } from '../../store/audit.ts';
import { savePullRequest } from '../../store/books/pull-requests.ts';
import { commitsOfBranch } from '../../store/fixes/fix-queries.ts';
import { endFix, markCommitted, markProposed } from '../../store/fixes/fixes.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { FIX_LABEL } from './label.ts';
import type { Change } from './make-change.ts';
import { settleProposed } from './settle-fixes.ts';

export interface Carriage {
  target: Target;
  story: FixStory;
  change: Pick<Change, 'added' | 'executables'>;
  /** An earlier attempt of this job may have come some way. */
  resumed: boolean;
  context: JobContext;
}

/**
 * Puts a planned fix on GitHub. What an earlier attempt of this job made is found again by the branch's name, the
 * marker in the commit's message and the pull request's head, so nothing is made twice.
 * @returns why it was given up, such as that somebody else has pushed to the branch, whose work is left alone; `null` when it is there
 */
export async function carryFix(services: Services, carriage: Carriage): Promise<string | null> {
  const { target, context } = carriage;
  const { fix } = carriage.story;
  // 1 The branch with the commit
  const made =
    fix.commitSha === null ? await ensureCommit(services, carriage).catch(whyForbidden(fix.paths)) : { sha: fix.commitSha };
  if ('reason' in made) {
    if (await endFix(services.database, fix.id, { outcome: 'abandoned', reason: made.reason, at: services.now() })) {
      services.observe.fixEnded('abandoned');
    }
    return made.reason;
  }
  const { sha: commitSha } = made;
  await markCommitted(services.database, fix.id, commitSha, services.now());
  // 2 The pull request; a commit on the branch itself needs none
  const pull = fix.delivery === 'pull-request' ? await ensurePullRequest(carriage) : null;
  if (pull) await savePullRequest(services.database, fix.repositoryId, pull);
  await markProposed(services.database, fix.id, pull?.number ?? fix.pullRequestNumber);
  await record(services.database, {
    actor: 'regreen',
    action: 'fix.proposed',
    subject: `fix:${fix.id}`,
    repositoryId: fix.repositoryId,
    correlationId: context.correlationId,
    details: { pullRequest: pull?.number ?? null, branch: fix.branch, commit: commitSha, paths: fix.paths },
  });
  context.log.info({ fix: fix.id, pullRequest: pull?.number ?? null }, 'fix proposed');
  // 3 CI may have been faster than we
  await services.queue.send('verification', {
    data: { installationId: target.repository.installationId ?? 0, repositoryId: fix.repositoryId, fixId: fix.id },
    key: `verify:${fix.id}`,
    repositoryId: fix.repositoryId,
  });
  // 4 What it is for may have ended on the way, when there was no pull request yet that could have been taken back
  await settleProposed(services, { target, fix });
  return null;
}

/** A commit that is there, or why there will be none. */
type Made = { sha: string } | { reason: string };

/** A right that is missing is not there at the next try either. */
function whyForbidden(paths: readonly string[]): (error: unknown) => Made {
  return (error) => {
    if (!(error instanceof GitHubError) || error.code !== 'COMMIT_FORBIDDEN') throw error;
    const named = paths.slice(0, 3).join(', ');
    return { reason: `GitHub lets the app not commit ${named}; for workflow files it needs the permission "workflows"` };
  };
}

async function ensureCommit(services: Services, { target, story, change, resumed }: Carriage): Promise<Made> {
  const { fix } = story;
  const { at } = target;
  const message = commitMessage(story);
  const files = change.added.map(({ path, after }) => ({ path, content: after, executable: change.executables.includes(path) }));
  const ours = await commitsOfBranch(services.database, fix.repositoryId, fix.branch);
  const commit = async (): Promise<Made> => {
    const made = await commitOnBranch(at, { branch: fix.branch, expectedHead: fix.parentSha, ...message, files });
    rememberCommit(at, { sha: made, parent: fix.parentSha, files });
    return { sha: made };
  };
  // 1 On a commit of ours, GitHub itself tells whether the branch is still there
  if (!resumed && ours.includes(fix.parentSha)) {
    const made = await commit().catch(whenMoved);
    if (made !== null) return made;
  }
  // 2 A branch that is used again is there; a new one is made with its first commit. A person's is never made again
  const known = ours.length > 0 || fix.delivery === 'commit' ? await readBranchHead(at, fix.branch) : null;
  if (known === null && fix.delivery === 'commit') return { reason: `${fix.branch} is gone` };
  const head = known ?? (await ensureBranch(at, fix.branch, fix.parentSha));
  if (head === fix.parentSha) return commit();
  const found = await readCommit(at, head);
  if (found.parents[0] === fix.parentSha && found.message.includes(fix.id)) return { sha: head };
  if (fix.delivery === 'commit' || !ours.includes(head)) return { reason: `somebody else has pushed to ${fix.branch}` };
  const { tree } = await readCommit(at, fix.parentSha);
  const text = `${message.headline}\n\n${message.body}`;
  const made = await replaceBranch(at, { branch: fix.branch, parent: fix.parentSha, tree, message: text, files });
  rememberCommit(at, { sha: made, parent: fix.parentSha, files });
  return { sha: made };
}

function whenMoved(error: unknown): null {
  if (error instanceof GitHubError && error.code === 'BRANCH_MOVED') return null;
  throw error;
}

async function ensurePullRequest({ target, story, resumed }: Carriage): Promise<PullRequest> {
  const { fix } = story;
  const { title, body } = fixPullRequest(story);
  const number = fix.pullRequestNumber ?? (resumed ? (await findPullRequest(target.at, fix.branch))?.number : undefined);
  // An attempt in the place of another has its pull request; one that was begun before may have made it.
  const known = number === undefined ? null : await orNullWhenMissing(updatePullRequest(target.at, number, { title, body }));
  if (known) return known;
  const pull = await openPullRequest(target.at, { head: fix.branch, base: fix.targetBranch, title, body });
  await addLabels(target.at, pull.number, [FIX_LABEL]);
  return pull;
}
