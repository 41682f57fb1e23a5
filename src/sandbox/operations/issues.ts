import { Refusal, unprocessable, validationFailed } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Comment, Issue, Label, Repository } from '../state/model.ts';
import { tellComment, tellIssue } from '../webhooks/issues.ts';
import type { Cause } from './cause.ts';

/** Source: the REST API's own answer, "body is too long (maximum is 65536 characters)". */
const MAX_BODY_CHARACTERS = 65_536;
/** Source: https://docs.github.com/en/rest/issues/labels#create-a-label; the web form and the API stop at 50. */
const MAX_LABEL_CHARACTERS = 50;
const MAX_TITLE_CHARACTERS = 256;

export function refuseLongBody(resource: string, body: string | null | undefined): void {
  if (body && body.length > MAX_BODY_CHARACTERS) {
    throw validationFailed({
      resource,
      field: 'body',
      code: 'custom',
      message: `body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`,
    });
  }
}

export function refuseBadTitle(resource: string, title: string): void {
  if (title.trim() === '') throw validationFailed({ resource, field: 'title', code: 'missing_field' });
  if (title.length > MAX_TITLE_CHARACTERS) {
    throw validationFailed({
      resource,
      field: 'title',
      code: 'custom',
      message: `title is too long (maximum is ${MAX_TITLE_CHARACTERS} characters)`,
    });
  }
}

/** A new issue (or the issue half of a pull request) with the next number, not in the books yet. */
export function newIssue(
  platform: Platform,
  repository: Repository,
  facts: { title: string; body: string | null },
  cause: Cause,
): Issue {
  const now = platform.clock.now();
  const number = repository.nextNumber;
  repository.nextNumber += 1;
  return {
    id: platform.state.ids.take('issue'),
    number,
    title: facts.title,
    body: facts.body,
    user: cause.actor,
    byApp: cause.byApp,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    comments: [],
    reactions: [],
    locked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
}

export async function createIssue(
  platform: Platform,
  repository: Repository,
  facts: { title: string; body: string | null; labels: readonly string[] },
  cause: Cause,
): Promise<Issue> {
  refuseBadTitle('Issue', facts.title);
  refuseLongBody('Issue', facts.body);
  const issue = newIssue(platform, repository, facts, cause);
  issue.labels = facts.labels.map((name) => labelNamed(platform, repository, name));
  repository.issues.set(issue.number, issue);
  await tellIssue(platform, repository, issue, 'opened', cause.actor);
  return issue;
}

/** The repository's label of that name; made when there is none, as GitHub does when an issue is given one. */
export function labelNamed(platform: Platform, repository: Repository, name: string): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known) return known;
  if (name.trim() === '' || name.length > MAX_LABEL_CHARACTERS) {
    throw validationFailed({
      resource: 'Label',
      field: 'name',
      code: 'invalid',
      message: `name is too long (maximum is ${MAX_LABEL_CHARACTERS} characters)`,
    });
  }
  const label = { id: platform.state.ids.take('label'), name, color: 'ededed', description: null };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

export function closeIssue(platform: Platform, issue: Issue, cause: Cause, reason: Issue['stateReason'] = 'completed'): void {
  const now = platform.clock.now();
  Object.assign(issue, {
    state: 'closed',
    stateReason: reason,
    closedAt: now,
    closedBy: cause.actor,
    updatedAt: now,
  } satisfies Partial<Issue>);
}

export function reopenIssue(platform: Platform, issue: Issue): void {
  const now = platform.clock.now();
  Object.assign(issue, {
    state: 'open',
    stateReason: 'reopened',
    closedAt: null,
    closedBy: null,
    updatedAt: now,
  } satisfies Partial<Issue>);
}

export async function addComment(
  platform: Platform,
  repository: Repository,
  issue: Issue,
  body: string,
  cause: Cause,
): Promise<Comment> {
  refuseBlankBody(body);
  refuseLongBody('IssueComment', body);
  const now = platform.clock.now();
  const id = platform.state.ids.take('comment');
  const comment: Comment = { id, body, user: cause.actor, byApp: cause.byApp, reactions: [], createdAt: now, updatedAt: now };
  issue.comments.push(comment);
  issue.updatedAt = now;
  await tellComment(platform, repository, { issue, comment, sender: cause.actor }, 'created');
  return comment;
}

export async function editComment(
  platform: Platform,
  repository: Repository,
  found: { issue: Issue; comment: Comment },
  body: string,
  cause: Cause,
): Promise<void> {
  refuseBlankBody(body);
  refuseLongBody('IssueComment', body);
  Object.assign(found.comment, { body, updatedAt: platform.clock.now() } satisfies Partial<Comment>);
  await tellComment(platform, repository, { ...found, sender: cause.actor }, 'edited');
}

export async function deleteComment(
  platform: Platform,
  repository: Repository,
  found: { issue: Issue; comment: Comment },
  cause: Cause,
) {
  found.issue.comments = found.issue.comments.filter((one) => one !== found.comment);
  await tellComment(platform, repository, { ...found, sender: cause.actor }, 'deleted');
}

export function findComment(repository: Repository, id: number): { issue: Issue; comment: Comment } | null {
  const issues = [...repository.issues.values(), ...[...repository.pulls.values()].map((pull) => pull.issue)];
  for (const issue of issues) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { issue, comment };
  }
  return null;
}

/**
 * Apps are not collaborators: they may not comment in a locked conversation.
 * Source: https://github.com/probot/stale/issues/25 "Unable to create comment because issue is locked."
 */
export function refuseWhenLocked(issue: Issue, mayWrite: boolean): void {
  if (issue.locked && !mayWrite) throw new Refusal(403, 'Unable to create comment because issue is locked.');
}

function refuseBlankBody(body: string): void {
  if (body.trim() === '') throw unprocessable("Validation Failed: body can't be blank");
}
