import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import packageJson from '../../../package.json' with { type: 'json' };
import type { ApiEnv } from '../context.ts';
import { createHealthReporter, type HealthReport } from '../health.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { aboutSchema, healthSchema, livenessSchema, pingSchema, readinessSchema } from '../schemas/health.ts';
import { json } from '../schemas/json.ts';
import type { ApiServices } from '../services.ts';

export const VERSION = packageJson.version;

export const aboutRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'about',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: 'What this is',
  responses: { 200: json('Name, version and where to look.', aboutSchema), ...errorResponses('/', 400, 500) },
});

export const pingRoute = createRoute({
  method: 'get',
  path: '/ping',
  operationId: 'ping',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: 'Whether the process answers',
  responses: { 200: json('It answers.', pingSchema), ...errorResponses('/ping', 400, 500) },
});

export const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'health',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: 'How each component is',
  description: 'Answers within 2 seconds, whatever hangs.',
  responses: {
    200: json('Deliveries are taken; work may be slow when degraded.', healthSchema),
    503: json('The database or the queue is down.', healthSchema),
    ...errorResponses('/health', 400, 500),
  },
});

export const livenessRoute = createRoute({
  method: 'get',
  path: '/health/live',
  operationId: 'liveness',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: 'Whether the process should be left running',
  responses: { 200: json('It should.', livenessSchema), ...errorResponses('/health/live', 400, 500) },
});

export const readinessRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'readiness',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: 'Whether requests should be sent here',
  responses: {
    200: json('They should.', readinessSchema),
    503: json('Not yet, or no longer; the reasons say why.', readinessSchema),
    ...errorResponses('/health/ready', 400, 500),
  },
});

export const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'metrics',
  tags: ['Operations'],
  security: [],
  request: { query: noQuery },
  summary: "Metrics in Prometheus' text format",
  responses: {
    200: { description: 'Every metric.', content: { 'text/plain': { schema: z.string() } } },
    ...errorResponses('/metrics', 400, 500),
  },
});

const ABOUT = {
  name: 'regreen' as const,
  version: VERSION,
  description: 'Self-hosted, self-healing CI.',
  links: { openapi: '/openapi.json', docs: '/docs', health: '/health', metrics: '/metrics', incidents: '/api/v1/incidents' },
};

export function registerOperations(app: OpenAPIHono<ApiEnv>, services: ApiServices): void {
  const report = createHealthReporter(services.health, services);
  app.openapi(aboutRoute, (c) => c.json(ABOUT, 200));
  app.openapi(pingRoute, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(healthRoute, async (c) => {
    const health = await report();
    return c.json(toHealth(health), health.status === 'down' ? 503 : 200);
  });
  app.openapi(livenessRoute, (c) => c.json({ status: 'alive' as const, uptimeSeconds: uptimeSeconds() }, 200));
  app.openapi(readinessRoute, (c) => {
    const { ready, reasons } = services.readiness();
    return c.json({ status: ready ? ('ready' as const) : ('not-ready' as const), reasons: [...reasons] }, ready ? 200 : 503);
  });
  app.openapi(metricsRoute, async (c) => {
    const { contentType, text } = await services.metrics.render();
    return c.text(text, 200, { 'content-type': contentType });
  });
}

function toHealth({ status, components }: HealthReport): z.input<typeof healthSchema> {
  const shown = Object.entries(components).map(([name, health]) => [name, toComponent(health)]);
  return {
    status,
    version: VERSION,
    uptimeSeconds: uptimeSeconds(),
    components: Object.fromEntries(shown) as z.input<typeof healthSchema>['components'],
  };
}

function toComponent(health: HealthReport['components']['database']) {
  return { ...health, checkedAt: health.checkedAt.toISOString() };
}

function uptimeSeconds(): number {
  return Math.floor(process.uptime());
}
