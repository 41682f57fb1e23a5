import { z } from '@hono/zod-openapi';
import { moment } from './common.ts';

const status = z.enum(['up', 'degraded', 'down']);

const component = z
  .object({
    status,
    latencyMs: z.number().min(0).openapi({ description: 'How long the check took.' }),
    message: z.string(),
    checkedAt: moment.openapi({ description: 'Results are kept for a while: a second, for GitHub a minute.' }),
  })
  .openapi('ComponentHealth');

const upAt = (latencyMs: number, message: string) => ({
  status: 'up' as const,
  latencyMs,
  message,
  checkedAt: '2026-11-20T09:30:00.000Z',
});

export const healthSchema = z
  .object({
    status: status.openapi({
      description: 'down when the database or the queue is down; degraded when anything else is not up.',
    }),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
    components: z.object({
      database: component,
      queue: component,
      github: component,
      agent: component,
      slack: component,
      webhooks: component,
      linear: component,
      githubIssues: component,
    }),
  })
  .openapi('Health', {
    example: {
      status: 'up',
      version: '0.1.0',
      uptimeSeconds: 86400,
      components: {
        database: upAt(1, 'The database answers.'),
        queue: upAt(3, '2 jobs wait.'),
        github: upAt(84, '4,980 requests are left in this hour.'),
        agent: upAt(1, 'anthropic answered last: edits.'),
        slack: upAt(1, '2 channels; no message has failed since the last that arrived.'),
        webhooks: upAt(1, 'No channel is configured.'),
        linear: upAt(1, 'No channel is configured.'),
        githubIssues: upAt(1, 'No channel is configured.'),
      },
    },
  });

export const livenessSchema = z
  .object({ status: z.literal('alive'), uptimeSeconds: z.int().min(0) })
  .openapi('Liveness', { example: { status: 'alive', uptimeSeconds: 86400 } });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    reasons: z.array(z.string()).openapi({ description: 'Why no requests should be sent here; empty when ready.' }),
  })
  .openapi('Readiness', { example: { status: 'ready', reasons: [] } });

export const pingSchema = z.object({ status: z.literal('ok') }).openapi('Ping', { example: { status: 'ok' } });

export const aboutSchema = z
  .object({
    name: z.literal('regreen'),
    version: z.string(),
    description: z.string(),
    links: z.object({ openapi: z.string(), docs: z.string(), health: z.string(), metrics: z.string(), incidents: z.string() }),
  })
  .openapi('About', {
    example: {
      name: 'regreen',
      version: '0.1.0',
      description: 'Self-hosted, self-healing CI.',
      links: { openapi: '/openapi.json', docs: '/docs', health: '/health', metrics: '/metrics', incidents: '/api/v1/incidents' },
    },
  });
