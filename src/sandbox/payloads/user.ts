import { nodeId } from '../state/ids.ts';
import type { Account } from '../state/model.ts';
import type { Urls } from '../urls.ts';
import type { Hook, Rest } from './schemas.ts';

export type UserPayload = ReturnType<typeof userPayload>;

export function userPayload(urls: Urls, account: Account) {
  const url = urls.user(account);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind === 'Organization' ? 'O' : account.kind === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${urls.web}/avatars/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: account.kind === 'Bot' ? `${urls.web}/apps/${account.login.replace('[bot]', '')}` : `${urls.web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    user_view_type: 'public',
    site_admin: false,
  } satisfies Rest['simple-user'];
}

/** The profile that `GET /users/{username}` answers. */
export function profilePayload(urls: Urls, account: Account, publicRepositories: number): Rest['public-user'] {
  const createdAt = `${account.createdAt.toISOString().slice(0, 19)}Z`;
  return {
    ...userPayload(urls, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** The organisation that webhooks name beside a repository of one; absent for people's repositories. */
export function organizationPayload(urls: Urls, account: Account): Hook['organization-simple-webhooks'] | undefined {
  if (account.kind !== 'Organization') return undefined;
  const url = `${urls.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${urls.web}/avatars/u/${account.id}?v=4`,
    description: null,
  };
}
