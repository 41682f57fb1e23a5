import { z } from '@hono/zod-openapi';
import { type ErrorType, HINTS } from '../../errors.ts';
import { moment } from './common.ts';

const ERROR_TYPES = [
  'invalid_request',
  'authentication',
  'permission',
  'not_found',
  'conflict',
  'rate_limit',
  'unavailable',
  'internal',
] as const satisfies readonly ErrorType[];

/** The one error format; `ErrorBody` in src/errors.ts as a schema. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/)
        .openapi({ description: 'Stable; programs compare this.' }),
      message: z.string().openapi({ description: 'For people; it may change.' }),
      type: z.enum(ERROR_TYPES),
      details: z.record(z.string(), z.unknown()).optional(),
      hint: z.string().openapi({ description: 'What you can do about it.' }),
      path: z.string(),
      timestamp: moment,
      correlationId: z.string().openapi({ description: 'Find it in the log; also in the header X-Correlation-Id.' }),
    }),
  })
  .openapi('Error', { description: 'How everything that went wrong is answered.' });

type ErrorExample = z.input<typeof errorSchema>['error'];

interface ErrorDescription {
  description: string;
  example: Pick<ErrorExample, 'code' | 'message' | 'type' | 'details'> & { hint?: string };
}

const ERRORS = {
  400: {
    description: 'The request is not in the form that is wanted; `details.faults` says where.',
    example: {
      code: 'VALIDATION_FAILED',
      message: 'The request is not in the form that is wanted; details say where.',
      type: 'invalid_request',
      details: { faults: [{ field: 'query.limit', found: '"0"', wanted: 'at least 1' }] },
    },
  },
  401: {
    description: 'The key or token is missing, not known, over or taken back.',
    example: { code: 'API_KEY_MISSING', message: 'This needs an API key.', type: 'authentication' },
  },
  403: {
    description: 'The key is known and may not do this.',
    example: { code: 'SCOPE_MISSING', message: 'This key may not do that.', type: 'permission' },
  },
  404: {
    description: 'What was asked for is not there.',
    example: { code: 'INCIDENT_NOT_FOUND', message: 'There is no incident of this id.', type: 'not_found' },
  },
  409: {
    description: 'The state of the thing does not allow it (any more); the code says why.',
    example: {
      code: 'APPROVAL_DECIDED',
      message: 'This was decided before.',
      type: 'conflict',
      details: { state: 'rejected', decidedBy: 'mona' },
    },
  },
  413: {
    description: 'The body is larger than 1 MB.',
    example: {
      code: 'BODY_TOO_LARGE',
      message: 'The body is larger than 1 MB.',
      type: 'invalid_request',
      details: { limitBytes: 1048576 },
    },
  },
  415: {
    description: 'The body is not announced as JSON.',
    example: { code: 'MEDIA_TYPE_UNSUPPORTED', message: 'The body must be JSON.', type: 'invalid_request' },
  },
  429: {
    description: 'Too many requests of this caller; the header Retry-After says how many seconds to wait.',
    example: { code: 'RATE_LIMIT_EXCEEDED', message: 'One caller may ask for 50 diagnoses an hour.', type: 'rate_limit' },
  },
  500: {
    description: 'A fault of Regreen; the log has it under the correlation id.',
    example: {
      code: 'INTERNAL',
      message: 'Something went wrong inside Regreen. The log has the details under the correlation id.',
      type: 'internal',
    },
  },
  503: {
    description: 'A part that is needed is away for now; try again later.',
    example: { code: 'DATABASE_UNAVAILABLE', message: 'The database does not answer.', type: 'unavailable' },
  },
} as const satisfies Record<number, ErrorDescription>;

type ErrorStatus = keyof typeof ERRORS;

interface ErrorResponse {
  description: string;
  headers?: Record<string, { description: string; schema: { type: 'string' | 'integer' } }>;
  content: { 'application/json': { schema: typeof errorSchema; example: unknown } };
}

const RETRY_AFTER: ErrorResponse['headers'] = {
  'Retry-After': { description: 'How many seconds to wait.', schema: { type: 'integer' } },
};

const HEADERS: Partial<Record<ErrorStatus, ErrorResponse['headers']>> = {
  401: { 'WWW-Authenticate': { description: 'How to authenticate (RFC 6750).', schema: { type: 'string' } } },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

/** The entries of a route's `responses` for errors that it may answer with at `path`. */
export function errorResponses<const S extends ErrorStatus>(path: string, ...statuses: S[]): Record<S, ErrorResponse> {
  return Object.fromEntries(statuses.map((status) => [status, errorResponse(path, status)])) as Record<S, ErrorResponse>;
}

function errorResponse(path: string, status: ErrorStatus): ErrorResponse {
  const { description, example } = ERRORS[status];
  const where = { path, timestamp: '2026-11-20T09:30:00.000Z', correlationId: '7f6f2d0e-3f0b-4f6e-9a55-0c8d5c2f7a11' };
  return {
    description,
    ...(HEADERS[status] ? { headers: HEADERS[status] } : {}),
    content: {
      'application/json': { schema: errorSchema, example: { error: { hint: HINTS[example.type], ...example, ...where } } },
    },
  };
}
