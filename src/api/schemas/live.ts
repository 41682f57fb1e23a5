import { z } from '@hono/zod-openapi';
import { moment } from './common.ts';

export const ticketSchema = z
  .object({
    ticket: z.string().openapi({ description: 'Opens one connection: /ws?ticket=TICKET.' }),
    expiresAt: moment,
  })
  .openapi('LiveTicket', { example: { ticket: 'TICKET', expiresAt: '2026-11-20T09:30:30.000Z' } });
