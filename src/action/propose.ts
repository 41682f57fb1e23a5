import { GitHubError, isLimit, statusOf } from '../github/errors.ts';
import { type Commit, findPullRequest, readCommit } from '../github/reads.ts';
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
import type { EarlierFix } from './history.ts';
import type { Made } from './make.ts';
import { readMarker, writeMarker } from './marker.ts';
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
  const { at, environment } = action;
  const { made, trial } = proposal;
  const planned = storyOf(action, made, await wayOf(action, proposal));
  /** The branch that nobody needs without a pull request. */
  let pushed: string | null = null;
  try {
    if (planned.fix.delivery === 'commit') {
      await commit(action, planned, made);
      const { branch, stalledReason } = planned.fix;
      return { kind: 'commit', branch, note: environment.startsWorkflows ? stalledReason : NO_CI };
    }
    // 1 The branch with the commit
    const place = await findPlace(action, planned.fix, proposal.open);
    if ('refusal' in place) return place;
    const { branch, open } = place;
    if (!open) pushed = branch;
    const story = { ...planned, fix: { ...planned.fix, branch, pullRequestNumber: open?.number ?? null } };
    await push(action, { story, made, place });
    // 2 The pull request
    const { title, body } = fixPullRequest(story);
    const said =
      trial === null
        ? body
        : runnerFixBody(
            story,
            trial.kind === 'passed' ? { ...trial, runUrl: runUrlOf(action) } : { kind: 'unchecked', reason: reasonOf(trial) },
          );
    const text = `${said}\n${writeMarker(markerOf(story.fix, trial))}`;
    const pull = open
      ? await updatePullRequest(at, open.number, { title, body: text })
      : await openPullRequest(at, { head: branch, base: story.fix.targetBranch, title, body: text });
    if (!open) await addLabels(at, pull.number, [FIX_LABEL]);
    if (trial?.kind === 'passed' && pull.draft) await markReadyForReview(at, pull.nodeId);
    return { kind: 'pull-request', pull, branch };
  } catch (error) {
    const refusal = refusalOf(error, environment.startsWorkflows);
    if (refusal === null) throw error;
    if (pushed !== null) await deleteBranch(at, pushed).catch(() => {});
    return { refusal };
  }
}

function reasonOf(trial: Trial): string {
  return trial.kind === 'unchecked' ? `the commands that had failed could not be run again, for ${trial.reason}.` : '';
}

/** Where a fix goes. */
interface Place {
  branch: string;
  /** What the branch holds, when that is not the commit that failed. */
  holds: Commit | null;
  /** The pull request of the branch, in whose place this one comes. */
  open: Pick<PullRequest, 'number' | 'headSha'> | null;
}

/**
 * Makes the branch, or finds it. One that is there is for this fix only when an open pull request for the same failed branch has it,
 * or an earlier try of this run; what else may hang on it, another pull request, is nobody's to overwrite.
 */
async function findPlace(
  { at, occasion: { run } }: Action,
  fix: FixStory['fix'],
  earlier: EarlierFix | null,
): Promise<Place | { refusal: string }> {
  for (const branch of [fix.branch, `${fix.branch}-${run.id}-${run.attempt}`]) {
    const head = await ensureBranch(at, branch, fix.parentSha);
    if (head === fix.parentSha) return { branch, holds: null, open: earlier?.pull ?? null };
    const [holds, open] = await Promise.all([readCommit(at, head), earlier ?? openFixOn(at, branch, fix.baseBranch)]);
    if (!earlier && open?.marker.sha === fix.baseSha) return { refusal: `#${open.pull.number} is there already.` };
    if (isTryOf(fix, holds) || (!open && isOfRun(run.id, fix, holds))) return { branch, holds, open: open?.pull ?? null };
    if (open?.pull.headSha === head && holds.message.includes('Regreen-Fix: ')) return { branch, holds, open: open.pull };
    if (open) return { refusal: `Somebody else has pushed to ${branch}.` };
  }
  return { refusal: `Somebody else has pushed to ${fix.branch}.` };
}

/** The open pull request of a branch of ours, where it is for this failed branch: a run beside this one may have opened it. */
async function openFixOn(at: Action['at'], branch: string, base: string) {
  const pull = await findPullRequest(at, branch);
  const marker = pull?.state === 'open' ? readMarker(pull.body) : null;
  return pull && marker?.base === base ? { pull, marker } : null;
}

/** An attempt that was broken off may have come so far. */
function isTryOf({ id, parentSha }: FixStory['fix'], { parents, message }: Commit): boolean {
  return parents[0] === parentSha && message.includes(`Regreen-Fix: ${id}`);
}

/** Another attempt of the same run has come so far and no further. */
function isOfRun(runId: number, { parentSha }: FixStory['fix'], { parents, message }: Commit): boolean {
  return parents[0] === parentSha && message.includes(`Regreen-Fix: run-${runId}-`);
}

async function push(action: Action, { story, made, place }: { story: FixStory; made: Made; place: Place }): Promise<void> {
  const { at } = action;
  const { branch, parentSha } = story.fix;
  if (place.holds === null) return commit(action, story, made);
  if (isTryOf(story.fix, place.holds)) return;
  const { tree } = await readCommit(at, parentSha);
  const { headline, body } = commitMessage(story);
  await replaceBranch(at, { branch, parent: parentSha, tree, message: `${headline}\n\n${body}`, files: filesOf(made) });
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
  if (!isForbidden || isLimit(error) || !(error instanceof Error)) return null;
  if (/not permitted to create or approve pull requests/i.test(error.message)) {
    return 'GitHub Actions may open no pull requests here: allow it under Settings → Actions → General, or use the token of a GitHub App.';
  }
  const whose = isApp ? "the App's token" : "the workflow's token";
  return `With ${whose} this can't be pushed: it needs \`contents: write\` and \`pull-requests: write\` (and an App's needs \`workflows: write\` for workflow files).`;
}
