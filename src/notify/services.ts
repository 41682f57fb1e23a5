import type { RepositoryConfig } from '../config/repository-config.ts';
import type { At } from '../github/index.ts';
import type { Analytics } from '../insights/views.ts';
import type { Queue } from '../queue/queue.ts';
import type { Database } from '../store/database.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SafeFetch } from './outgoing/safe-fetch.ts';
import type { ChannelKind } from './rules/types.ts';
import type { Sealer } from './sealing.ts';

export type NotificationOutcome = 'sent' | 'retried' | 'failed' | 'held' | 'dropped';

/** What telling works with. Built in compose.ts. */
export interface NotifyServices {
  database: Database;
  queue: Pick<Queue, 'send'>;
  /** For addresses that others have chosen. */
  safe: SafeFetch;
  sealer: Sealer;
  /** Linear's API. */
  linearUrl: string;
  /** What a repository's own files say about notifications; null when Regreen is not installed there any more. */
  repositoryConfig(repositoryId: number): Promise<RepositoryConfig['notifications'] | null>;
  /** The way to a repository on GitHub; null as above. */
  repositoryAt(repositoryId: number): Promise<At | null>;
  /** What digests tell. */
  analytics: Pick<Analytics, 'daysIn' | 'overview' | 'failures' | 'flakiness'>;
  observe: {
    notificationEnded(kind: ChannelKind, outcome: NotificationOutcome): void;
    channelPaused(kind: ChannelKind): void;
  };
  log: Logger;
  now(): Date;
}
