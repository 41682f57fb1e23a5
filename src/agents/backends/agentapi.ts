import { z } from 'zod';
import { findAnswer } from '../answer.ts';
import { AgentError, afterTaken } from '../errors.ts';
import type { AgentBackend, Question, TokenUsage } from '../types.ts';
import { asAgentError, boundedFetch, requestJson } from './http.ts';
import { readEvents } from './server-sent-events.ts';

const statusSchema = z.object({ status: z.enum(['stable', 'running']) });
const sentSchema = z.object({ ok: z.boolean() });
const messagesSchema = z.object({
  messages: z.array(z.object({ id: z.number(), role: z.enum(['agent', 'user']), content: z.string() })),
});

/** The server does not say what its agent has used. */
const UNKNOWN: TokenUsage = { inputTokens: null, outputTokens: null };

export interface AgentApiSettings {
  url: string;
  /** How the agent behind it is called in texts and books. */
  model: string;
  /** Sent as a bearer token, for a proxy in front of it: the server itself asks for none. */
  apiKey: string | null;
}

/**
 * A coding agent behind coder/agentapi, by its OpenAPI description of version 0.11.6: GET /status, POST /message,
 * GET /events (server-sent events), GET /messages. https://github.com/coder/agentapi/blob/main/openapi.json
 * It holds one conversation, so one question at a time is asked, and only of one that is idle.
 */
export function agentApiBackend({ url, model, apiKey }: AgentApiSettings): AgentBackend {
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    name: 'agentapi',
    model,
    async ask(question, signal) {
      const get = (path: string) => requestJson({ url: `${url}${path}`, headers, signal });
      // 1 One that is at work for somebody else must not be disturbed
      if (shapeOf(statusSchema, await get('/status')).status !== 'stable') {
        throw new AgentError('unavailable', 'The agent is at work on something else.', { isFree: true });
      }
      const before = lastId(shapeOf(messagesSchema, await get('/messages')).messages);
      // 2 Listen first, then ask: its answer could come before we listen
      const listening = new AbortController();
      const idle = untilIdle(url, headers, AbortSignal.any([signal, listening.signal]));
      idle.catch(() => undefined);
      let wasSent = false;
      try {
        const body = { content: textOf(question), type: 'user' };
        const sent = await requestJson({ url: `${url}/message`, method: 'POST', headers, body, signal });
        wasSent = true;
        if (!shapeOf(sentSchema, sent).ok) throw new AgentError('unavailable', 'The agent did not take the question.');
        // 3 Its last words
        await untilAnswered(idle, async () => shapeOf(statusSchema, await get('/status')).status === 'stable');
        const { messages } = shapeOf(messagesSchema, await get('/messages'));
        const written = messages.filter((one) => one.role === 'agent' && one.id > before).map((one) => one.content);
        return { answer: findAnswer(written.join('\n'), question.marks, UNKNOWN), usage: UNKNOWN };
      } catch (error) {
        throw wasSent ? afterTaken(error) : error;
      } finally {
        listening.abort();
      }
    },
  };
}

function textOf({ instructions, prompt }: Question): string {
  return `${instructions}\n\n${prompt}`;
}

function lastId(messages: readonly { id: number }[]): number {
  return Math.max(-1, ...messages.map(({ id }) => id));
}

function shapeOf<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AgentError('malformed', 'The server answered in another form than agentapi does.');
  return parsed.data;
}

/** An event stream that broke off says nothing; then the status does. */
async function untilAnswered(idle: Promise<'idle' | 'ended'>, isIdle: () => Promise<boolean>): Promise<void> {
  if ((await idle) === 'idle' || (await isIdle())) return;
  throw new AgentError('unavailable', 'The server ended its events while the agent was at work.');
}

/** Resolves when the agent has begun and ended its work, as the events tell. */
async function untilIdle(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<'idle' | 'ended'> {
  try {
    const response = await boundedFetch(`${url}/events`, { headers: { accept: 'text/event-stream', ...headers }, signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new AgentError('unavailable', `The server's events answered with status ${response.status}.`);
    }
    let hasBegun = false;
    for await (const { event, data } of readEvents(response.body)) {
      if (event !== 'status_change') continue;
      const parsed = statusSchema.safeParse(jsonOf(data));
      if (!parsed.success) continue;
      if (parsed.data.status === 'running') hasBegun = true;
      else if (hasBegun) return 'idle';
    }
    return 'ended';
  } catch (error) {
    throw asAgentError(error, signal);
  }
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
