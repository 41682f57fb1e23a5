import { etag } from 'hono/etag';
import type { ApiMiddleware } from './context.ts';

/** Figures are summed up once a minute. */
const FRESH_SECONDS = 15;

/** For answers that only change with the books: an `ETag`, 304 for who has it already, and a short life in the caller's cache. */
export const cacheBriefly: ApiMiddleware[] = [
  async (c, next) => {
    await next();
    if (c.res.ok || c.res.status === 304) c.res.headers.set('cache-control', `private, max-age=${FRESH_SECONDS}`);
  },
  etag(),
];
