import type { ServerResponse } from 'node:http';
import { type LocalServer, sendJson, startServer } from './server.ts';

export interface AgentApiOptions {
  /** What the agent writes to a question; `null` when it never comes to an end. */
  write(question: string): string | null;
  /** It is at work for somebody else. */
  busy?: boolean;
  /** The stream of events ends while the agent is at work. */
  dropsEvents?: boolean;
  /** Asks for this bearer token, as a proxy in front of it would. */
  token?: string;
}

/**
 * A server that speaks coder/agentapi 0.11.6: GET /status, GET /messages, POST /message, GET /events with `status_change` and
 * `message_update`, errors as application/problem+json. https://github.com/coder/agentapi/blob/main/openapi.json
 */
export async function startAgentApiServer(options: AgentApiOptions): Promise<LocalServer> {
  const messages = [{ id: 0, role: 'agent', content: 'Welcome.', time: '2026-11-28T00:00:00Z' }];
  const listeners = new Set<ServerResponse>();
  let status = options.busy ? 'running' : 'stable';
  const tell = (event: string, data: object) => {
    for (const one of listeners) one.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const change = (to: string) => {
    status = to;
    tell('status_change', { status, agent_type: 'claude' });
  };
  const say = (role: string, content: string) => {
    messages.push({ id: messages.length, role, content, time: '2026-11-28T00:00:01Z' });
    tell('message_update', { id: messages.length - 1, role, message: content, time: '2026-11-28T00:00:01Z' });
  };
  return startServer((request, response) => {
    if (options.token && request.headers.authorization !== `Bearer ${options.token}`)
      return problem(response, 401, 'Unauthorized');
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /status') return sendJson(response, 200, { status, agent_type: 'claude' });
    if (route === 'GET /messages') return sendJson(response, 200, { messages });
    if (route === 'GET /events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: status_change\ndata: ${JSON.stringify({ status, agent_type: 'claude' })}\n\n`);
      listeners.add(response);
      return;
    }
    if (route !== 'POST /message') return problem(response, 404, 'Not Found');
    if (status !== 'stable') return problem(response, 500, 'agent is not stable');
    const { content } = request.body as { content: string };
    change('running');
    say('user', content);
    sendJson(response, 200, { ok: true });
    const written = options.write(content);
    if (options.dropsEvents) {
      for (const one of listeners) one.end();
      listeners.clear();
    }
    if (written === null) return;
    say('agent', written);
    change('stable');
  });
}

function problem(response: ServerResponse, status: number, title: string): void {
  sendJson(response, status, { title, status, detail: title }, { 'content-type': 'application/problem+json' });
}
