import { z } from 'zod';
import { BACKENDS, type BackendName } from '../agents/types.ts';
import { integer } from './variable-types.ts';

/** How far one scope may go: an attempt, a repository within 24 hours, all repositories within 24 hours. */
export interface Ceiling {
  tokens: number;
  /** In millionths of a dollar, so that sums are exact. */
  microDollars: number;
  milliseconds: number;
}

/** The one coding agent of this server, and what it may use. */
export interface AgentEnvironment {
  backend: BackendName;
  url: string;
  /** `null` where the back end has one of its own. */
  model: string | null;
  apiKey: string | null;
  /** Codegen's number of the organisation. */
  organisation: string | null;
  /** With which Codegen signs its webhook; `null` where it has none. */
  webhookSecret: string | null;
  structuredOutput: 'schema' | 'json';
  maxOutputTokens: number;
  /** In millionths of a dollar: for one token that is the same number as dollars for a million tokens. */
  prices: { input: number; output: number; call: number };
  ceilings: { attempt: Ceiling; repository: Ceiling; server: Ceiling };
}

const DEFAULT_URLS: Record<BackendName, string | null> = {
  'openai-compatible': null,
  anthropic: 'https://api.anthropic.com/v1',
  agentapi: 'http://localhost:3284',
  codegen: 'https://api.codegen.com',
};

const MICRO = 1_000_000;
const MINUTE_MS = 60_000;
/** The queue ends a job after 30 minutes; the answer has to be taken over as well. */
const LONGEST_ATTEMPT_MINUTES = 25;

/** An amount of dollars with at most six decimals. */
const dollars = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      if (/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) return Number(text);
      context.addIssue({ code: 'custom', message: `found "${text.slice(0, 40)}"; wanted dollars such as 2.50` });
      return z.NEVER;
    });

const word = z.string().min(1).max(200);

/** The variables about coding agents; their descriptions become .env.example's comments. */
export const AGENT_VARIABLES = {
  AGENT_BACKEND: z
    .enum(BACKENDS, {
      error: ({ input }) => `found "${String(input).slice(0, 40)}"; wanted one of ${BACKENDS.join(', ')}`,
    })
    .optional()
    .describe(
      `Which coding agent may be asked where no fixer has an answer, in repositories whose regreen.yml allows it: one of ${BACKENDS.join(', ')}. Without it none is ever asked.`,
    ),
  AGENT_URL: z
    .string()
    .transform((text, context) => {
      if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
      context.addIssue({
        code: 'custom',
        message: 'found no address that can be read; wanted one such as https://api.openai.com/v1',
      });
      return z.NEVER;
    })
    .optional()
    .describe(
      'Where the agent is, e.g. https://api.openai.com/v1 or http://localhost:11434/v1. Known for anthropic, agentapi (port 3284 of this machine) and codegen.',
    ),
  AGENT_MODEL: word.optional().describe('The model to ask, as its server calls it; needed for openai-compatible and anthropic.'),
  AGENT_API_KEY: word
    .max(4_000)
    .optional()
    .describe('The key for the agent; needed for anthropic and codegen. AGENT_API_KEY_FILE names a file instead.'),
  AGENT_ORGANISATION: z
    .string()
    .regex(/^\d{1,12}$/, 'found something else; wanted the number of the organisation, from codegen.com/token')
    .optional()
    .describe("For codegen: the organisation's number."),
  AGENT_WEBHOOK_SECRET: z
    .string()
    .min(16, 'found fewer than 16 characters')
    .max(200)
    .optional()
    .describe(
      "For codegen: the secret of its webhook for ended runs, set at Codegen with this server's address and /api/agents/webhook; without it runs are looked at every 5 seconds. AGENT_WEBHOOK_SECRET_FILE names a file instead.",
    ),
  AGENT_STRUCTURED_OUTPUT: z
    .enum(['schema', 'json'], { error: 'found something else; wanted schema or json' })
    .default('schema')
    .describe('For openai-compatible: json for servers that know no JSON Schema in response_format.'),
  AGENT_MAX_OUTPUT_TOKENS: integer(256, 200_000, 16_000).describe('Tokens that one answer may have.'),
  AGENT_PRICE_INPUT: dollars('0').describe('Dollars for a million tokens that are sent; without it money is not counted.'),
  AGENT_PRICE_OUTPUT: dollars('0').describe('Dollars for a million tokens of answers.'),
  AGENT_PRICE_CALL: dollars('0').describe('Dollars for each question, for agents that are not paid by the token.'),
  AGENT_ATTEMPT_TOKENS: integer(1_000, 10_000_000, 120_000).describe(
    'Tokens that one attempt may take, question and answer together.',
  ),
  AGENT_ATTEMPT_DOLLARS: dollars('1').describe('Dollars that one attempt may cost.'),
  AGENT_ATTEMPT_MINUTES: integer(1, LONGEST_ATTEMPT_MINUTES, 5).describe('Minutes after which an attempt is stopped.'),
  AGENT_REPOSITORY_TOKENS: integer(0, 1_000_000_000, 1_000_000).describe('Tokens that one repository may take within 24 hours.'),
  AGENT_REPOSITORY_DOLLARS: dollars('5').describe('Dollars that one repository may cost within 24 hours.'),
  AGENT_REPOSITORY_MINUTES: integer(0, 100_000, 60).describe('Minutes that agents may work for one repository within 24 hours.'),
  AGENT_DAY_TOKENS: integer(0, 10_000_000_000, 5_000_000).describe(
    'Tokens that all repositories together may take within 24 hours.',
  ),
  AGENT_DAY_DOLLARS: dollars('25').describe('Dollars that all repositories together may cost within 24 hours.'),
  AGENT_DAY_MINUTES: integer(0, 100_000, 300).describe('Minutes that agents may work for all repositories within 24 hours.'),
} as const;

type AgentValues = z.output<z.ZodObject<typeof AGENT_VARIABLES>>;

/** What is missing between the variables, a line each: the variable, what was found and what is wanted. */
export function agentFaults(values: AgentValues): string[] {
  const { AGENT_BACKEND: backend } = values;
  if (backend === undefined) return [];
  const isModel = backend === 'openai-compatible' || backend === 'anthropic';
  return [
    ...(backend === 'openai-compatible' && values.AGENT_URL === undefined
      ? ['AGENT_URL: not set; wanted the address of the server, such as https://api.openai.com/v1']
      : []),
    ...(isModel && values.AGENT_MODEL === undefined ? ['AGENT_MODEL: not set; wanted the name of the model to ask'] : []),
    ...(['anthropic', 'codegen'].includes(backend) && values.AGENT_API_KEY === undefined
      ? [`AGENT_API_KEY: not set; wanted the key for ${backend}, or a file in AGENT_API_KEY_FILE`]
      : []),
    ...(backend === 'codegen' && values.AGENT_ORGANISATION === undefined
      ? ["AGENT_ORGANISATION: not set; wanted the organisation's number at Codegen"]
      : []),
  ];
}

/** `null` where no agent is configured. */
export function toAgentEnvironment(values: AgentValues): AgentEnvironment | null {
  const { AGENT_BACKEND: backend } = values;
  if (backend === undefined) return null;
  return {
    backend,
    url: values.AGENT_URL ?? DEFAULT_URLS[backend] ?? '',
    model: values.AGENT_MODEL ?? null,
    apiKey: values.AGENT_API_KEY ?? null,
    organisation: values.AGENT_ORGANISATION ?? null,
    webhookSecret: values.AGENT_WEBHOOK_SECRET ?? null,
    structuredOutput: values.AGENT_STRUCTURED_OUTPUT,
    maxOutputTokens: values.AGENT_MAX_OUTPUT_TOKENS,
    prices: {
      input: values.AGENT_PRICE_INPUT,
      output: values.AGENT_PRICE_OUTPUT,
      call: Math.round(values.AGENT_PRICE_CALL * MICRO),
    },
    ceilings: {
      attempt: ceiling(values.AGENT_ATTEMPT_TOKENS, values.AGENT_ATTEMPT_DOLLARS, values.AGENT_ATTEMPT_MINUTES),
      repository: ceiling(values.AGENT_REPOSITORY_TOKENS, values.AGENT_REPOSITORY_DOLLARS, values.AGENT_REPOSITORY_MINUTES),
      server: ceiling(values.AGENT_DAY_TOKENS, values.AGENT_DAY_DOLLARS, values.AGENT_DAY_MINUTES),
    },
  };
}

function ceiling(tokens: number, dollarsAllowed: number, minutes: number): Ceiling {
  return { tokens, microDollars: Math.round(dollarsAllowed * MICRO), milliseconds: minutes * MINUTE_MS };
}
