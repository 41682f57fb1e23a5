import { iso } from '../clock.ts';
import { nodeId } from '../state/ids.ts';
import type { Repository } from '../state/model.ts';
import { fullName, networkRoot } from '../state/state.ts';
import type { Urls } from '../urls.ts';
import type { Hook, Rest } from './schemas.ts';
import { userPayload } from './user.ts';

/** The addresses that every form of a repository carries. */
function repositoryUrls(urls: Urls, repository: Repository) {
  const url = urls.repository(repository);
  return {
    html_url: urls.repositoryPage(repository),
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

/** The short form inside runs and check suites. */
export function minimalRepository(urls: Urls, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: userPayload(urls, repository.owner),
    description: repository.description,
    fork: repository.parent !== null,
    ...repositoryUrls(urls, repository),
  } satisfies Rest['minimal-repository'];
}

/** The whole form: in pull requests, lists and webhooks. */
export function repositoryPayload(urls: Urls, repository: Repository) {
  const page = urls.repositoryPage(repository);
  const open = [...repository.issues.values(), ...[...repository.pulls.values()].map((pull) => pull.issue)];
  const openIssues = open.filter((issue) => issue.state === 'open').length;
  return {
    ...minimalRepository(urls, repository),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt),
    pushed_at: iso(repository.pushedAt),
    git_url: `${page.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(page).hostname}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [] as string[],
    visibility: repository.private ? ('private' as const) : ('public' as const),
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  } satisfies Rest['repository'] & Hook['repository-webhooks'];
}

/** What `GET /repos/{owner}/{repo}` answers. */
export function fullRepository(urls: Urls, repository: Repository): Rest['full-repository'] {
  return {
    ...repositoryPayload(urls, repository),
    temp_clone_token: null,
    allow_squash_merge: repository.mergeMethods.has('squash'),
    allow_merge_commit: repository.mergeMethods.has('merge'),
    allow_rebase_merge: repository.mergeMethods.has('rebase'),
    allow_auto_merge: repository.allowAutoMerge,
    delete_branch_on_merge: false,
    allow_update_branch: false,
    subscribers_count: 0,
    network_count: 0,
    ...(repository.owner.kind === 'Organization' ? { organization: userPayload(urls, repository.owner) } : {}),
    ...(repository.parent
      ? { parent: repositoryPayload(urls, repository.parent), source: repositoryPayload(urls, networkRoot(repository)) }
      : {}),
  };
}
