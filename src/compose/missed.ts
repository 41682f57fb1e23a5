import { REGISTERED_EVENTS } from '../app.ts';
import type { Environment } from '../config/environment.ts';
import { createAppClient } from '../github/app-reads.ts';
import { createMissedDeliveries } from '../healing/missed-deliveries.ts';
import type { Queue } from '../queue/queue.ts';
import type { DeliveryStore } from '../store/deliveries/deliveries.ts';
import type { Logger } from '../telemetry/log.ts';

/** How missed deliveries are fetched. Where GitHub can't be asked, the next turn looks back as far as this one would have. */
export async function createMissed(parts: {
  environment: Environment;
  deliveries: DeliveryStore;
  queue: Queue;
  log: Logger;
  now(): Date;
}): Promise<(signal: AbortSignal) => Promise<number>> {
  const { environment, log } = parts;
  const heard = new Set(REGISTERED_EVENTS);
  const missed = createMissedDeliveries({
    ...parts,
    client: () => createAppClient(environment.github),
    isHeard: (event) => heard.has(event),
    relayed: environment.webhook.proxyUrl !== null,
    lastReceivedAt: await parts.deliveries.lastReceivedAt(),
  });
  return (signal) =>
    missed.fetch(signal).catch((error: unknown) => {
      log.warn({ err: error }, 'GitHub could not be asked for what was missed');
      return 0;
    });
}
