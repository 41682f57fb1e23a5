import { RegreenError } from '../../errors.ts';

/** The embedded PostgreSQL can't be used; the message says why and the hint what to do. */
export class EmbeddedDatabaseError extends RegreenError {
  constructor(
    code: string,
    message: string,
    options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { code, type: 'unavailable', status: 503, ...options });
  }
}
