import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { NotFoundError } from '../../errors.ts';
import type { RepositoryView } from '../../store/repositories/repository-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { noQuery, repositoryParams } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { encodeIdCursor } from '../schemas/paging.ts';
import {
  configurationExample,
  configurationSchema,
  installationPageExample,
  installationPageSchema,
  installationsQuery,
  repositoriesQuery,
  repositoryExample,
  repositoryPageExample,
  repositoryPageSchema,
  repositorySchema,
} from '../schemas/repository.ts';
import type { ApiServices } from '../services.ts';

export const listInstallationsRoute = createRoute({
  method: 'get',
  path: '/api/v1/installations',
  operationId: 'listInstallations',
  tags: ['Repositories'],
  summary: 'Accounts that have installed the app',
  security: [{ bearer: [] }],
  request: { query: installationsQuery },
  responses: {
    200: json('One page of them.', installationPageSchema, installationPageExample),
    ...errorResponses('/api/v1/installations', 400, 401, 403, 500, 503),
  },
});

export const listRepositoriesRoute = createRoute({
  method: 'get',
  path: '/api/v1/repositories',
  operationId: 'listRepositories',
  tags: ['Repositories'],
  summary: 'Repositories that the app is installed on',
  security: [{ bearer: [] }],
  request: { query: repositoriesQuery },
  responses: {
    200: json('One page of them.', repositoryPageSchema, repositoryPageExample),
    ...errorResponses('/api/v1/repositories', 400, 401, 403, 500, 503),
  },
});

export const readRepositoryRoute = createRoute({
  method: 'get',
  path: '/api/v1/repositories/{owner}/{name}',
  operationId: 'readRepository',
  tags: ['Repositories'],
  summary: 'One repository',
  security: [{ bearer: [] }],
  request: { params: repositoryParams, query: noQuery },
  responses: {
    200: json('The repository.', repositorySchema, repositoryExample),
    ...errorResponses('/api/v1/repositories/octo-org/widgets', 400, 401, 403, 404, 500, 503),
  },
});

export const readConfigurationRoute = createRoute({
  method: 'get',
  path: '/api/v1/repositories/{owner}/{name}/configuration',
  operationId: 'readConfiguration',
  tags: ['Repositories'],
  summary: 'What counts in a repository, and which file says so',
  description: 'Read from the default branch on GitHub at each request.',
  security: [{ bearer: [] }],
  request: { params: repositoryParams, query: noQuery },
  responses: {
    200: json('The configuration with the place of each value.', configurationSchema, configurationExample),
    ...errorResponses('/api/v1/repositories/octo-org/widgets/configuration', 400, 401, 403, 404, 500, 503),
  },
});

export function registerRepositories(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const mayRead = requireScope(authenticate, 'repositories:read');
  const middleware = [mayRead, ...cacheBriefly];
  app.openapi({ ...listInstallationsRoute, middleware }, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const { items, next } = await services.repositories.installations({ limit, after: cursor?.id });
    const shown = items.map(({ removedAt, updatedAt, ...one }) => ({
      ...one,
      removedAt: removedAt?.toISOString() ?? null,
      updatedAt: updatedAt.toISOString(),
    }));
    return c.json({ items: shown, nextCursor: next === null ? null : encodeIdCursor(next) }, 200);
  });
  app.openapi({ ...listRepositoriesRoute, middleware }, async (c) => {
    const { cursor, installation, ...query } = c.req.valid('query');
    const { items, next } = await services.repositories.list({ ...query, installationId: installation, after: cursor?.id });
    return c.json({ items: items.map(toRepository), nextCursor: next === null ? null : encodeIdCursor(next) }, 200);
  });
  app.openapi({ ...readRepositoryRoute, middleware }, async (c) => {
    const { owner, name } = c.req.valid('param');
    const repository = await services.repositories.read(owner, name);
    if (!repository) throw repositoryNotFound(owner, name);
    return c.json(toRepository(repository), 200);
  });
  // GitHub is asked: nothing is kept, so that a push shows at once.
  app.openapi({ ...readConfigurationRoute, middleware: [mayRead] }, async (c) => {
    const { owner, name } = c.req.valid('param');
    return c.json(await services.requests.readConfiguration({ owner, name }), 200);
  });
}

function toRepository(view: RepositoryView): z.input<typeof repositorySchema> {
  const { owner, name, installationId, lastRunAt, removedAt, ...rest } = view;
  return {
    ...rest,
    repository: `${owner}/${name}`,
    installation: installationId,
    lastRunAt: lastRunAt?.toISOString() ?? null,
    removedAt: removedAt?.toISOString() ?? null,
  };
}

function repositoryNotFound(owner: string, name: string): NotFoundError {
  return new NotFoundError('REPOSITORY_NOT_FOUND', 'Regreen knows no repository of this name.', {
    details: { repository: `${owner}/${name}` },
    hint: 'Look at the spelling; the app must be installed on it.',
  });
}
