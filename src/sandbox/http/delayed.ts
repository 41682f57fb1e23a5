import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';

/** The same routes, each answered so much later, as over a long way; any number of requests are on it at once. */
export function delayed(app: Hono, milliseconds = 0): Hono {
  if (milliseconds === 0) return app;
  const far = new Hono();
  far.all('*', async (c) => {
    await delay(milliseconds);
    return app.fetch(c.req.raw);
  });
  return far;
}
