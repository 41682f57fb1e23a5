import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { audit, type Event } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({ hook_id: z.number().int().nullish(), zen: z.string().nullish() });

/** GitHub says hello when the webhook is set up: written down, so that `audit` shows the way is open. */
export async function onPing(services: Services, event: Event): Promise<void> {
  const { hook_id: hook } = readPayload(schema, event.payload);
  await audit(services, event, { action: 'webhook.pinged', subject: `hook:${hook ?? 'unknown'}` });
}
