import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { type RepositoryEvent, requestReport } from './handler.ts';
import { readPayload } from './payloads.ts';
import { requestRecheck } from './recheck.ts';

const schema = z.object({
  check_suite: z.object({
    head_sha: z.string(),
    conclusion: z.string().nullish(),
    app: z.object({ id: z.number().int(), slug: z.string().nullish() }).nullish(),
  }),
});

/**
 * completed: the suite of another app has ended; the commit's report is brought up to date.
 * rerequested: as for a single check run: the failed runs of the commit are diagnosed again.
 */
export async function onCheckSuite(services: Services, event: RepositoryEvent): Promise<void> {
  const { check_suite: suite } = readPayload(schema, event.payload);
  const own = suite.app?.id === services.github.appId;
  if (event.action === 'rerequested') return requestRecheck(services, event, suite.head_sha);
  if (!own && suite.app?.slug !== 'github-actions') await requestReport(services, event, suite.head_sha);
}
