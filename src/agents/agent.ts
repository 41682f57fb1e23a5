import { randomBytes } from 'node:crypto';
import type { AgentEnvironment } from '../config/agent-variables.ts';
import { agentApiBackend } from './backends/agentapi.ts';
import { codegenBackend } from './backends/codegen.ts';
import { anthropicBackend, openAiCompatibleBackend } from './backends/models.ts';
import { createWakes, type Wakes } from './backends/webhook.ts';
import { type ComposedQuestion, composeQuestion, PROMPT_BUDGET } from './prompt.ts';
import type { AgentBackend, AgentTask, BackendAnswer, Question } from './types.ts';

/** The coding agent of this server. */
export interface Agent {
  backend: AgentBackend['name'];
  /** Told on pull requests and in the books. */
  model: string;
  prices: AgentEnvironment['prices'];
  ceilings: AgentEnvironment['ceilings'];
  /** Puts a task into words, within the tokens that one attempt may take. The label is made anew each time. */
  compose(task: AgentTask, tokens: number): ComposedQuestion & { label: string };
  /** Asks once, for so many milliseconds at most. @throws AgentError */
  ask(question: Question, milliseconds: number, signal: AbortSignal): Promise<BackendAnswer>;
  /** The back end's own webhook; `null` where it has none, or none is configured. */
  webhook: Pick<Wakes, 'hear'> | null;
}

/** 128 bits, in letters and digits. */
const LABEL_BYTES = 16;
/** Of the tokens of an attempt, so that the ceiling of two bytes a token is kept. */
const BYTES_PER_TOKEN = 2;
/** For the instructions. */
const OWN_WORDS_BYTES = 8 * 1024;

export function createAgent(environment: AgentEnvironment): Agent {
  const secret = environment.backend === 'codegen' ? environment.webhookSecret : null;
  const wakes = secret === null ? null : createWakes(secret);
  const backend = backendOf(environment, wakes);
  const { ceilings, prices } = environment;
  return {
    backend: backend.name,
    model: backend.model,
    prices,
    ceilings,
    webhook: wakes,
    compose: (task, tokens) => {
      const label = randomBytes(LABEL_BYTES).toString('hex');
      const maxOutputTokens = Math.min(environment.maxOutputTokens, Math.floor(tokens / 2));
      const room = (tokens - maxOutputTokens) * BYTES_PER_TOKEN - OWN_WORDS_BYTES;
      const budget = { ...PROMPT_BUDGET, total: Math.min(PROMPT_BUDGET.total, room) };
      return { ...composeQuestion(task, { label, maxOutputTokens, budget }), label };
    },
    ask: (question, milliseconds, signal) => backend.ask(question, AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])),
  };
}

function backendOf(environment: AgentEnvironment, wakes: Wakes | null): AgentBackend {
  const { backend, url, model, apiKey, organisation } = environment;
  switch (backend) {
    case 'openai-compatible':
      return openAiCompatibleBackend({ url, model: model ?? '', apiKey }, environment.structuredOutput);
    case 'anthropic':
      return anthropicBackend({ url, model: model ?? '', apiKey });
    case 'agentapi':
      return agentApiBackend({ url, model: model ?? 'agentapi', apiKey });
    case 'codegen':
      return codegenBackend({ url, organisation: organisation ?? '', apiKey: apiKey ?? '', model, wakes });
  }
}
