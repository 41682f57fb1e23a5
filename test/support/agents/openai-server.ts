import type { ServerResponse } from 'node:http';
import { type LocalServer, type SeenRequest, sendJson, startServer } from './server.ts';

/** How the model answers one question. */
export type ModelReply =
  | { text: string; usage?: { input: number; output: number } | null; finish?: 'stop' | 'length' }
  | { status: number; headers?: Record<string, string>; body?: unknown }
  /** Nothing ever comes: `quiet` not even headers, `stalled` stops after some text. */
  | { hang: 'quiet' | 'stalled' }
  /** The connection breaks in the middle of the text. */
  | { broken: string }
  /** Goes on without an end. */
  | { endless: true };

export interface ModelQuestion {
  instructions: string;
  prompt: string;
  request: SeenRequest;
}

export type Model = (question: ModelQuestion, number: number) => ModelReply;

interface ChatBody {
  messages: { role: string; content: string }[];
  stream: boolean;
  stream_options?: { include_usage?: boolean };
}

/** Pieces of a stream are cut anywhere, as on a network. */
const PIECE = 37;

/**
 * A server that speaks OpenAI's chat completions as the reference says: server-sent chunks of `chat.completion.chunk`, usage
 * in a last chunk without choices when asked for, `[DONE]` at the end, errors as `{error:{message,type,code}}`.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
export async function startOpenAiServer(model: Model): Promise<LocalServer & { prompts(): string[] }> {
  let number = 0;
  const server = await startServer(async (request, response) => {
    if (request.method !== 'POST' || request.path !== '/v1/chat/completions') {
      return sendJson(response, 404, {
        error: { message: 'Unknown request URL', type: 'invalid_request_error', code: 'unknown_url' },
      });
    }
    const body = request.body as ChatBody;
    const of = (role: string) =>
      body.messages
        .filter((one) => one.role === role)
        .map((one) => one.content)
        .join('\n');
    number += 1;
    reply(model({ instructions: of('system'), prompt: of('user'), request }, number), body, response);
  });
  return {
    ...server,
    prompts: () => server.seen.map(({ body }) => (body as ChatBody).messages.map((one) => one.content).join('\n')),
  };
}

function reply(answer: ModelReply, body: ChatBody, response: ServerResponse): void {
  if ('status' in answer) {
    const error = answer.body ?? { error: { message: 'refused', type: 'error', code: null } };
    sendJson(response, answer.status, error, answer.headers);
    return;
  }
  if ('hang' in answer && answer.hang === 'quiet') return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if ('hang' in answer) {
    response.write(chunk({ delta: { role: 'assistant', content: '{"reason"' } }));
    return;
  }
  if ('endless' in answer) {
    endless(response);
    return;
  }
  if ('broken' in answer) {
    response.write(chunk({ delta: { role: 'assistant', content: answer.broken } }), () => response.destroy());
    return;
  }
  for (let at = 0; at < answer.text.length || at === 0; at += PIECE) {
    response.write(chunk({ delta: { ...(at === 0 ? { role: 'assistant' } : {}), content: answer.text.slice(at, at + PIECE) } }));
  }
  response.write(chunk({ delta: {}, finish_reason: answer.finish ?? 'stop' }));
  const usage = answer.usage === undefined ? { input: 1_000, output: 100 } : answer.usage;
  if (body.stream_options?.include_usage && usage) response.write(usageChunk(usage));
  response.end('data: [DONE]\n\n');
}

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'stub' };

function chunk(choice: { delta: object; finish_reason?: string }): string {
  return `data: ${JSON.stringify({ ...HEAD, choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;
}

function usageChunk({ input, output }: { input: number; output: number }): string {
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  return `data: ${JSON.stringify({ ...HEAD, choices: [], usage })}\n\n`;
}

function endless(response: ServerResponse): void {
  const piece = chunk({ delta: { content: 'x'.repeat(60_000) } });
  const more = (): void => {
    if (!response.destroyed && response.write(piece)) setImmediate(more);
  };
  response.on('drain', more);
  more();
}

/** An answer in the form that is asked for. */
export function answerText(
  reason: string,
  edits: { path: string; content?: string; replacements?: { search: string; replace: string }[] }[],
): string {
  const all = edits.map(({ path, content = null, replacements = [] }) => ({ path, content, replacements }));
  return JSON.stringify({ reason, edits: all });
}
