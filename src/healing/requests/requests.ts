import type { Services } from '../services.ts';
import { cancelBuild, rerunBuild } from './order-runs.ts';
import { parseJobLog } from './parse-log.ts';
import { readConfiguration } from './read-configuration.ts';
import { readLog, readLogArchive } from './read-logs.ts';

/** What people ask for over the API; each throws a `RegreenError` that says why it can't be. */
export type Requests = ReturnType<typeof createRequests>;

type Wanted<Work extends (services: Services, one: never) => unknown> = Parameters<Work>[1];

export function createRequests(services: Services) {
  return {
    readConfiguration: (one: Wanted<typeof readConfiguration>) => readConfiguration(services, one),
    rerunBuild: (one: Wanted<typeof rerunBuild>) => rerunBuild(services, one),
    readLog: (one: Wanted<typeof readLog>) => readLog(services, one),
    readLogArchive: (one: Wanted<typeof readLogArchive>) => readLogArchive(services, one),
    parseJobLog: (one: Wanted<typeof parseJobLog>) => parseJobLog(services, one),
    cancelBuild: (one: Wanted<typeof cancelBuild>) => cancelBuild(services, one),
  };
}
