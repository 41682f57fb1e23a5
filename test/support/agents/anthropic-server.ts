import { type LocalServer, type SeenRequest, sendJson, startServer } from './server.ts';

export type AnthropicReply = { text: string; input: number; output: number } | { status: number; type: string };

/**
 * A server that speaks Anthropic's Messages API, streamed: named server-sent events from `message_start` to `message_stop`,
 * errors as `{type:"error",error:{type,message}}`. https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export async function startAnthropicServer(answer: (request: SeenRequest) => AnthropicReply): Promise<LocalServer> {
  return startServer((request, response) => {
    const reply = answer(request);
    if ('status' in reply) {
      sendJson(response, reply.status, { type: 'error', error: { type: reply.type, message: 'no' } });
      return;
    }
    const usage = { input_tokens: reply.input, output_tokens: 1 };
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'stub',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    const events: object[] = [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      ...pieces(reply.text).map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: reply.output } },
      { type: 'message_stop' },
    ];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  });
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,29}/g) ?? [];
}
