import type { PullRequest } from '../../../src/sandbox/state/model.ts';
import { present, refused, type Stage } from './stage.ts';

/** Pull requests from their opening to their merge, with reviews, comments and reviewers. */
export async function playPulls(stage: Stage): Promise<void> {
  const number = await playOpening(stage);
  await playReviews(stage, number);
  await playMerge(stage, number);
  await playByPeople(stage);
}

async function playOpening({ sandbox, octokit, at, repository, maintainer }: Stage): Promise<number> {
  const { pulls } = octokit.rest;
  const push = (files: Record<string, string>) =>
    sandbox.people.push({ repository, branch: 'feature', actor: maintainer, files });
  await push({ 'src/a.ts': 'export const a = 2;\n' });
  const sides = { ...at, head: 'feature', base: 'main' };
  await refused(422, pulls.create({ ...sides, base: 'nowhere', title: 'No base' }));
  const { data } = await pulls.create({ ...sides, title: 'Count to two', body: 'Because.', draft: false });
  await refused(422, pulls.create({ ...sides, title: 'Again' }));
  await push({ 'src/b.ts': 'export const b = 1;\n' });
  const pull = { ...at, pull_number: data.number };
  await pulls.get(pull);
  await pulls.get({ ...pull, mediaType: { format: 'diff' } });
  await refused(404, pulls.get({ ...at, pull_number: 999 }));
  await pulls.list({ ...at, state: 'all', head: `${at.owner}:feature`, base: 'main', sort: 'updated', direction: 'asc' });
  await pulls.listFiles(pull);
  await pulls.listCommits(pull);
  await pulls.update({ ...pull, title: 'Count to two and one', body: '' });
  await pulls.update({ ...pull, state: 'closed' });
  await pulls.update({ ...pull, state: 'open' });
  await pulls.requestReviewers({ ...pull, reviewers: [maintainer.login] });
  await refused(422, pulls.requestReviewers({ ...pull, reviewers: ['newcomer'] }));
  await refused(404, pulls.checkIfMerged(pull));
  const associated = present(repository.git.branch('feature'), 'feature branch');
  await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: associated });
  return data.number;
}

async function playReviews({ octokit, person, at, repository }: Stage, number: number): Promise<void> {
  const pull = { ...at, pull_number: number };
  const comment = { path: 'src/a.ts', line: 1, side: 'RIGHT' as const, body: '```suggestion\nexport const a = 3;\n```' };
  await octokit.rest.pulls.createReview({ ...pull, event: 'COMMENT', body: 'A thought', comments: [comment] });
  await refused(422, octokit.rest.pulls.createReview({ ...pull, event: 'APPROVE' }));
  await person.rest.pulls.createReview({ ...pull, event: 'REQUEST_CHANGES', body: 'Not yet' });
  await person.rest.pulls.createReview({ ...pull, event: 'APPROVE' });
  const commit_id = present(repository.git.branch('feature'), 'feature branch');
  const { data } = await octokit.rest.pulls.createReviewComment({ ...pull, ...comment, commit_id });
  await refused(422, octokit.rest.pulls.createReviewComment({ ...pull, ...comment, line: 99, commit_id }));
  const reaction = { ...at, comment_id: data.id, content: 'eyes' as const };
  await octokit.rest.reactions.createForPullRequestReviewComment(reaction);
  await octokit.rest.reactions.createForPullRequestReviewComment(reaction);
  await octokit.rest.pulls.updateReviewComment({ ...at, comment_id: data.id, body: 'Or not' });
  await octokit.rest.pulls.listReviews(pull);
  await octokit.rest.pulls.listReviewComments(pull);
}

async function playMerge({ octokit, at, repository }: Stage, number: number): Promise<void> {
  const pull = { ...at, pull_number: number };
  const main = present(repository.git.branch('main'), 'main branch');
  await refused(409, octokit.rest.pulls.merge({ ...pull, sha: main }));
  await octokit.rest.pulls.merge({ ...pull, merge_method: 'squash', commit_title: 'Count' });
  await refused(405, octokit.rest.pulls.merge(pull));
  await octokit.rest.pulls.checkIfMerged(pull);
  await octokit.rest.pulls.get(pull);
}

/** What people do in the browser: drafts, comments, closing, deleting a head branch. */
async function playByPeople({ sandbox, repository, maintainer }: Stage): Promise<void> {
  const { people } = sandbox;
  const files = { 'src/c.ts': 'export const c = 1;\n' };
  await people.push({ repository, branch: 'draft', actor: maintainer, files });
  const facts = { repository, actor: maintainer, head: 'draft', draft: true };
  const pull: PullRequest = await people.openPullRequest(facts);
  await people.markReadyForReview(repository, pull, maintainer);
  await people.comment(repository, pull.issue, maintainer, '/regreen fix');
  await people.closePullRequest(repository, pull, maintainer);
  await people.reopenPullRequest(repository, pull, maintainer);
  await people.mergePullRequest(repository, pull, maintainer);
}
