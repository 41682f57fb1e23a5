import type { Delivery } from '../../../src/sandbox/state/model.ts';
import type { WebhookDescription } from '../descriptions/webhooks.ts';
import type { Problem } from './problem.ts';

export function webhookName({ event, action }: Pick<Delivery, 'event' | 'action'>): string {
  return action === null ? event : `${event}.${action}`;
}

/** Holds one delivery's payload and headers against the description of its event and action. */
export function checkDelivery(description: WebhookDescription, delivery: Delivery): Problem[] {
  const subject = webhookName(delivery);
  const schema = description.find(delivery.event, delivery.action);
  if (!schema)
    return [{ subject, part: 'payload', pointer: '', keyword: 'event', message: 'is of an event that GitHub does not have' }];
  const sent = new Set(Object.keys(delivery.requestHeaders));
  const missing = schema.headers.filter((name) => !sent.has(name));
  return [
    ...missing.map((name) => ({ subject, part: 'headers', pointer: '', keyword: 'header', message: `lack ${name}` })),
    ...schema.check(JSON.parse(delivery.body)).map((difference) => ({ subject, part: 'payload', ...difference })),
  ];
}
