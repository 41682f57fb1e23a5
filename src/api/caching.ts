import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import type { ApiMiddleware } from './context.ts';

/** Figures are summed up once a minute. */
const FRESH_SECONDS = 15;

/** For answers that only change with the books: an `ETag`, 304 for who has it already, and a short life in the caller's cache. */
export const cacheBriefly: ApiMiddleware[] = kept(`private, max-age=${FRESH_SECONDS}`);

/** For answers that people act upon, and look at again when they have: an `ETag` and 304, and no answer without asking. */
export const askAgain: ApiMiddleware[] = kept('private, no-cache');

function kept(cacheControl: string): ApiMiddleware[] {
  return [
    async (c, next) => {
      await next();
      if (!c.res.ok && c.res.status !== 304) return;
      c.res.headers.set('cache-control', cacheControl);
      // Whoever uses the browser next is somebody else.
      c.res.headers.append('vary', 'Authorization, Cookie');
    },
    etag(),
  ];
}

/** Gzip for whoever takes it. JSON only: logs are streamed, and asked for by ranges of their own bytes. */
export const shrink: ApiMiddleware = compress({ encoding: 'gzip', contentTypeFilter: /^application\/json/ });
