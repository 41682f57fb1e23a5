import type { Services } from '../services.ts';
import { cancelBuild, rerunBuild } from './order-runs.ts';
import { readConfiguration } from './read-configuration.ts';

/** What people ask for over the API; each throws a `RegreenError` that says why it can't be. */
export type Requests = ReturnType<typeof createRequests>;

type Wanted<Work extends (services: Services, one: never) => unknown> = Parameters<Work>[1];

export function createRequests(services: Services) {
  return {
    readConfiguration: (one: Wanted<typeof readConfiguration>) => readConfiguration(services, one),
    rerunBuild: (one: Wanted<typeof rerunBuild>) => rerunBuild(services, one),
    cancelBuild: (one: Wanted<typeof cancelBuild>) => cancelBuild(services, one),
  };
}
