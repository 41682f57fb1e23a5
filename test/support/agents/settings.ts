import type { AgentEnvironment } from '../../../src/config/agent-variables.ts';

/** An agent's settings as a server would have them: $3 and $15 for a million tokens. */
export function agentSettings(change: Partial<AgentEnvironment> & Pick<AgentEnvironment, 'url'>): AgentEnvironment {
  return {
    backend: 'openai-compatible',
    model: 'stub-1',
    apiKey: 'test-agent-key-0123456789',
    organisation: null,
    webhookSecret: null,
    structuredOutput: 'schema',
    maxOutputTokens: 4_000,
    prices: { input: 3, output: 15, call: 0 },
    ceilings: {
      attempt: { tokens: 100_000, microDollars: 1_000_000, milliseconds: 20_000 },
      repository: { tokens: 1_000_000, microDollars: 5_000_000, milliseconds: 3_600_000 },
      server: { tokens: 5_000_000, microDollars: 25_000_000, milliseconds: 18_000_000 },
    },
    ...change,
  };
}
