import { z } from '@hono/zod-openapi';
import { CONFIG_LAYERS } from '../../config/effective-config.ts';
import { MODES } from '../../policy/types.ts';
import type { BranchState } from '../../store/tables/schema.ts';
import { fullName, githubId, moment } from './common.ts';
import { idCursor, pageLimit, pageOf } from './paging.ts';

const BRANCH_STATES = ['green', 'red', 'unknown'] as const satisfies readonly BranchState[];

export const repositoriesQuery = z.strictObject({
  owner: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,39}$/, { error: 'the owner of a repository' })
    .optional()
    .openapi({ description: 'Those of one account.', example: 'octo-org' }),
  installation: z.coerce
    .number({ error: 'the id of an installation' })
    .int({ error: 'the id of an installation' })
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ type: 'integer', description: 'Those of one installation.' }),
  state: z.enum(BRANCH_STATES).optional().openapi({ description: 'What CI says of the head of the default branch.' }),
  limit: pageLimit,
  cursor: idCursor,
});

export const installationsQuery = z.strictObject({ limit: pageLimit, cursor: idCursor });

export const repositorySchema = z
  .object({
    id: githubId,
    repository: fullName,
    installation: githubId.nullable().openapi({ description: 'Null when the app is no longer installed on it.' }),
    private: z.boolean(),
    archived: z.boolean(),
    defaultBranch: z.string(),
    defaultBranchState: z
      .enum(BRANCH_STATES)
      .openapi({ description: 'What CI says of the head of the default branch; unknown until it has spoken.' }),
    defaultBranchSha: z.string().nullable(),
    openIncidents: z.int().min(0),
    lastRunAt: moment.nullable().openapi({ description: 'When the newest run that is known was created.' }),
    removedAt: moment.nullable().openapi({ description: 'When the app was removed from it; its books stay.' }),
  })
  .openapi('Repository');

export const repositoryPageSchema = z.object(pageOf(repositorySchema, 'By their ids.')).openapi('RepositoryPage');

const installationSchema = z
  .object({
    id: githubId,
    account: z.string(),
    suspended: z.boolean(),
    repositories: z.int().min(0).openapi({ description: 'How many repositories the app is installed on through it.' }),
    removedAt: moment.nullable(),
    updatedAt: moment,
  })
  .openapi('Installation');

export const installationPageSchema = z
  .object(pageOf(installationSchema, 'By their ids; those that are gone too.'))
  .openapi('InstallationPage');

const placeFields = {
  layer: z.enum(CONFIG_LAYERS).openapi({ description: 'Whose file it is.' }),
  file: z.string(),
  line: z.int().positive(),
};
const valuePlace = z.object(placeFields).openapi('ConfigurationPlace');

export const configurationSchema = z
  .object({
    repository: fullName,
    mode: z.enum(MODES).openapi({ description: 'How far Regreen goes here, with all that caps it.' }),
    values: z
      .array(
        z.object({
          key: z.string().openapi({ description: 'As it would be written in regreen.yml, such as paths.protected.' }),
          value: z.unknown(),
          place: valuePlace.nullable().openapi({ description: 'The file and line that set it; null for what is built in.' }),
        }),
      )
      .openapi({ description: 'Every value that counts, by its key.' }),
    faults: z
      .array(z.object({ ...placeFields, key: z.string(), message: z.string() }))
      .openapi({ description: 'What is wrong with the files; a broken file sets nothing, and caps the mode at annotate.' }),
  })
  .openapi('Configuration', { description: "The repository's file over the organisation's over the server's." });

export const repositoryExample: z.input<typeof repositorySchema> = {
  id: 1296269,
  repository: 'octo-org/widgets',
  installation: 57,
  private: false,
  archived: false,
  defaultBranch: 'main',
  defaultBranchState: 'green',
  defaultBranchSha: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  openIncidents: 0,
  lastRunAt: '2026-11-20T09:00:00.000Z',
  removedAt: null,
};

export const repositoryPageExample: z.input<typeof repositoryPageSchema> = { items: [repositoryExample], nextCursor: null };

export const installationPageExample: z.input<typeof installationPageSchema> = {
  items: [
    { id: 57, account: 'octo-org', suspended: false, repositories: 1, removedAt: null, updatedAt: '2026-11-20T08:00:00.000Z' },
  ],
  nextCursor: null,
};

export const configurationExample: z.input<typeof configurationSchema> = {
  repository: 'octo-org/widgets',
  mode: 'fix',
  values: [
    { key: 'mode', value: 'fix', place: { layer: 'repository', file: '.github/regreen.yml', line: 1 } },
    { key: 'delivery', value: 'pull-request', place: null },
  ],
  faults: [],
};
