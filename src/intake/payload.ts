import { z } from 'zod';
import { InvalidRequestError } from '../errors.ts';

/** The fields that every handler may look at, whatever the event; all else is the handler's business. */
const payloadSchema = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ id: z.int(), name: z.string(), full_name: z.string() }).optional(),
  installation: z.object({ id: z.int() }).optional(),
});

/**
 * Checks that a body is JSON (UTF-8) and an object whose common fields have the right types.
 * The error never quotes the body.
 * @throws InvalidRequestError 400 `NOT_JSON`, `INVALID_PAYLOAD`
 */
export function checkPayload(body: Buffer): void {
  const parsed = payloadSchema.safeParse(parseJson(body));
  if (parsed.success) return;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || '(top level)');
  throw new InvalidRequestError('INVALID_PAYLOAD', 'The payload does not have the form of a GitHub event.', {
    details: { fields },
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new InvalidRequestError('NOT_JSON', 'The body is not JSON.');
  }
}
