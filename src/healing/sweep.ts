import { fixesAwaitingVerification } from '../store/fix-queries.ts';
import { findRepository } from '../store/repositories.ts';
import type { Services } from './services.ts';

/** A fix that has waited this long may have lost an event, in milliseconds. */
const VERIFICATION_DUE_MS = 60_000;
const MOST_AT_ONCE = 100;

/** Asks again about fixes that wait for CI: events get lost, and nothing else would wake them. */
export async function sweepFixes(services: Services): Promise<void> {
  const due = new Date(services.now().getTime() - VERIFICATION_DUE_MS);
  for (const fix of await fixesAwaitingVerification(services.database, due, MOST_AT_ONCE)) {
    const repository = await findRepository(services.database, fix.repositoryId);
    if (!repository?.installationId) continue;
    await services.queue.send('verification', {
      data: { installationId: repository.installationId, repositoryId: fix.repositoryId, fixId: fix.id, swept: true },
      key: `verify:${fix.id}`,
      repositoryId: fix.repositoryId,
      correlationId: fix.correlationId,
    });
  }
}
