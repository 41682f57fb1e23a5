import { expect } from 'vitest';
import { audited, type EventCase, freshId, rows, type Stage, send } from '../stage.ts';

/** Installations, repositories and the webhook itself. */
export const APP_CASES: EventCase[] = [
  {
    event: 'installation.created',
    effect: 'the installation and its repositories are recorded, and their past is asked for',
    check: async (stage) => {
      const { installation, repository } = await install(stage);
      expect(await installationRow(stage, installation.id)).toEqual({ account: 'hooli', suspended: false, removed: false });
      expect(await repositoryRow(stage, repository.id)).toEqual({
        installation_id: installation.id,
        name: 'site',
        removed: false,
      });
      expect(await audited(stage, 'installation.created')).toMatchObject({ subject: `installation:${installation.id}` });
      expect(await rows(stage, 'select state from backfills where repository_id = $1', [repository.id])).toHaveLength(1);
    },
  },
  {
    event: 'installation.new_permissions_accepted',
    effect: 'the installation is recorded, also when it was never heard of',
    check: async (stage) => {
      const id = freshId();
      await send(stage, 'installation.new_permissions_accepted', { installation: { id, account: { login: 'hooli' } } });
      expect(await installationRow(stage, id)).toEqual({ account: 'hooli', suspended: false, removed: false });
    },
  },
  {
    event: 'installation.suspend',
    effect: 'the installation is recorded as suspended',
    check: async (stage) => {
      const { installation } = await install(stage);
      await send(stage, 'installation.suspend', { installation: { ...installation, suspended_at: '2026-11-01T10:00:00Z' } });
      expect(await installationRow(stage, installation.id)).toMatchObject({ suspended: true, removed: false });
    },
  },
  {
    event: 'installation.unsuspend',
    effect: 'the suspension is over',
    check: async (stage) => {
      const { installation } = await install(stage);
      await send(stage, 'installation.suspend', { installation: { ...installation, suspended_at: '2026-11-01T10:00:00Z' } });
      await send(stage, 'installation.unsuspend', { installation: { ...installation, suspended_at: null } });
      expect(await installationRow(stage, installation.id)).toMatchObject({ suspended: false });
    },
  },
  {
    event: 'installation.deleted',
    effect: 'the installation and its repositories are left alone from now on; their books stay',
    check: async (stage) => {
      const { installation, repository } = await install(stage);
      await send(stage, 'installation.deleted', { installation });
      expect(await installationRow(stage, installation.id)).toMatchObject({ removed: true });
      expect(await repositoryRow(stage, repository.id)).toEqual({ installation_id: null, name: 'site', removed: true });
    },
  },
  {
    event: 'installation_repositories.added',
    effect: 'the repositories are recorded',
    check: async (stage) => {
      const { installation } = await install(stage);
      const added = { id: freshId(), full_name: 'hooli/added', private: true };
      await send(stage, 'installation_repositories.added', {
        installation,
        repositories_added: [added],
        repositories_removed: [],
      });
      expect(await repositoryRow(stage, added.id)).toEqual({ installation_id: installation.id, name: 'added', removed: false });
    },
  },
  {
    event: 'installation_repositories.removed',
    effect: 'the repositories are left alone from now on',
    check: async (stage) => {
      const { installation, repository } = await install(stage);
      await send(stage, 'installation_repositories.removed', {
        installation,
        repositories_added: [],
        repositories_removed: [repository],
      });
      expect(await repositoryRow(stage, repository.id)).toMatchObject({ installation_id: null, removed: true });
    },
  },
  change('created', { name: 'new' }, { name: 'new', removed: false }),
  change('edited', { default_branch: 'trunk' }, { default_branch: 'trunk' }),
  change('renamed', { name: 'store', full_name: 'octo-shop/store' }, { name: 'store' }),
  change('transferred', { owner: { login: 'hooli' } }, { owner: 'hooli' }),
  change('archived', { archived: true }, { archived: true }),
  change('unarchived', { archived: false }, { archived: false }),
  change('publicized', { private: false }, { private: false }),
  change('privatized', { private: true }, { private: true }),
  change('deleted', {}, { removed: true, installation_id: null }),
  {
    event: 'github_app_authorization.revoked',
    effect: "the sessions of that person are over, and nobody else's",
    check: async (stage) => {
      const [person, other] = [freshId(), freshId()];
      for (const id of [person, other]) {
        await rows(
          stage,
          `insert into sessions (id, hash, user_id, login, created_at, seen_at, expires_at, sealed, sealed_under, roles, roles_read_at)
          values (gen_random_uuid(), sha256($1::bigint::text::bytea), $1, 'somebody', now(), now(), now() + interval '1 day', '', 'k', '{}', now())`,
          [id],
        );
      }
      await send(stage, 'github_app_authorization.revoked', { sender: { id: person, login: 'mona' } });
      const left = await rows(stage, 'select user_id from sessions where user_id = any($1)', [[person, other]]);
      expect(left.map(({ user_id }) => Number(user_id))).toEqual([other]);
      expect(await audited(stage, 'authorization.revoked')).toMatchObject({ actor: 'mona', details: { sessions: 1 } });
    },
  },
  {
    event: 'ping',
    effect: 'the audit log shows that the way from GitHub is open',
    check: async (stage) => {
      const hook = freshId();
      await send(stage, 'ping', { hook_id: hook });
      expect(await audited(stage, 'webhook.pinged')).toMatchObject({ subject: `hook:${hook}` });
    },
  },
];

/** A repository event that changes these fields, and what the books must say of the repository then. */
function change(action: string, fields: Record<string, unknown>, expected: Record<string, unknown>): EventCase {
  return {
    event: `repository.${action}`,
    effect: `the books follow: ${Object.keys(expected).join(', ')}`,
    check: async (stage) => {
      const id = freshId();
      await send(stage, 'repository.edited', { repository: { id } });
      await send(stage, `repository.${action}`, { repository: { id, ...fields } });
      const [row] = await rows(
        stage,
        `select owner, name, default_branch, private, archived, installation_id, removed_at is not null as removed
         from repositories where id = $1`,
        [id],
      );
      expect(row).toMatchObject(expected);
      expect(await audited(stage, `repository.${action}`)).toMatchObject({ actor: 'mona' });
    },
  };
}

async function install(stage: Stage) {
  const installation = { id: freshId(), account: { login: 'hooli' }, suspended_at: null };
  const repository = { id: freshId(), full_name: 'hooli/site', private: false };
  await send(stage, 'installation.created', { installation, repositories: [repository] });
  return { installation, repository };
}

async function installationRow(stage: Stage, id: number): Promise<Record<string, unknown> | undefined> {
  const text = 'select account, suspended, removed_at is not null as removed from installations where id = $1';
  return (await rows(stage, text, [id]))[0];
}

async function repositoryRow(stage: Stage, id: number): Promise<Record<string, unknown> | undefined> {
  const text = 'select installation_id, name, removed_at is not null as removed from repositories where id = $1';
  return (await rows(stage, text, [id]))[0];
}
