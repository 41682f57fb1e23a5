import { z } from 'zod';
import type { AgentEnvironment } from '../config/agent-variables.ts';
import { boundedFetch } from './backends/http.ts';

/** Whether an agent could be asked: nothing is asked to find out. */
export type AgentProbe = 'ready' | 'unreachable' | 'refuses' | 'model-unknown';

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Asks the back end for what costs nothing: its list of models, or its status. */
export async function probeAgent(environment: AgentEnvironment, signal: AbortSignal): Promise<AgentProbe> {
  try {
    const response = await boundedFetch(addressOf(environment), { headers: headersOf(environment), signal });
    if (response.status === 401 || response.status === 403) return 'refuses';
    if (response.status >= 500) return 'unreachable';
    return offers(await response.json().catch(() => null), environment) ? 'ready' : 'model-unknown';
  } catch {
    return 'unreachable';
  }
}

function addressOf({ backend, url, organisation }: AgentEnvironment): string {
  if (backend === 'agentapi') return `${url}/status`;
  if (backend === 'codegen') return `${url}/v1/organizations/${encodeURIComponent(organisation ?? '')}/agent/runs`;
  return `${url}/models`;
}

function headersOf({ backend, apiKey }: AgentEnvironment): Record<string, string> {
  if (apiKey === null) return {};
  // https://platform.claude.com/docs/en/api/models-list
  if (backend === 'anthropic') return { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  return { authorization: `Bearer ${apiKey}` };
}

/** Servers that list no models are believed: many have no such list. */
function offers(answer: unknown, { backend, model }: AgentEnvironment): boolean {
  if (backend !== 'openai-compatible' || model === null) return true;
  const models = modelsSchema.safeParse(answer);
  return !models.success || models.data.data.some(({ id }) => id === model || id === `${model}:latest`);
}
