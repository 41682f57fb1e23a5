import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { AuthenticationError } from '../../errors.ts';
import type { AgentCallView } from '../../store/agent-calls/agent-views.ts';
import { type Authenticator, requireScope } from '../authentication.ts';
import { askAgain } from '../caching.ts';
import type { ApiEnv } from '../context.ts';
import { limitBody } from '../middleware.ts';
import { agentUsageExample, agentUsageSchema } from '../schemas/agent.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import type { ApiServices } from '../services.ts';

const DAY_MS = 24 * 3_600_000;

export const agentUsageRoute = createRoute({
  method: 'get',
  path: '/api/v1/agents/usage',
  operationId: 'agentUsage',
  tags: ['Agents'],
  summary: 'What coding agents have taken within 24 hours',
  security: [{ bearer: [] }],
  request: { query: noQuery },
  responses: {
    200: json('As of now.', agentUsageSchema, agentUsageExample),
    ...errorResponses('/api/v1/agents/usage', 400, 401, 403, 500, 503),
  },
});

/** Where the back end of coding agents tells that a run has ended. It carries no key of ours: its signature is its right. */
export const AGENT_WEBHOOK_PATH = '/api/agents/webhook';

function registerWebhook(app: OpenAPIHono<ApiEnv>, { agentWebhook }: ApiServices): void {
  if (agentWebhook === null) return;
  app.post(AGENT_WEBHOOK_PATH, limitBody, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (!agentWebhook.hear(body, c.req.raw.headers)) {
      throw new AuthenticationError('SIGNATURE_WRONG', 'The request is not signed with the secret of the agent’s webhook.');
    }
    return c.json({ status: 'accepted' as const }, 202);
  });
}

export function registerAgents(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  registerWebhook(app, services);
  const middleware = [requireScope(authenticate, 'incidents:read'), ...askAgain];
  app.openapi({ ...agentUsageRoute, middleware }, async (c) => {
    const since = new Date(services.now().getTime() - DAY_MS);
    const [{ total, repositories, newest }, agent] = await Promise.all([services.agents.usage(since), services.agentState()]);
    const answer = {
      agent: agent && {
        backend: agent.backend,
        model: agent.model,
        restsUntil: agent.restsUntil?.toISOString() ?? null,
      },
      since: since.toISOString(),
      total: { questions: total.questions, ...toSpent(total) },
      repositories: repositories.map((one) => ({ repository: one.repository, questions: one.questions, ...toSpent(one) })),
      newest: newest.map((one) => ({
        at: one.startedAt.toISOString(),
        repository: one.repository,
        incidentId: one.incidentId,
        ...toCall(one),
      })),
    };
    return c.json(answer, 200);
  });
}

type Call = Omit<AgentCallView, 'repository' | 'incidentId' | 'startedAt'>;

/** A question as both the incident and the usage show it. */
export function toCall({ id, backend, model, state, outcome, estimated, fixId, endedAt, ...spent }: Call) {
  const ended = endedAt?.toISOString() ?? null;
  return { id, backend, model, state, outcome, ...toSpent(spent), estimated, fixId, endedAt: ended };
}

function toSpent({ tokens, microDollars, milliseconds }: { tokens: number; microDollars: number; milliseconds: number }) {
  return { tokens, dollars: microDollars / 1_000_000, seconds: milliseconds / 1_000 };
}
