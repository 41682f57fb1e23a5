import { createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ErrorBody } from '../../src/errors.ts';

export const TEST_SECRET = 'test-secret-0123456789-abcdefghij';

/** GitHub's `X-Hub-Signature-256`. */
export function signBody(body: string | Buffer, secret = TEST_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

export interface DeliveryRequest {
  body?: string | Buffer;
  guid?: string;
  event?: string;
  secret?: string;
  method?: string;
  path?: string;
  /** Over the usual headers; `undefined` takes one away. */
  headers?: Record<string, string | undefined>;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The answer as JSON; an error in the one format has `error`. */
  json: { status?: string; deliveryId?: string; event?: string; duplicate?: boolean } & Partial<ErrorBody>;
}

/** The headers that GitHub sends, signed. */
export function deliveryHeaders(delivery: DeliveryRequest, body: string | Buffer): Record<string, string> {
  const headers: Record<string, string | undefined> = {
    'user-agent': 'GitHub-Hookshot/044aadd',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-github-event': delivery.event ?? 'workflow_run',
    'x-github-delivery': delivery.guid ?? randomUUID(),
    'x-hub-signature-256': signBody(body, delivery.secret),
    ...delivery.headers,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Sends a webhook as GitHub does, on a connection of its own. */
export async function deliver(port: number, delivery: DeliveryRequest = {}): Promise<Answer> {
  const body = delivery.body ?? '{"action":"completed"}';
  const options: RequestOptions = {
    port,
    host: '127.0.0.1',
    method: delivery.method ?? 'POST',
    path: delivery.path ?? '/api/github/webhooks',
    agent: false,
    headers: deliveryHeaders(delivery, body),
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(options, (response) => {
      text(response).then(
        (answer) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: answer,
            json: answer === '' ? {} : (JSON.parse(answer) as Answer['json']),
          }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
