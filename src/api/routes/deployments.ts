import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { DeploymentView } from '../../store/books/deployment-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { cacheBriefly } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { deploymentPageExample, deploymentPageSchema, type deploymentSchema, deploymentsQuery } from '../schemas/deployment.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { beginOf } from '../schemas/paging.ts';
import { repositoryIdOf } from '../scope.ts';
import type { ApiServices } from '../services.ts';

export const listDeploymentsRoute = createRoute({
  method: 'get',
  path: '/api/v1/deployments',
  operationId: 'listDeployments',
  tags: ['Builds'],
  summary: 'Deployments, newest first unless another order is asked for',
  security: [{ bearer: [] }],
  request: { query: deploymentsQuery },
  responses: {
    200: json('One page of them.', deploymentPageSchema, deploymentPageExample),
    ...errorResponses('/api/v1/deployments', 400, 401, 403, 404, 500, 503),
  },
});

export function registerDeployments(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware = [requireScope(authenticate, 'builds:read'), ...cacheBriefly];
  app.openapi({ ...listDeploymentsRoute, middleware }, async (c) => {
    const { cursor, repository, ...query } = c.req.valid('query');
    const { items, next } = await services.deployments.list({
      ...query,
      repositoryId: await repositoryIdOf(services.analytics, repository),
      after: beginOf({ cursor, sort: query.sort }),
    });
    return c.json({ items: items.map(toDeployment), nextCursor: next && encodeCursor(next) }, 200);
  });
}

function toDeployment({ owner, name, createdAt, updatedAt, ...rest }: DeploymentView): z.input<typeof deploymentSchema> {
  return {
    ...rest,
    repository: `${owner}/${name}`,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
