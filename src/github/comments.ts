import { type At, ownerAndRepo } from './client.ts';
import { GitHubError, isLimit, orNullWhenMissing, statusOf } from './errors.ts';

/** Comments looked through for our own: ten pages. */
const MOST_COMMENTS = 1_000;

/**
 * Regreen's own comment in an issue or pull request that carries the marker. Others can write the marker too, so the comment
 * must be the app's.
 */
export async function findOwnComment(at: At, number: number, marker: string, appId: number): Promise<number | null> {
  const pages = at.client.paginate.iterator(at.client.rest.issues.listComments, {
    ...ownerAndRepo(at),
    issue_number: number,
    per_page: 100,
  });
  let seen = 0;
  for await (const { data } of pages) {
    const own = data.find((one) => one.performed_via_github_app?.id === appId && one.body?.includes(marker));
    if (own) return own.id;
    seen += data.length;
    if (seen >= MOST_COMMENTS) break;
  }
  return null;
}

/**
 * Writes a comment. @returns its id
 * @throws GitHubError `THREAD_LOCKED` where the conversation is locked or gone, which trying again does not change
 */
export async function createComment(at: At, number: number, body: string): Promise<number> {
  try {
    return (await at.client.rest.issues.createComment({ ...ownerAndRepo(at), issue_number: number, body })).data.id;
  } catch (error) {
    throw lockedOr(error);
  }
}

/**
 * Replaces a comment of ours. @returns false when somebody has deleted it
 * @throws GitHubError `THREAD_LOCKED` where the conversation is locked
 */
export async function updateComment(at: At, commentId: number, body: string): Promise<boolean> {
  try {
    const request = at.client.rest.issues.updateComment({ ...ownerAndRepo(at), comment_id: commentId, body });
    return (await orNullWhenMissing(request)) !== null;
  } catch (error) {
    throw lockedOr(error);
  }
}

/** 403 "Unable to create comment because issue is locked."; 404 and 410 for conversations that are gone. */
function lockedOr(error: unknown): unknown {
  const status = statusOf(error);
  if (isLimit(error) || (status !== 403 && status !== 404 && status !== 410)) return error;
  return new GitHubError('THREAD_LOCKED', 'GitHub does not let the app comment there.', { githubStatus: status, cause: error });
}
