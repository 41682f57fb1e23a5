import type { IncomingHttpHeaders } from 'node:http';
import { InvalidRequestError } from '../errors.ts';

/** What the headers of a delivery say, checked. */
export interface DeliveryHeaders {
  guid: string;
  event: string;
  signature: string;
}

/** GitHub's GUIDs are UUIDs today; other hexadecimal ids in groups are let through, whatever else is not. */
const GUID = /^[0-9a-fA-F]+(?:-[0-9a-fA-F]+)*$/;
const GUID_SHORTEST = 16;
const GUID_LONGEST = 64;
/** With digits: `projects_v2_item`. */
const EVENT = /^[a-z0-9_]{1,64}$/;
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
const USER_AGENT_PREFIX = 'GitHub-Hookshot/';

/** The delivery's GUID where the headers have a well-formed one: it becomes the correlation id even of a refusal. */
export function guidOf(headers: IncomingHttpHeaders): string | undefined {
  const guid = headers['x-github-delivery'];
  if (typeof guid !== 'string' || guid.length < GUID_SHORTEST || guid.length > GUID_LONGEST) return undefined;
  return GUID.test(guid) ? guid : undefined;
}

/**
 * Checks that the host is one of ours; no list means any.
 * @throws InvalidRequestError 400 `HOST_MISSING`, 421 `HOST_NOT_SERVED`
 */
export function checkHost(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): void {
  if (!headers.host) throw new InvalidRequestError('HOST_MISSING', 'The Host header is missing.');
  if (allowed.size > 0 && !allowed.has(hostName(headers.host))) {
    throw new InvalidRequestError('HOST_NOT_SERVED', 'This server does not answer for that host name.', { status: 421 });
  }
}

/** Lower case, without the port: `[::1]:3000` gives `[::1]`. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}

/**
 * Checks that the body is JSON as it stands.
 * @throws InvalidRequestError 415
 */
export function checkMediaType(headers: IncomingHttpHeaders): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') {
    throw new InvalidRequestError('MEDIA_TYPE_UNSUPPORTED', 'Webhooks must be sent as JSON, not as a form.', {
      status: 415,
      hint: 'Set "Content type" to application/json in the webhook settings of the GitHub App.',
    });
  }
  if (type !== 'application/json') {
    throw new InvalidRequestError('MEDIA_TYPE_UNSUPPORTED', 'The media type must be application/json.', { status: 415 });
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new InvalidRequestError('ENCODING_UNSUPPORTED', 'The body must not be compressed.', { status: 415 });
  }
}

/**
 * Reads and checks the headers that GitHub sends with each delivery.
 * @throws InvalidRequestError 400, naming the header
 */
export function readDeliveryHeaders(headers: IncomingHttpHeaders): DeliveryHeaders {
  if (!headers['user-agent']?.startsWith(USER_AGENT_PREFIX)) {
    throw new InvalidRequestError('USER_AGENT_INVALID', `The User-Agent header must begin with ${USER_AGENT_PREFIX}.`);
  }
  const event = required(headers, 'X-GitHub-Event');
  if (!EVENT.test(event)) throw invalid('X-GitHub-Event');
  required(headers, 'X-GitHub-Delivery');
  const guid = guidOf(headers);
  if (guid === undefined) throw invalid('X-GitHub-Delivery');
  return { guid, event, signature: required(headers, 'X-Hub-Signature-256') };
}

function required(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name.toLowerCase()];
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidRequestError('HEADER_MISSING', `The ${name} header is missing.`, { details: { header: name } });
}

function invalid(name: string): InvalidRequestError {
  return new InvalidRequestError('HEADER_INVALID', `The ${name} header is not of the form that GitHub sends.`, {
    details: { header: name },
  });
}
