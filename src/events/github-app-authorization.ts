import { z } from 'zod';
import type { Services } from '../healing/services.ts';
import { endSessionsOf } from '../store/access/sessions.ts';
import { audit, type Event } from './handler.ts';
import { readPayload } from './payloads.ts';

const schema = z.object({ sender: z.object({ id: z.number().int(), login: z.string() }) });

/** revoked: the person has taken back what the app may do for them, so whatever they are signed in to here is over. */
export async function onAuthorization(services: Services, event: Event): Promise<void> {
  const { sender } = readPayload(schema, event.payload);
  const sessions = await endSessionsOf(services.database, sender.id);
  await audit(services, event, { action: 'authorization.revoked', subject: `person:${sender.login}`, details: { sessions } });
}
