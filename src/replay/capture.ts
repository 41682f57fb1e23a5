import { z } from 'zod';
import { InvalidRequestError } from '../errors.ts';

/** A webhook that somebody has kept. */
export interface Captured {
  event: string;
  /** Its GUID where that was kept. */
  guid: string | null;
  body: Buffer;
}

const text = z.string().min(1);
const payload = z.record(z.string(), z.unknown());
const headers = z.record(z.string(), z.unknown());

/** As GitHub's API tells of a delivery: GET /app/hook/deliveries/{id}. */
const apiForm = z.object({ guid: text, event: text, request: z.object({ payload }) });
/** As smee.io relays and shows it: the headers, and the body among them. */
const smeeForm = z.object({ 'x-github-event': text, 'x-github-delivery': text.optional(), body: payload });
/** As tools keep requests: headers in any case of letters beside the payload. */
const requestForm = z.object({ headers, payload: payload.optional(), body: payload.optional() });

/**
 * Reads what was saved of a webhook, in whichever of its usual forms.
 * @param event for a payload that stands alone
 * @throws InvalidRequestError `CAPTURE_INVALID`, `EVENT_MISSING`
 */
export function readCapture(saved: string, event: string | undefined): Captured {
  const value = payload.safeParse(parseJson(saved));
  if (!value.success) {
    throw new InvalidRequestError('CAPTURE_INVALID', 'That is no webhook: it is no JSON object.', {
      hint: 'Give a payload, what smee.io shows, or what GET /app/hook/deliveries/{id} answers.',
    });
  }
  const known = fromApi(value.data) ?? fromSmee(value.data) ?? fromRequest(value.data);
  if (known !== null) return event === undefined ? known : { ...known, event };
  if (event !== undefined) return { event, guid: null, body: Buffer.from(saved) };
  throw new InvalidRequestError('EVENT_MISSING', 'A payload alone does not say which event it is.', {
    hint: 'Name it: --event workflow_run.',
  });
}

function fromApi(value: object): Captured | null {
  const read = apiForm.safeParse(value);
  return read.success ? captured(read.data.event, read.data.guid, read.data.request.payload) : null;
}

function fromSmee(value: object): Captured | null {
  const read = smeeForm.safeParse(value);
  return read.success ? captured(read.data['x-github-event'], read.data['x-github-delivery'] ?? null, read.data.body) : null;
}

function fromRequest(value: object): Captured | null {
  const read = requestForm.safeParse(value);
  if (!read.success) return null;
  const named = new Map(Object.entries(read.data.headers).map(([name, one]) => [name.toLowerCase(), one]));
  const event = named.get('x-github-event');
  const guid = named.get('x-github-delivery');
  const content = read.data.payload ?? read.data.body;
  if (typeof event !== 'string' || content === undefined) return null;
  return captured(event, typeof guid === 'string' ? guid : null, content);
}

function captured(event: string, guid: string | null, content: object): Captured {
  return { event, guid, body: Buffer.from(JSON.stringify(content)) };
}

function parseJson(saved: string): unknown {
  try {
    return JSON.parse(saved);
  } catch {
    return null;
  }
}
