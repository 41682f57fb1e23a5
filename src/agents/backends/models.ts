import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { AgentBackend } from '../types.ts';
import { boundedFetch } from './http.ts';
import { askModel } from './model-call.ts';

export interface ModelSettings {
  /** Ends before `/chat/completions` or `/messages`, e.g. `https://api.openai.com/v1`. */
  url: string;
  model: string;
  apiKey: string | null;
}

/**
 * Any server that speaks OpenAI's chat completions, streamed: https://platform.openai.com/docs/api-reference/chat
 * @param structured how the form of the answer is asked for: by its schema, or only as JSON for servers that know no schemas
 */
export function openAiCompatibleBackend(settings: ModelSettings, structured: 'schema' | 'json'): AgentBackend {
  const { url, model, apiKey } = settings;
  const provider = createOpenAICompatible({
    name: 'agent',
    baseURL: url,
    fetch: boundedFetch,
    includeUsage: true,
    supportsStructuredOutputs: structured === 'schema',
    ...(apiKey === null ? {} : { apiKey }),
  });
  return { name: 'openai-compatible', model, ask: (question, signal) => askModel(provider(model), question, signal) };
}

/** Anthropic's Messages API, streamed: https://docs.anthropic.com/en/api/messages (anthropic-version 2023-06-01) */
export function anthropicBackend({ url, model, apiKey }: ModelSettings): AgentBackend {
  // Without a key of ours the SDK would look for one in the environment.
  const provider = createAnthropic({ baseURL: url, apiKey: apiKey ?? '', fetch: boundedFetch });
  return { name: 'anthropic', model, ask: (question, signal) => askModel(provider(model), question, signal) };
}
