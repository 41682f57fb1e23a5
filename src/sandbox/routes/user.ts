import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { rolePermissions } from '../auth/permissions.ts';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { installationPayload } from '../payloads/app.ts';
import { repositoryPayload } from '../payloads/repository.ts';
import { profilePayload } from '../payloads/user.ts';
import type { Platform } from '../platform.ts';
import type { Account, Installation, Repository, Role } from '../state/model.ts';
import { covers } from '../state/state.ts';

/** Only tokens that people gave to an app list its installations. Source: …/apps/installations (403) */
function authorised(caller: Caller): Account {
  if (caller.kind === 'person' && caller.app !== null) return caller.account;
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  throw new Refusal(403, 'You must authenticate with an access token authorized to a GitHub App in order to list installations');
}

/**
 * Repositories that the person has explicit permission for: owned ones and those that name the person; not every public one.
 * Source: …/apps/installations#list-repositories-accessible-to-the-user-access-token
 */
function visible(platform: Platform, installation: Installation, account: Account): { repository: Repository; role: Role }[] {
  return [...platform.state.repositories.values()].flatMap((repository) => {
    const role = repository.owner.id === account.id ? 'admin' : repository.collaborators.get(account.login);
    return role && covers(installation, repository) ? [{ repository, role }] : [];
  });
}

export const userRoutes: Endpoint[] = [
  endpoint('get', '/user', {
    access: 'anybody',
    source: 'users/users#get-the-authenticated-user',
    handle: ({ platform, caller }) => {
      if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
      // Source: https://docs.github.com/en/rest/authentication/endpoints-available-for-github-app-installation-access-tokens
      if (caller.kind !== 'person') throw new Refusal(403, 'Resource not accessible by integration');
      const owned = [...platform.state.repositories.values()].filter((one) => one.owner === caller.account && !one.private);
      return { status: 200, body: profilePayload(platform.urls, caller.account, owned.length) };
    },
  }),
  endpoint('get', '/user/installations', {
    access: 'anybody',
    source: 'apps/installations#list-app-installations-accessible-to-the-user-access-token',
    handle: (call) => {
      const { platform } = call;
      const account = authorised(call.caller);
      const all = [...platform.state.installations.values()].filter(
        (one) => one.account.id === account.id || visible(platform, one, account).length > 0,
      );
      const page = paginate(call, all);
      const body = { total_count: all.length, installations: page.items.map((one) => installationPayload(platform, one)) };
      // As of `GET /app/installations`: the description's TypeScript form makes an account a person and an enterprise at once.
      return new RawAnswer('application/json; charset=utf-8', JSON.stringify(body), 200, page.headers);
    },
  }),
  endpoint('get', '/user/installations/{installation_id}/repositories', {
    access: 'anybody',
    source: 'apps/installations#list-repositories-accessible-to-the-user-access-token',
    handle: (call) => {
      const { platform, params } = call;
      const account = authorised(call.caller);
      const installation = platform.state.installations.get(idParameter(params.installation_id));
      const all = installation ? visible(platform, installation, account) : [];
      if (!installation || (all.length === 0 && installation.account.id !== account.id)) throw notFound();
      const page = paginate(call, all);
      return {
        status: 200,
        headers: page.headers,
        body: {
          total_count: all.length,
          repositories: page.items.map(({ repository, role }) => ({
            ...repositoryPayload(platform.urls, repository),
            permissions: rolePermissions(role),
          })),
        },
      };
    },
  }),
  endpoint('delete', '/applications/{client_id}/token', {
    access: 'anybody',
    source: 'apps/oauth-applications#delete-an-app-token',
    body: z.object({ access_token: z.string() }),
    handle: ({ platform, params, caller, body }) => {
      // Source: same page: "You must use Basic Authentication … using the application's client_id and client_secret"
      if (caller.kind !== 'client') throw new Refusal(401, 'Requires authentication');
      if (params.client_id !== platform.app.clientId) throw notFound();
      if (!platform.authorisation.revokeToken(body.access_token)) throw notFound();
      return { status: 204 };
    },
  }),
];
