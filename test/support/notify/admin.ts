import type { HealthCheck, HealthChecks } from '../../../src/api/services.ts';
import { createNotifyAdmin, type NotifyAdmin } from '../../../src/notify/admin.ts';
import { allowedTargets } from '../../../src/notify/outgoing/addresses.ts';
import { createSafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { createSealer } from '../../../src/notify/sealing.ts';
import type { Database } from '../../../src/store/database.ts';
import { ENCRYPTION_KEY } from './channels.ts';

/** What people may do about notifications, on a database; nothing may be sent but to the targets that are named. */
export function notifyAdminOn(database: Database, now: () => Date, targets: readonly string[] = []): NotifyAdmin {
  const allowed = allowedTargets(targets);
  return createNotifyAdmin({
    database,
    now,
    allowed,
    safe: createSafeFetch({ allowed, timeoutMs: 60_000, mostBytes: 10_000 }),
    sealer: createSealer([ENCRYPTION_KEY]),
    linearUrl: 'http://127.0.0.1:1/graphql',
    repositoryAt: async () => null,
  });
}

/** Every component answers alike. */
export function healthOf(check: HealthCheck): HealthChecks {
  return {
    database: check,
    queue: check,
    github: check,
    agent: check,
    slack: check,
    webhooks: check,
    linear: check,
    githubIssues: check,
  };
}
