import { iso, isoOrNull } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { CheckOwner, Installation } from '../state/model.ts';
import type { Hook, Rest } from './schemas.ts';
import { userPayload } from './user.ts';

export const ACTIONS_APP_ID = 15368;

/** The app under test as the API shows it. */
export function appPayload({ app, urls }: Pick<Platform, 'app' | 'urls'>) {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userPayload(urls, app.owner),
    name: app.name,
    description: app.description,
    external_url: urls.web,
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: iso(app.createdAt),
    updated_at: iso(app.createdAt),
    permissions: { ...app.permissions },
    events: [...app.events],
  } satisfies NonNullable<Rest['integration']>;
}

/** GitHub Actions, which owns the check runs of workflows. */
function actionsAppPayload({ app, urls }: Platform): AppPayload {
  return {
    id: ACTIONS_APP_ID,
    client_id: 'Iv1.05c79e9ad1f6bdfa',
    slug: 'github-actions',
    node_id: nodeId('A', ACTIONS_APP_ID),
    owner: {
      ...userPayload(urls, { ...app.owner, id: 9919, login: 'github', kind: 'Organization' }),
    },
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${urls.web}/apps/github-actions`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { actions: 'write', checks: 'write', contents: 'write', metadata: 'read', statuses: 'write' },
    events: ['check_run', 'check_suite', 'pull_request', 'push', 'workflow_dispatch'],
  };
}

export type AppPayload = ReturnType<typeof appPayload>;

export function checkOwnerPayload(platform: Platform, owner: CheckOwner): AppPayload {
  return owner === 'app' ? appPayload(platform) : actionsAppPayload(platform);
}

/** Beside what the app made itself; `null` for what people made. */
export function viaApp(platform: Platform, byApp: boolean): AppPayload | null {
  return byApp ? appPayload(platform) : null;
}

export function installationPayload({ app, urls }: Platform, installation: Installation) {
  return {
    id: installation.id,
    client_id: app.clientId,
    account: userPayload(urls, installation.account),
    repository_selection: installation.selection,
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.kind,
    permissions: installation.permissions,
    events: [...installation.events],
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: isoOrNull(installation.suspendedAt),
  } satisfies Rest['installation'] & Hook['installation'];
}
