import { type LocalServer, sendJson, startServer } from './server.ts';

export interface CodegenOptions {
  /** What the agent answers to a prompt. */
  result(prompt: string): string | null;
  /** The states that reading the run tells, or statuses with which it is refused, one after the other; the last one stays. */
  states: readonly string[];
  /** Refuses to create runs with this status. */
  refuse?: number;
}

/**
 * A server that speaks Codegen's API 1.0.0: `POST /v1/organizations/{org}/agent/run`, `GET …/agent/run/{id}`; 422 and 429 as
 * FastAPI answers them. https://docs.codegen.com/api-reference/agents/create-agent-run
 */
export async function startCodegenServer(options: CodegenOptions): Promise<LocalServer> {
  let prompt = '';
  let reads = 0;
  const run = (status: string) => ({
    id: 41_908,
    organization_id: 42,
    status,
    created_at: '2026-11-28T00:00:00Z',
    web_url: 'https://codegen.com/agent/trace/41908',
    result: status.toLowerCase() === 'complete' ? options.result(prompt) : null,
    summary: null,
    source_type: 'API',
    github_pull_requests: [],
    metadata: {},
  });
  return startServer((request, response) => {
    if (request.headers.authorization !== 'Bearer codegen-key') return sendJson(response, 401, { detail: 'Invalid token' });
    if (request.method === 'POST' && request.path === '/v1/organizations/42/agent/run') {
      if (options.refuse) return sendJson(response, options.refuse, { detail: 'Rate limit exceeded' }, { 'retry-after': '30' });
      ({ prompt } = request.body as { prompt: string });
      return sendJson(response, 200, run('ACTIVE'));
    }
    if (request.method === 'GET' && request.path === '/v1/organizations/42/agent/run/41908') {
      const state = options.states[Math.min(reads, options.states.length - 1)] ?? 'ACTIVE';
      reads += 1;
      if (/^\d{3}$/.test(state)) return sendJson(response, Number(state), { detail: 'Not now' });
      return sendJson(response, 200, run(state));
    }
    return sendJson(response, 404, { detail: 'Not Found' });
  });
}
