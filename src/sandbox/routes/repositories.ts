import { roleOf, rolePermissions } from '../auth/permissions.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { notFound } from '../http/refusal.ts';
import { fullRepository } from '../payloads/repository.ts';
import { profilePayload, userPayload } from '../payloads/user.ts';
import type { Role } from '../state/model.ts';

/** The older word for each role. Source: …/collaborators/collaborators#get-repository-permissions-for-a-user */
const LEGACY_PERMISSION: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

export const repositoryRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}', {
    access: [{ metadata: 'read' }],
    source: 'repos/repos#get-a-repository',
    handle: ({ platform, repository }) => ({ status: 200, body: fullRepository(platform.urls, repository) }),
  }),
  endpoint('get', '/repos/{owner}/{repo}/collaborators/{username}/permission', {
    access: [{ metadata: 'read' }],
    source: 'collaborators/collaborators#get-repository-permissions-for-a-user',
    handle: ({ platform, repository, params }) => {
      const account = platform.state.account(params.username);
      if (!account) throw notFound();
      const role = roleOf(repository, account.id, account.login);
      const permissions = rolePermissions(role);
      const user = { ...userPayload(platform.urls, account), permissions, role_name: role ?? 'none' };
      return { status: 200, body: { permission: role ? LEGACY_PERMISSION[role] : 'none', role_name: role ?? 'none', user } };
    },
  }),
  endpoint('get', '/users/{username}', {
    access: 'anybody',
    source: 'users/users#get-a-user',
    handle: ({ platform, params }) => {
      const account = platform.state.account(params.username);
      if (!account) throw notFound();
      const owned = [...platform.state.repositories.values()].filter((one) => one.owner === account && !one.private);
      return { status: 200, body: profilePayload(platform.urls, account, owned.length) };
    },
  }),
];
