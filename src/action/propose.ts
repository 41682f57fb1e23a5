import { GitHubError, statusOf } from '../github/errors.ts';
import { readCommit } from '../github/reads.ts';
import { commitMessage, type FixStory, fixPullRequest, runnerFixBody } from '../github/texts/fix.ts';
import { whySilent } from '../github/texts/silent.ts';
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
import { branchName } from '../healing/fixes/branch-name.ts';
import { courseOf } from '../healing/fixes/course-of.ts';
import { FIX_LABEL } from '../healing/fixes/label.ts';
import type { Action } from './action.ts';
import { branchOf } from './failures.ts';
import type { EarlierFix } from './history.ts';
import type { Made } from './make.ts';
import { writeMarker } from './marker.ts';
import { markerOf, runUrlOf, storyOf, type Way } from './story.ts';
import type { Trial } from './trial.ts';

export interface Proposed {
  kind: 'pull-request';
  pull: PullRequest;
  branch: string;
}

/** What is to be proposed. */
export interface Proposal {
  made: Made;
  /** `null` where CI will tell. */
  trial: Trial | null;
  /** The fix of the branch that is open already: the new one takes its place. */
  open: EarlierFix | null;
}

/** Puts a change on GitHub: a branch with a signed commit, and its pull request. */
export async function propose(action: Action, proposal: Proposal): Promise<Proposed | { refusal: string }> {
  const { at, occasion, environment } = action;
  const { run } = occasion;
  const { made, trial, open } = proposal;
  const story = storyOf(action, made, await wayOf(action, proposal));
  const { fix } = story;
  try {
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
async function push({ at }: Action, story: FixStory, { edits, executables }: Made, open: EarlierFix | null): Promise<boolean> {
  const { branch, parentSha } = story.fix;
  const { headline, body } = commitMessage(story);
  const files = edits.map(({ path, after }) => ({ path, content: after, executable: executables.includes(path) }));
  const head = await ensureBranch(at, branch, parentSha);
  if (head === parentSha) {
    await commitOnBranch(at, { branch, expectedHead: parentSha, headline, body, files });
    return true;
  }
  const found = await readCommit(at, head);
  // An attempt that was broken off may have come so far.
  if (found.parents[0] === parentSha && found.message.includes(`Regreen-Fix: ${story.fix.id}`)) return true;
  const isOurs = found.message.includes('Regreen-Fix: ') && (open === null || open.pull.headSha === head);
  if (!isOurs) return false;
  const { tree } = await readCommit(at, parentSha);
  await replaceBranch(at, { branch, parent: parentSha, tree, message: `${headline}\n\n${body}`, files });
  return true;
}

async function wayOf({ at, occasion, policy, environment, history }: Action, { made, open }: Proposal): Promise<Way> {
  const { repository, run, pullRequest } = occasion;
  const base = branchOf(run);
  const incident = made.work[0]?.incident;
  const earlier = history.fixes.filter(
    ({ marker }) => marker.base === base && marker.fingerprints.includes(incident?.fingerprint ?? ''),
  );
  const branch = open?.pull.headBranch ?? branchName(incident, earlier.length + 1);
  const byPullRequest = { ...policy, config: { ...policy.config, delivery: 'pull-request' as const } };
  const request = {
    target: { at, repository },
    branch: base,
    headSha: run.headSha,
    fixBranch: branch,
    change: made,
    policy: byPullRequest,
  };
  // What starts no CI goes where people see it.
  const course = environment.startsWorkflows ? await courseOf(request, pullRequest?.baseBranch ?? null) : null;
  return {
    attempt: earlier.length + 1,
    branch,
    targetBranch: open?.pull.baseBranch ?? course?.targetBranch ?? base,
    courseNote: course?.note ?? null,
    delivery: 'pull-request',
    pullRequestNumber: open?.pull.number ?? null,
    stalledReason: course ? whySilent(course.silent) : null,
  };
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
