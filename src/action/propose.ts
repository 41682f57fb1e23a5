import { GitHubError, statusOf } from '../github/errors.ts';
import { readCommit } from '../github/reads.ts';
import { commitMessage, type FixStory, fixPullRequest, runnerFixBody } from '../github/texts/fix.ts';
import type { PullRequest } from '../github/types.ts';
import {
  addLabels,
  commitOnBranch,
  deleteBranch,
  ensureBranch,
  markReadyForReview,
  openPullRequest,
  replaceBranch,
  updatePullRequest,
} from '../github/writes.ts';
import { FIX_LABEL } from '../healing/fixes/label.ts';
import type { Action } from './action.ts';
import { branchOf } from './failures.ts';
import type { EarlierFix } from './history.ts';
import type { Made } from './make.ts';
import { writeMarker } from './marker.ts';
import { markerOf, runUrlOf, storyOf } from './story.ts';
import type { Trial } from './trial.ts';
import { wayOf } from './way.ts';

export interface Proposed {
  kind: 'pull-request';
  pull: PullRequest;
  branch: string;
}

/** A commit on the branch that failed. */
export interface Committed {
  kind: 'commit';
  branch: string;
  /** A sentence for people where CI does not start by itself. */
  note: string | null;
}

/** https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow */
const NO_CI = "The workflow's own token has pushed it, so CI waits until somebody approves the workflows of the pull request.";

/** What is to be proposed. */
export interface Proposal {
  made: Made;
  /** `null` where CI will tell. */
  trial: Trial | null;
  /** The fix of the branch that is open already: the new one takes its place. */
  open: EarlierFix | null;
}

/** Puts a change on GitHub: a branch with a signed commit, and its pull request; or that commit on the branch itself. */
export async function propose(action: Action, proposal: Proposal): Promise<Proposed | Committed | { refusal: string }> {
  const { at, occasion, environment } = action;
  const { run } = occasion;
  const { made, trial, open } = proposal;
  const story = storyOf(action, made, await wayOf(action, proposal));
  const { fix } = story;
  try {
    if (fix.delivery === 'commit') {
      await commit(action, story, made);
      return { kind: 'commit', branch: fix.branch, note: environment.startsWorkflows ? fix.stalledReason : NO_CI };
    }
    // 1 The branch with the commit
    if (!(await push(action, story, made, open))) return { refusal: `Somebody else has pushed to ${fix.branch}.` };
    // 2 The pull request
    const { title, body } = fixPullRequest(story);
    const said =
      trial === null
        ? body
        : runnerFixBody(
            story,
            trial.kind === 'passed' ? { ...trial, runUrl: runUrlOf(action) } : { kind: 'unchecked', reason: reasonOf(trial) },
          );
    const text = `${said}\n${writeMarker(markerOf(fix, trial))}`;
    const pull = open
      ? await updatePullRequest(at, open.pull.number, { title, body: text })
      : await openPullRequest(at, { head: fix.branch, base: fix.targetBranch, title, body: text });
    if (!open) await addLabels(at, pull.number, [FIX_LABEL]);
    if (trial?.kind === 'passed' && pull.draft) await markReadyForReview(at, pull.nodeId);
    return { kind: 'pull-request', pull, branch: fix.branch };
  } catch (error) {
    const refusal = refusalOf(error, environment.startsWorkflows);
    if (refusal === null) throw error;
    if (!open && fix.branch !== branchOf(run)) await deleteBranch(at, fix.branch).catch(() => {});
    return { refusal };
  }
}

function reasonOf(trial: Trial): string {
  return trial.kind === 'unchecked' ? `the commands that had failed could not be run again, for ${trial.reason}.` : '';
}

/** @returns false when somebody else has pushed to the branch */
async function push(action: Action, story: FixStory, made: Made, open: EarlierFix | null): Promise<boolean> {
  const { at } = action;
  const { branch, parentSha } = story.fix;
  const head = await ensureBranch(at, branch, parentSha);
  if (head === parentSha) {
    await commit(action, story, made);
    return true;
  }
  const found = await readCommit(at, head);
  // An attempt that was broken off may have come so far.
  if (found.parents[0] === parentSha && found.message.includes(`Regreen-Fix: ${story.fix.id}`)) return true;
  const isOurs = found.message.includes('Regreen-Fix: ') && (open === null || open.pull.headSha === head);
  if (!isOurs) return false;
  const { tree } = await readCommit(at, parentSha);
  const { headline, body } = commitMessage(story);
  await replaceBranch(at, { branch, parent: parentSha, tree, message: `${headline}\n\n${body}`, files: filesOf(made) });
  return true;
}

/** @throws GitHubError `BRANCH_MOVED` when the branch has another head than the commit that failed */
async function commit({ at }: Action, story: FixStory, made: Made): Promise<void> {
  const { branch, parentSha } = story.fix;
  await commitOnBranch(at, { branch, expectedHead: parentSha, ...commitMessage(story), files: filesOf(made) });
}

function filesOf({ edits, executables }: Made) {
  return edits.map(({ path, after }) => ({ path, content: after, executable: executables.includes(path) }));
}

/** What a person can do about a right that is missing; `null` for what is no matter of rights. */
function refusalOf(error: unknown, isApp: boolean): string | null {
  if (error instanceof GitHubError && error.code === 'BRANCH_MOVED') return 'The branch has moved on meanwhile.';
  const isForbidden = statusOf(error) === 403 || (error instanceof GitHubError && error.code === 'COMMIT_FORBIDDEN');
  if (!isForbidden || !(error instanceof Error)) return null;
  if (/not permitted to create or approve pull requests/i.test(error.message)) {
    return 'GitHub Actions may open no pull requests here: allow it under Settings → Actions → General, or use the token of a GitHub App.';
  }
  const whose = isApp ? "the App's token" : "the workflow's token";
  return `With ${whose} this can't be pushed: it needs \`contents: write\` and \`pull-requests: write\` (and an App's needs \`workflows: write\` for workflow files).`;
}
