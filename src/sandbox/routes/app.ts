import { z } from 'zod';
import { allows } from '../auth/permissions.ts';
import { iso } from '../clock.ts';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, unprocessable } from '../http/refusal.ts';
import { appPayload, installationPayload } from '../payloads/app.ts';
import { minimalRepository, repositoryPayload } from '../payloads/repository.ts';
import type { Rest } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Installation, Permissions } from '../state/model.ts';
import { covers } from '../state/state.ts';

const tokenBody = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

function findInstallation(platform: Platform, id: string): Installation {
  const installation = platform.state.installations.get(idParameter(id));
  if (!installation) throw notFound();
  return installation;
}

function repositoriesOf(platform: Platform, installation: Installation) {
  return [...platform.state.repositories.values()].filter((one) => covers(installation, one));
}

/** A token may be narrower than its installation, never wider. Source: …/apps/apps#create-an-installation-access-token-for-an-app (422) */
function narrow(installation: Installation, wanted: z.infer<typeof tokenBody>['permissions']): Permissions {
  if (!wanted) return installation.permissions;
  const permissions: Permissions = { ...wanted, metadata: 'read' };
  if (!Object.entries(wanted).every(([name, level]) => allows(installation.permissions, { [name]: level }))) {
    throw unprocessable('The permissions requested are not granted to this installation.');
  }
  return permissions;
}

function chosen(platform: Platform, installation: Installation, body: z.infer<typeof tokenBody>): ReadonlySet<number> | null {
  if (!body.repositories && !body.repository_ids) return null;
  const reachable = repositoriesOf(platform, installation);
  const found = reachable.filter((one) => body.repositories?.includes(one.name) || body.repository_ids?.includes(one.id));
  if (found.length !== (body.repositories?.length ?? 0) + (body.repository_ids?.length ?? 0)) {
    throw unprocessable('There is at least one repository that does not exist or is not accessible to the parent installation.');
  }
  return new Set(found.map((one) => one.id));
}

export const appRoutes: Endpoint[] = [
  endpoint('get', '/app', {
    access: 'app',
    source: 'apps/apps#get-the-authenticated-app',
    handle: ({ platform }) => ({
      status: 200,
      body: { ...appPayload(platform), installations_count: platform.state.installations.size },
    }),
  }),
  endpoint('get', '/app/installations', {
    access: 'app',
    source: 'apps/apps#list-installations-for-the-authenticated-app',
    handle: (call) => {
      const page = paginate(call, [...call.platform.state.installations.values()]);
      const installations: Rest['installation'][] = page.items.map((one) => installationPayload(call.platform, one));
      // The description says of `account` "anyOf a user and an enterprise"; its TypeScript form makes it both at once here.
      return new RawAnswer('application/json; charset=utf-8', JSON.stringify(installations), 200, page.headers);
    },
  }),
  endpoint('get', '/app/installations/{installation_id}', {
    access: 'app',
    source: 'apps/apps#get-an-installation-for-the-authenticated-app',
    handle: ({ platform, params }) => ({
      status: 200,
      body: installationPayload(platform, findInstallation(platform, params.installation_id)),
    }),
  }),
  endpoint('post', '/app/installations/{installation_id}/access_tokens', {
    access: 'app',
    source: 'apps/apps#create-an-installation-access-token-for-an-app',
    content: false,
    body: tokenBody,
    handle: ({ platform, params, body }) => {
      const installation = findInstallation(platform, params.installation_id);
      const permissions = narrow(installation, body.permissions);
      const ids = chosen(platform, installation, body);
      const { token, expiresAt } = platform.tokens.forInstallation(platform.app, installation, permissions, ids);
      const named = ids === null ? [] : repositoriesOf(platform, installation).filter((one) => ids.has(one.id));
      return {
        status: 201,
        body: {
          token,
          expires_at: iso(expiresAt),
          permissions,
          repository_selection: ids === null ? installation.selection : 'selected',
          ...(ids === null ? {} : { repositories: named.map((one) => repositoryPayload(platform.urls, one)) }),
        },
      };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/installation', {
    access: 'app',
    source: 'apps/apps#get-a-repository-installation-for-the-authenticated-app',
    handle: ({ platform, repository }) => {
      const installation = platform.state.installationOf(repository);
      if (!installation) throw notFound();
      return { status: 200, body: installationPayload(platform, installation) };
    },
  }),
  endpoint('get', '/installation/repositories', {
    access: 'installation',
    source: 'apps/installations#list-repositories-accessible-to-the-app-installation',
    handle: (call) => {
      const { caller, platform } = call;
      if (caller.kind !== 'installation') throw notFound();
      const all = repositoriesOf(platform, caller.installation).filter((one) => caller.repositoryIds?.has(one.id) ?? true);
      const page = paginate(call, all);
      return {
        status: 200,
        headers: page.headers,
        body: {
          total_count: all.length,
          repository_selection: caller.installation.selection,
          repositories: page.items.map((one) => ({
            ...repositoryPayload(platform.urls, one),
            ...minimalRepository(platform.urls, one),
          })),
        },
      };
    },
  }),
  endpoint('delete', '/installation/token', {
    access: 'installation',
    source: 'apps/installations#revoke-an-installation-access-token',
    handle: ({ platform, token }) => {
      platform.tokens.revoke(token);
      return { status: 204 };
    },
  }),
];
