import { type At, ownerAndRepo } from './client.ts';
import { orNullWhenMissing } from './errors.ts';
import { BYTES_A_CHARACTER, isSha, once } from './remembered-reads.ts';
import { toJob, toPullRequest, toRun } from './translate.ts';
import type { Job, PullRequest, Run } from './types.ts';

/** One attempt of a run. @throws GitHubError when there is none */
export async function readRun(at: At, runId: number, attempt: number): Promise<Run> {
  const { data } = await at.client.rest.actions.getWorkflowRunAttempt({
    ...ownerAndRepo(at),
    run_id: runId,
    attempt_number: attempt,
  });
  return toRun(data);
}

/** The latest attempt of a run. */
export async function readLatestRun(at: At, runId: number): Promise<Run | null> {
  const answer = await orNullWhenMissing(at.client.rest.actions.getWorkflowRun({ ...ownerAndRepo(at), run_id: runId }));
  return answer ? toRun(answer.data) : null;
}

/** All jobs of one attempt. A matrix has at most 256 (GitHub's limit), so three pages are the most. */
export async function readJobs(at: At, runId: number, attempt: number): Promise<Job[]> {
  const jobs = await at.client.paginate(at.client.rest.actions.listJobsForWorkflowRunAttempt, {
    ...ownerAndRepo(at),
    run_id: runId,
    attempt_number: attempt,
    per_page: 100,
  });
  return jobs.map(toJob);
}

/** One job; null when there is none, or it is of another repository. */
export async function readJob(at: At, jobId: number): Promise<Job | null> {
  const answer = await orNullWhenMissing(at.client.rest.actions.getJobForWorkflowRun({ ...ownerAndRepo(at), job_id: jobId }));
  return answer ? toJob(answer.data) : null;
}

/** The runs of a commit, newest first. */
export async function readRunsOfCommit(at: At, headSha: string): Promise<Run[]> {
  const { data } = await at.client.rest.actions.listWorkflowRunsForRepo({
    ...ownerAndRepo(at),
    head_sha: headSha,
    per_page: 100,
  });
  return data.workflow_runs.map(toRun);
}

/** The newest runs of a workflow, newest first; each by its latest attempt. */
export async function readRunsOfWorkflow(
  at: At,
  workflowId: number,
  filter: { branch: string; status: 'completed' },
): Promise<Run[]> {
  const { data } = await at.client.rest.actions.listWorkflowRuns({
    ...ownerAndRepo(at),
    workflow_id: workflowId,
    ...filter,
    per_page: 20,
  });
  return data.workflow_runs.map(toRun);
}

/** The commit that a branch points at; `null` when there is no such branch. */
export async function readBranchHead(at: At, branch: string): Promise<string | null> {
  const answer = await orNullWhenMissing(at.client.rest.git.getRef({ ...ownerAndRepo(at), ref: `heads/${branch}` }));
  return answer?.data.object.sha ?? null;
}

export interface Branch {
  /** Whether rules of the repository keep pushes from it. */
  isProtected: boolean;
  /** The message of its newest commit. */
  message: string;
  /** The login of the bot that wrote or committed that; `null` for a person, and for whom GitHub does not know. */
  bot: string | null;
}

/** A branch with its newest commit; `null` when there is no such branch. */
export async function readBranch(at: At, branch: string): Promise<Branch | null> {
  const answer = await orNullWhenMissing(at.client.rest.repos.getBranch({ ...ownerAndRepo(at), branch }));
  if (!answer) return null;
  const { commit } = answer.data;
  const bot = [commit.author, commit.committer].flatMap(botOf)[0] ?? null;
  return { isProtected: answer.data.protected, message: commit.commit.message, bot };
}

/** Who commits what people do on GitHub's pages: a name for GitHub itself, and no bot. */
const WEB_FLOW = 'web-flow';

function botOf(account: { login?: string; type?: string } | null): string[] {
  const { login, type } = account ?? {};
  if (login === undefined || login === WEB_FLOW) return [];
  return type === 'Bot' || login.endsWith('[bot]') ? [login] : [];
}

export interface Commit {
  sha: string;
  tree: string;
  message: string;
  parents: string[];
}

/** @throws GitHub's error when there is none */
export async function readCommit(at: At, sha: string): Promise<Commit> {
  return once(at, isSha(sha) ? `commit ${sha}` : null, async () => {
    const { data } = await at.client.rest.git.getCommit({ ...ownerAndRepo(at), commit_sha: sha });
    const parents = data.parents.map((parent) => parent.sha);
    const value = { sha: data.sha, tree: data.tree.sha, message: data.message, parents };
    return { value, bytes: (value.message.length + sha.length * (3 + parents.length)) * BYTES_A_CHARACTER };
  });
}

export async function readPullRequest(at: At, number: number): Promise<PullRequest | null> {
  const answer = await orNullWhenMissing(at.client.rest.pulls.get({ ...ownerAndRepo(at), pull_number: number }));
  return answer ? toPullRequest(answer.data) : null;
}

/** So many files of a diff are looked at: three pages. */
const MOST_DIFF_FILES = 300;

/** The lines of the new side that a pull request's diff shows, by path: only those take comments. */
export async function readDiffRanges(at: At, number: number): Promise<Map<string, { first: number; last: number }[]>> {
  const ranges = new Map<string, { first: number; last: number }[]>();
  const pages = at.client.paginate.iterator(at.client.rest.pulls.listFiles, {
    ...ownerAndRepo(at),
    pull_number: number,
    per_page: 100,
  });
  for await (const { data } of pages) {
    for (const file of data) ranges.set(file.filename, rangesOf(file.patch ?? ''));
    if (ranges.size >= MOST_DIFF_FILES) break;
  }
  return ranges;
}

/** Whether a path is among the first 300 files of a pull request's diff. */
export async function changesPath(at: At, number: number, path: string): Promise<boolean> {
  return (await readDiffRanges(at, number)).has(path);
}

function rangesOf(patch: string): { first: number; last: number }[] {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].flatMap(([, start, count]) => {
    const [first, lines] = [Number(start), Number(count ?? 1)];
    return lines === 0 ? [] : [{ first, last: first + lines - 1 }];
  });
}

export interface Issue {
  number: number;
  state: 'open' | 'closed';
  body: string;
}

export async function readIssue(at: At, number: number): Promise<Issue | null> {
  const answer = await orNullWhenMissing(at.client.rest.issues.get({ ...ownerAndRepo(at), issue_number: number }));
  return answer ? toIssue(answer.data) : null;
}

/** The issue with the label whose body carries the marker, whatever its state. */
export async function findIssue(at: At, label: string, marker: string): Promise<Issue | null> {
  const pages = at.client.paginate.iterator(at.client.rest.issues.listForRepo, {
    ...ownerAndRepo(at),
    labels: label,
    state: 'all',
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find((issue) => issue.body?.includes(marker));
    if (found) return toIssue(found);
  }
  return null;
}

function toIssue(issue: { number: number; state: string; body?: string | null }): Issue {
  return { number: issue.number, state: issue.state === 'open' ? 'open' : 'closed', body: issue.body ?? '' };
}

/** Whether a review on the pull request carries the marker. */
export async function findReview(at: At, number: number, marker: string): Promise<boolean> {
  return (await readReviews(at, number)).some(({ body }) => body.includes(marker));
}

/** What reviews of a pull request say, oldest first; `submittedAt` is ISO 8601, `null` for one that is not handed in. */
export async function readReviews(at: At, number: number): Promise<{ body: string; submittedAt: string | null }[]> {
  const reviews = await at.client.paginate(at.client.rest.pulls.listReviews, {
    ...ownerAndRepo(at),
    pull_number: number,
    per_page: 100,
  });
  return reviews.map(({ body, submitted_at: submittedAt }) => ({ body, submittedAt: submittedAt ?? null }));
}

/**
 * The open pull request of a branch, which may be a fork's, for GitHub names no pull request on the runs of forks; of several
 * the one with that head, else the newest.
 * @param head `repository` is `owner/name`
 */
export async function findOpenPullOfHead(
  at: At,
  head: { repository: string; branch: string; sha: string },
): Promise<PullRequest | null> {
  const [owner = ''] = head.repository.split('/');
  const { data } = await at.client.rest.pulls.list({
    ...ownerAndRepo(at),
    head: `${owner}:${head.branch}`,
    state: 'open',
    per_page: 100,
  });
  // One owner may have a fork and another of it.
  const pulls = data.map(toPullRequest).filter((pull) => pull.headRepository?.toLowerCase() === head.repository.toLowerCase());
  return pulls.find((pull) => pull.headSha === head.sha) ?? pulls[0] ?? null;
}

/** The newest pull request whose head is a branch of this repository, whatever its state. */
export async function findPullRequest(at: At, branch: string): Promise<PullRequest | null> {
  const { data } = await at.client.rest.pulls.list({
    ...ownerAndRepo(at),
    head: `${at.repository.owner}:${branch}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: 1,
  });
  return data[0] ? toPullRequest(data[0]) : null;
}

/**
 * What a person may do in the repository: `admin`, `write`, `read` or `none`. `maintain` counts as write and triage as read;
 * a role that the organisation has made counts as the one that it is built on, which its own name would not tell.
 * @see https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function readPermission(at: At, login: string): Promise<string> {
  const answer = await orNullWhenMissing(
    at.client.rest.repos.getCollaboratorPermissionLevel({ ...ownerAndRepo(at), username: login }),
  );
  return answer?.data.permission ?? 'none';
}
