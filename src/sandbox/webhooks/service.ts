import { createHmac, randomUUID } from 'node:crypto';
import { allows, type Need } from '../auth/permissions.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { isEventName } from '../state/events.ts';
import type { App, Delivery, Installation, Repository } from '../state/model.ts';
import type { State } from '../state/state.ts';
import { EVENT_NEEDS } from './event-needs.ts';
import { send } from './send.ts';

/** Bigger payloads are never sent. Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;
/** Source: https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook, "past 3 days" */
const REDELIVERY_WINDOW_MS = 3 * 24 * 60 * 60 * 1000;

/** Told to every app, subscribed or not. Source: same page, "installation" and "github_app_authorization". */
const UNCONDITIONAL_EVENTS: readonly string[] = ['installation', 'installation_repositories', 'github_app_authorization', 'ping'];

export interface HookEvent {
  name: string;
  payload: object;
  /** Null for what concerns the app and a person only. */
  installation: Installation | null;
  repository: Repository | null;
  /** Requests addressed to the app itself (`rerequested`, `requested_action`): sent without a subscription. */
  addressed?: Need;
}

/** The app's one webhook: decides who is told what, and delivers in the order in which things happened. */
export class Webhooks {
  /** Where webhooks go; nothing is sent while it is `null`. */
  url: string | null = null;
  /** Source: https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks, "Content type" */
  contentType: 'json' | 'form' = 'json';
  checksCertificates = true;
  readonly hookId = 480_000_001;
  private readonly state: State;
  private readonly clock: Clock;
  private readonly app: App;
  private readonly background: Background;
  private outbox: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(parts: { state: State; clock: Clock; app: App; background: Background }) {
    this.state = parts.state;
    this.clock = parts.clock;
    this.app = parts.app;
    this.background = parts.background;
  }

  /** Queues the event's delivery. The payload is fixed now; what changes later does not change it. */
  emit(event: HookEvent): void {
    if (this.url === null || !isWanted(event)) return;
    const body = JSON.stringify(event.payload);
    if (Buffer.byteLength(body) > MAX_PAYLOAD_BYTES) return;
    const facts = {
      guid: randomUUID(),
      event: event.name,
      action: actionOf(event.payload),
      installationId: event.installation?.id ?? null,
      repositoryId: event.repository?.id ?? null,
    };
    this.queue(this.newDelivery(facts, body, false));
  }

  /** Sends a delivery again, with the same GUID. `null` when there is none or it is too old. */
  redeliver(id: number): Delivery | null {
    const original = this.state.deliveries.find((delivery) => delivery.id === id);
    if (!original || this.clock.now().getTime() - original.deliveredAt.getTime() > REDELIVERY_WINDOW_MS) return null;
    const again = this.newDelivery(original, original.body, true);
    this.queue(again);
    return again;
  }

  /** Gives up what has not been delivered yet. */
  close(): void {
    this.url = null;
    this.closing.abort();
  }

  private newDelivery(
    facts: Pick<Delivery, 'guid' | 'event' | 'action' | 'installationId' | 'repositoryId'>,
    body: string,
    redelivery: boolean,
  ): Delivery {
    const { guid, event, action, installationId, repositoryId } = facts;
    return {
      id: this.state.ids.take('delivery'),
      guid,
      event,
      action,
      installationId,
      repositoryId,
      deliveredAt: this.clock.now(),
      redelivery,
      durationSeconds: 0,
      status: '',
      statusCode: 0,
      url: this.url ?? '',
      requestHeaders: this.headers(guid, event, this.contentType === 'form' ? formOf(body) : body),
      body,
      responseHeaders: {},
      responseBody: '',
    };
  }

  private queue(delivery: Delivery): void {
    this.outbox = this.outbox.then(async () => {
      if (this.closing.signal.aborted) return;
      const answer = await send(delivery.url, delivery.requestHeaders, asSent(delivery), this.closing.signal);
      Object.assign(delivery, answer, { deliveredAt: this.clock.now() });
      this.state.deliveries.push(delivery);
      this.state.changed();
    });
    this.background.track(this.outbox);
  }

  /** Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
  private headers(guid: string, event: string, body: string): Record<string, string> {
    const hmac = (algorithm: 'sha1' | 'sha256') => createHmac(algorithm, this.app.webhookSecret).update(body).digest('hex');
    return {
      accept: '*/*',
      'content-type': this.contentType === 'form' ? FORM : 'application/json',
      'user-agent': 'GitHub-Hookshot/dbd86b9',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': String(this.hookId),
      'x-github-hook-installation-target-id': String(this.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature': `sha1=${hmac('sha1')}`,
      'x-hub-signature-256': `sha256=${hmac('sha256')}`,
    };
  }
}

const FORM = 'application/x-www-form-urlencoded';

/** As a form, the payload is its one field, and what is signed is the form. */
function formOf(body: string): string {
  return `payload=${encodeURIComponent(body)}`;
}

function asSent({ requestHeaders, body }: Delivery): string {
  return requestHeaders['content-type'] === FORM ? formOf(body) : body;
}

function isWanted({ name, installation, addressed }: HookEvent): boolean {
  if (UNCONDITIONAL_EVENTS.includes(name)) return true;
  if (installation === null || installation.suspendedAt) return false;
  if (addressed) return allows(installation.permissions, addressed);
  const needs = EVENT_NEEDS[name];
  return (
    isEventName(name) &&
    installation.events.includes(name) &&
    needs?.some((need) => allows(installation.permissions, need)) === true
  );
}

function actionOf(payload: object): string | null {
  return 'action' in payload && typeof payload.action === 'string' ? payload.action : null;
}
