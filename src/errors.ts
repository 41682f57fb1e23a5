/** The kinds of error in answers of the API; one a status family. */
export type ErrorType =
  | 'invalid_request'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'conflict'
  | 'rate_limit'
  | 'unavailable'
  | 'internal';

export interface ErrorOptions {
  /** Stable, machine-readable, SCREAMING_SNAKE_CASE. People search for it. */
  code: string;
  type: ErrorType;
  /** HTTP status that the error is answered with. */
  status: number;
  /** Facts beside the message. Never a secret, never a request body. */
  details?: Record<string, unknown>;
  /** What a person can do about it. */
  hint?: string;
  cause?: unknown;
}

/** Root of Regreen's own errors: everything that is thrown on purpose. */
export class RegreenError extends Error {
  readonly code: string;
  readonly type: ErrorType;
  readonly status: number;
  readonly details: Record<string, unknown> | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.type = options.type;
    this.status = options.status;
    this.details = options.details;
    this.hint = options.hint;
  }
}

type Details = Pick<ErrorOptions, 'details' | 'hint' | 'cause'>;

/** The caller's input is wrong; sending the same again cannot succeed. Status 400 unless said otherwise. */
export class InvalidRequestError extends RegreenError {
  constructor(code: string, message: string, options: Details & { status?: 400 | 405 | 413 | 415 | 422 | 421 | 431 } = {}) {
    super(message, { type: 'invalid_request', status: options.status ?? 400, code, ...withoutStatus(options) });
  }
}

/** Who is calling is not known: a missing or wrong signature or key. Status 401. */
export class AuthenticationError extends RegreenError {
  constructor(code: string, message: string, options: Details = {}) {
    super(message, { type: 'authentication', status: 401, code, ...options });
  }
}

/** The caller is known and may not do this. Status 403. */
export class PermissionError extends RegreenError {
  constructor(code: string, message: string, options: Details = {}) {
    super(message, { type: 'permission', status: 403, code, ...options });
  }
}

/** The thing asked for is not there. Status 404. */
export class NotFoundError extends RegreenError {
  constructor(code: string, message: string, options: Details = {}) {
    super(message, { type: 'not_found', status: 404, code, ...options });
  }
}

/** The state of the thing does not allow it. Status 409. */
export class ConflictError extends RegreenError {
  constructor(code: string, message: string, options: Details = {}) {
    super(message, { type: 'conflict', status: 409, code, ...options });
  }
}

/** Too many requests. Status 429. `retryAfterSeconds` becomes the `Retry-After` header. */
export class RateLimitError extends RegreenError {
  readonly retryAfterSeconds: number;
  constructor(code: string, message: string, retryAfterSeconds: number, options: Details = {}) {
    super(message, { type: 'rate_limit', status: 429, code, ...options });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A part that is needed is away for now; the same request may succeed later. Status 503. */
export class UnavailableError extends RegreenError {
  constructor(code: string, message: string, options: Details = {}) {
    super(message, { type: 'unavailable', status: 503, code, ...options });
  }
}

/** The configuration can't be used. Raised before anything starts; `faults` has one entry a fault. */
export class ConfigurationError extends RegreenError {
  readonly faults: readonly string[];
  constructor(message: string, faults: readonly string[], options: Details = {}) {
    super(message, { type: 'internal', status: 500, code: 'CONFIGURATION_INVALID', ...options });
    this.faults = faults;
  }
}

/** What a person can do about an error that says nothing itself. */
export const HINTS: Readonly<Record<ErrorType, string>> = {
  invalid_request: 'Look at the details; /docs describes every request.',
  authentication: 'Send the header "Authorization: Bearer KEY".',
  permission: 'It needs a key with a higher role.',
  not_found: 'It may be gone, or not be among what your key shows you.',
  conflict: 'Look at it again; its state may have changed.',
  rate_limit: 'Wait for the time in the Retry-After header.',
  unavailable: 'Try again in a few seconds.',
  internal: 'Look for the correlation id in the log of the server.',
};

/** The one form in which errors are answered over HTTP. */
export interface ErrorBody {
  error: {
    code: string;
    message: string;
    type: ErrorType;
    details?: Record<string, unknown>;
    hint: string;
    path: string;
    timestamp: string;
    correlationId: string;
  };
}

/**
 * Turns anything thrown into the one error format. What is not a `RegreenError` is told as `INTERNAL`
 * without its message: a message may hold what must not leave the process.
 */
export function toErrorBody(
  error: unknown,
  at: { path: string; correlationId: string; now: Date },
): { status: number; body: ErrorBody } {
  const known = error instanceof RegreenError ? error : undefined;
  return {
    status: known?.status ?? 500,
    body: {
      error: {
        code: known?.code ?? 'INTERNAL',
        message: known?.message ?? 'Something went wrong inside Regreen. The log has the details under the correlation id.',
        type: known?.type ?? 'internal',
        ...(known?.details ? { details: known.details } : {}),
        hint: known?.hint ?? HINTS[known?.type ?? 'internal'],
        path: at.path,
        timestamp: at.now.toISOString(),
        correlationId: at.correlationId,
      },
    },
  };
}

function withoutStatus({ status: _status, ...rest }: Details & { status?: number }): Details {
  return rest;
}
