import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Environment } from '../config/environment.ts';
import { serverAddress } from '../config/server-address.ts';
import { InvalidRequestError, NotFoundError, UnavailableError } from '../errors.ts';
import { createAppClient, listHookDeliveries, readHookDelivery } from '../github/app-reads.ts';
import { WEBHOOK_PATH } from '../intake/webhook-path.ts';
import { readStoredDelivery } from '../store/deliveries/delivery-views.ts';
import { openForReading } from '../store/inspect.ts';
import { type Captured, readCapture } from './capture.ts';

export interface ReplayOptions {
  /** The event of a payload that stands alone. */
  event?: string;
  /** Send it under the GUID that it had: then a server that has worked it takes it for a duplicate. */
  sameGuid?: boolean;
  /** Address of the server; this machine's own without it. */
  to?: string;
}

/** What the server made of it. */
export interface Replayed {
  guid: string;
  event: string;
  /** Where it was found. */
  source: 'file' | 'database' | 'GitHub';
  duplicate: boolean;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PATIENCE_MS = 30_000;
/** Of GitHub's list, 100 deliveries each. */
const MOST_PAGES = 20;

/**
 * Sends a webhook through the real path again: signed, to the receiver, stored, worked by the queue.
 * @param what a GUID, a file, or `-` for standard input
 * @throws RegreenError with what a person can do about it
 */
export async function replay(environment: Environment, what: string, options: ReplayOptions): Promise<Replayed> {
  // 1 What
  const { captured, source } = GUID.test(what)
    ? await findByGuid(environment, what)
    : { captured: readCapture(await readSaved(what), options.event), source: 'file' as const };
  // 2 Under which GUID: a new one is worked whatever became of the old one
  const guid = options.sameGuid && captured.guid !== null ? captured.guid : randomUUID();
  // 3 As GitHub would
  const duplicate = await send(environment, options.to ?? serverAddress(environment), { ...captured, guid });
  return { guid, event: captured.event, source, duplicate };
}

async function readSaved(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new NotFoundError('CAPTURE_MISSING', `${path} is neither a file that can be read nor a GUID.`, {
      hint: 'A GUID looks like 72d3162e-cc78-11e3-81ab-4c9367dc0958; GitHub shows it beside each delivery.',
      cause,
    });
  });
}

type FoundDelivery = { captured: Captured; source: Replayed['source'] };

/** In the books, byte for byte; where they are not open to us, or have forgotten it, at GitHub, which keeps it for three days. */
async function findByGuid({ store, github }: Environment, guid: string): Promise<FoundDelivery> {
  const opened = await openForReading(store);
  if (!('fault' in opened)) {
    try {
      const stored = opened.pending.length > 0 ? null : await readStoredDelivery(opened.database, guid);
      if (stored) return { captured: stored, source: 'database' };
    } finally {
      await opened.close();
    }
  }
  const client = createAppClient(github);
  let pages = 0;
  for await (const page of listHookDeliveries(client, 'all')) {
    const found = page.find((one) => one.guid === guid);
    if (found) {
      const { event, payload } = await readHookDelivery(client, found.id);
      return { captured: { event, guid, body: Buffer.from(JSON.stringify(payload)) }, source: 'GitHub' };
    }
    pages += 1;
    if (pages >= MOST_PAGES) break;
  }
  throw new NotFoundError('DELIVERY_NOT_FOUND', `Neither the database nor GitHub has the delivery ${guid}.`, {
    hint: 'GitHub keeps deliveries for three days, Regreen for RETENTION_DELIVERIES_DAYS.',
  });
}

const acceptedSchema = z.object({ status: z.literal('accepted'), duplicate: z.boolean().optional() });
const refusedSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }) });

async function send(
  environment: Environment,
  address: string,
  { guid, event, body }: Captured & { guid: string },
): Promise<boolean> {
  const [secret = ''] = environment.webhook.secrets;
  const response = await fetch(`${address.replace(/\/+$/, '')}${WEBHOOK_PATH}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/regreen-replay',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body: new Uint8Array(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw new UnavailableError('SERVER_NOT_RUNNING', `No server answers at ${address}.`, {
      hint: 'Start it with "npm start", or name it with --to.',
      cause,
    });
  });
  const answer: unknown = await response.json().catch(() => null);
  const accepted = acceptedSchema.safeParse(answer);
  if (accepted.success) return accepted.data.duplicate ?? false;
  const refused = refusedSchema.safeParse(answer);
  const said = refused.success ? `${refused.data.error.code}: ${refused.data.error.message}` : `status ${response.status}`;
  throw new InvalidRequestError('REPLAY_REFUSED', `${address} does not take it: ${said}`, {
    hint: refused.success ? refused.data.error.hint : 'Is that a Regreen?',
  });
}
