import type { MiddlewareHandler } from 'hono';
import type { Caller } from './access/callers.ts';

/** What middleware leaves for the handlers of every request. */
export interface ApiEnv {
  Variables: {
    correlationId: string;
    /** What went wrong, once it was answered. */
    failure?: unknown;
  };
}

/** The same, behind `requireScope`. */
export interface AuthenticatedEnv {
  Variables: ApiEnv['Variables'] & { caller: Caller };
}

export type ApiMiddleware = MiddlewareHandler<ApiEnv>;

/** Of routes that want to know who calls. */
export type CallerMiddleware = [MiddlewareHandler<AuthenticatedEnv>];

/** Of routes that take a body: the caller is known before a byte of it is read. */
export type BodyMiddleware = [MiddlewareHandler<AuthenticatedEnv>, ApiMiddleware];
