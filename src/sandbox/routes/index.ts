import { graphqlRoutes } from '../graphql/endpoint.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { actionRoutes } from './actions.ts';
import { appRoutes } from './app.ts';
import { checkRoutes } from './checks.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { gitRoutes } from './git.ts';
import { hookRoutes } from './hook.ts';
import { issueRoutes } from './issues.ts';
import { logRoutes } from './logs.ts';
import { manifestRoutes } from './manifests.ts';
import { metaRoutes } from './meta.ts';
import { pullRoutes } from './pulls.ts';
import { reactionRoutes } from './reactions.ts';
import { repositoryRoutes } from './repositories.ts';
import { reviewRoutes } from './reviews.ts';
import { statusRoutes } from './statuses.ts';
import { userRoutes } from './user.ts';

/** Every route of this GitHub; what is not here is answered with 501. */
export const endpoints: readonly Endpoint[] = [
  ...appRoutes,
  ...hookRoutes,
  ...manifestRoutes,
  ...metaRoutes,
  ...repositoryRoutes,
  ...contentRoutes,
  ...gitRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...reactionRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...actionRoutes,
  ...logRoutes,
  ...graphqlRoutes,
  ...userRoutes,
];
