import type { Services } from '../services.ts';
import { diagnoseIncident, fixIncident } from './ask-about-incident.ts';
import { cancelBuild, rerunBuild } from './order-runs.ts';
import { parseJobLog, parseUploadedLog } from './parse-log.ts';
import { readConfiguration } from './read-configuration.ts';
import { readLog, readLogArchive } from './read-logs.ts';
import { reportAlerts, reportOutsideRun } from './report-outside.ts';

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
    parseUploadedLog: (one: Wanted<typeof parseUploadedLog>) => parseUploadedLog(services, one),
    diagnoseIncident: (one: Wanted<typeof diagnoseIncident>) => diagnoseIncident(services, one),
    fixIncident: (one: Wanted<typeof fixIncident>) => fixIncident(services, one),
    reportAlerts: (one: Wanted<typeof reportAlerts>) => reportAlerts(services, one),
    reportOutsideRun: (one: Wanted<typeof reportOutsideRun>) => reportOutsideRun(services, one),
    cancelBuild: (one: Wanted<typeof cancelBuild>) => cancelBuild(services, one),
  };
}
