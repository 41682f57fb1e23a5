import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { saveExternalCheck } from '../store/books/external-checks.ts';
import { type RepositoryEvent, requestReport } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  updated_at: z.string().min(1),
});

/** The status of another CI system is recorded; one that failed is shown on the commit. */
export async function onStatus(services: Services, event: RepositoryEvent): Promise<void> {
  const status = readPayload(schema, event.payload);
  await saveExternalCheck(services.database, event.repository.id, {
    headSha: status.sha,
    kind: 'status',
    name: status.context,
    app: null,
    state: status.state,
    url: status.target_url ?? null,
    summary: status.description ?? null,
    updatedAt: status.updated_at,
  });
  if (status.state !== 'pending') await requestReport(services, event, status.sha);
}
