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
import { healedBy } from '../healing/fixes/healed-by.ts';
import { FIX_LABEL } from '../healing/fixes/label.ts';
import { hashOf, unifiedPatch } from '../healing/fixes/patch.ts';
import type { Fix } from '../store/fixes/fixes.ts';
import type { Action } from './action.ts';
import { branchOf } from './failures.ts';
import type { EarlierFix } from './history.ts';
import type { Made } from './make.ts';
import { type Marker, writeMarker } from './marker.ts';
import type { Trial } from './trial.ts';

export interface Proposed {
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
  const fix = await planned(action, proposal);
  const story: FixStory = {
    fix,
    diagnoses: made.work.flatMap(({ diagnoses }) => diagnoses.slice(0, 1)),
    incidents: made.work.map(({ incident }) => incident),
    inWorkflow: true,
  };
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
    return { pull, branch: fix.branch };
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

/** The run whose log shows the trial. */
function runUrlOf({ environment, occasion }: Action): string {
  return occasion.run.url.replace(/\/actions\/runs\/\d+.*$/, `/actions/runs/${environment.run.id}`);
}

function markerOf(fix: Fix, trial: Trial | null): Marker {
  return {
    base: fix.baseBranch,
    sha: fix.baseSha,
    fingerprints: fix.heals.map(({ fingerprint }) => fingerprint),
    outcome: trial?.kind === 'passed' ? 'verified' : null,
    heals: fix.heals.map(({ workflowPath, jobs }) => ({ workflowPath, jobs })),
  };
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

/** The fix as the server's books would hold it; that is the form in which texts take it. */
async function planned(action: Action, { made, open }: Proposal): Promise<Fix> {
  const { occasion, policy, environment, history } = action;
  const { repository, run, pullRequest } = occasion;
  const base = branchOf(run);
  const [leading] = made.work;
  const incident = leading?.incident;
  const earlier = history.fixes.filter(
    ({ marker }) => marker.base === base && marker.fingerprints.includes(incident?.fingerprint ?? ''),
  );
  const branch = open?.pull.headBranch ?? branchName(incident, earlier.length + 1);
  const byPullRequest = { ...policy, config: { ...policy.config, delivery: 'pull-request' as const } };
  const target = { at: action.at, repository };
  const request = { target, branch: base, headSha: run.headSha, fixBranch: branch, change: made, policy: byPullRequest };
  // What starts no CI goes where people see it.
  const course = environment.startsWorkflows ? await courseOf(request, pullRequest?.baseBranch ?? null) : null;
  const patch = unifiedPatch(made.edits);
  const [change] = made.changes;
  return {
    id: `run-${run.id}-${run.attempt}`,
    incidentId: incident?.id ?? '',
    repositoryId: repository.id,
    attempt: earlier.length + 1,
    fixer: change?.fixer ?? '',
    fixerVersion: change?.version ?? '',
    state: 'proposed',
    outcome: null,
    reason: null,
    workflowPath: run.workflowPath,
    baseBranch: base,
    baseSha: run.headSha,
    parentSha: run.headSha,
    branch,
    targetBranch: open?.pull.baseBranch ?? course?.targetBranch ?? base,
    courseNote: course?.note ?? null,
    delivery: 'pull-request',
    commitSha: null,
    committedAt: null,
    pullRequestNumber: open?.pull.number ?? null,
    patch,
    patchHash: hashOf(patch),
    paths: made.edits.map(({ path }) => path),
    changes: made.changes,
    heals: made.work.map(healedBy),
    verifiedByRun: null,
    stalledReason: course ? whySilent(course.silent) : null,
    correlationId: `run-${run.id}`,
    createdAt: history.now,
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
