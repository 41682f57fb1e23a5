import { commentPayload, issuePayload } from '../payloads/issue.ts';
import type { Hook } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Account, Comment, Issue, Repository } from '../state/model.ts';
import { tell } from './envelope.ts';

/**
 * GitHub's description of most of these events adds a second, emptier shape of the issue that can't be met together
 * with the first. The first is the one that GitHub sends, and that `opened` has alone.
 */
type HookIssue = Hook['webhook-issues-opened']['issue'];
type IssueEvent = Omit<Hook['webhook-issues-opened'], 'action'> & { action: 'opened' | 'closed' | 'reopened' };
type CommentEvent = Omit<Hook['webhook-issue-comment-created'], 'action' | 'issue'> & {
  action: 'created' | 'edited' | 'deleted';
  issue: HookIssue;
  changes?: Hook['webhook-issue-comment-edited']['changes'];
};

export function tellIssue(
  platform: Platform,
  repository: Repository,
  issue: Issue,
  action: IssueEvent['action'],
  sender: Account,
) {
  return tell<IssueEvent>(platform, { event: 'issues', repository, sender }, (common) => ({
    ...common,
    action,
    issue: hookIssue(platform, repository, issue),
  }));
}

export function tellComment(
  platform: Platform,
  repository: Repository,
  about: { issue: Issue; comment: Comment; sender: Account },
  action: CommentEvent['action'],
): Promise<void> {
  return tell<CommentEvent>(platform, { event: 'issue_comment', repository, sender: about.sender }, (common) => ({
    ...common,
    action,
    ...(action === 'edited' ? { changes: {} } : {}),
    issue: hookIssue(platform, repository, about.issue),
    comment: commentPayload(platform, repository, about.issue, about.comment),
  }));
}

/**
 * Issues in webhooks do not say who closed them: that is the sender. The description knows fewer events and permissions
 * of an app than there are; both are optional there.
 */
function hookIssue(platform: Platform, repository: Repository, issue: Issue): HookIssue {
  const { performed_via_github_app: app, closed_by: _closedBy, ...payload } = issuePayload(platform, repository, issue);
  if (!app) return { ...payload, performed_via_github_app: null };
  const { events: _events, permissions: _permissions, ...rest } = app;
  return { ...payload, performed_via_github_app: rest };
}
