import { iso, isoOrNull } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Account, AuthorAssociation, Comment, Issue, Label, Reaction, Repository } from '../state/model.ts';
import { viaApp } from './app.ts';
import type { Rest } from './schemas.ts';
import { userPayload } from './user.ts';

export function labelPayload({ urls }: Platform, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${urls.repository(repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  } satisfies Rest['label'];
}

export function reactionRollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: Reaction['content']) => reactions.filter((one) => one.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  } satisfies Rest['reaction-rollup'];
}

export function reactionPayload({ urls }: Platform, reaction: Reaction): Rest['reaction'] {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userPayload(urls, reaction.user),
    content: reaction.content,
    created_at: iso(reaction.createdAt),
  };
}

/** How the author belongs to the repository. Source: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
export function association(repository: Repository, account: Account): AuthorAssociation {
  if (account.id === repository.owner.id) return 'OWNER';
  const role = repository.collaborators.get(account.login);
  if (role) return repository.owner.kind === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
  const merged = [...repository.pulls.values()].some((pull) => pull.mergedAt !== null && pull.issue.user.id === account.id);
  return merged ? 'CONTRIBUTOR' : 'NONE';
}

export function issuePayload(platform: Platform, repository: Repository, issue: Issue) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/issues/${issue.number}`;
  const pull = repository.pulls.get(issue.number);
  const page = `${urls.repositoryPage(repository)}/${pull ? 'pull' : 'issues'}/${issue.number}`;
  const pullUrl = `${urls.repository(repository)}/pulls/${issue.number}`;
  const [assignee] = issue.assignees;
  return {
    url,
    repository_url: urls.repository(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userPayload(urls, issue.user),
    labels: issue.labels.map((label) => labelPayload(platform, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    assignee: assignee ? userPayload(urls, assignee) : null,
    assignees: issue.assignees.map((account) => userPayload(urls, account)),
    milestone: null,
    comments: issue.comments.length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    author_association: association(repository, issue.user),
    active_lock_reason: null,
    body: issue.body,
    closed_by: issue.closedBy ? userPayload(urls, issue.closedBy) : null,
    reactions: reactionRollup(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: viaApp(platform, issue.byApp),
    ...(pull
      ? {
          draft: pull.draft,
          pull_request: {
            url: pullUrl,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: isoOrNull(pull.mergedAt),
          },
        }
      : {}),
  } satisfies Rest['issue'];
}

export function commentPayload(platform: Platform, repository: Repository, issue: Issue, comment: Comment) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/issues/comments/${comment.id}`;
  const page = `${urls.repositoryPage(repository)}/${repository.pulls.has(issue.number) ? 'pull' : 'issues'}/${issue.number}`;
  return {
    url,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${urls.repository(repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userPayload(urls, comment.user),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    body: comment.body,
    author_association: association(repository, comment.user),
    reactions: reactionRollup(url, comment.reactions),
    performed_via_github_app: viaApp(platform, comment.byApp),
  } satisfies Rest['issue-comment'];
}
