import type { MiddlewareHandler } from 'hono';
import type { Caller } from './authentication.ts';

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
