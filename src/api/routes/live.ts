import { randomBytes } from 'node:crypto';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { hashOfSecret } from '../../config/secret-keys.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import type { ApiEnv, CallerMiddleware } from '../context.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { ticketSchema } from '../schemas/live.ts';
import type { ApiServices } from '../services.ts';

export const ticketRoute = createRoute({
  method: 'post',
  path: '/api/v1/live/tickets',
  operationId: 'createLiveTicket',
  tags: ['Live'],
  summary: 'A ticket for one live connection',
  description:
    'For browsers, whose WebSockets send no Authorization header: the ticket stands in the address in place of a key, is good once, and for half a minute. What is said on the connection is in docs/live.md.',
  security: [{ bearer: [] }],
  request: { query: noQuery },
  responses: {
    201: { description: 'The ticket.', content: { 'application/json': { schema: ticketSchema } } },
    ...errorResponses('/api/v1/live/tickets', 400, 401, 403, 429, 500, 503),
  },
});

const TICKET_MS = 30_000;

export function registerLive(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const middleware: CallerMiddleware = [requireScope(authenticate, 'builds:read')];
  app.openapi({ ...ticketRoute, middleware }, async (c) => {
    const { claims } = c.get('caller');
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = new Date(services.now().getTime() + TICKET_MS);
    await services.tickets.create({ hash: hashOfSecret(ticket), claims, expiresAt });
    return c.json({ ticket, expiresAt: expiresAt.toISOString() }, 201);
  });
}
