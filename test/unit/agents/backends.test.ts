import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { agentApiBackend } from '../../../src/agents/backends/agentapi.ts';
import { codegenBackend } from '../../../src/agents/backends/codegen.ts';
import { anthropicBackend, openAiCompatibleBackend } from '../../../src/agents/backends/models.ts';
import { createWakes } from '../../../src/agents/backends/webhook.ts';
import type { AgentBackend, Question } from '../../../src/agents/types.ts';
import { type AgentApiOptions, startAgentApiServer } from '../../support/agents/agentapi-server.ts';
import { type AnthropicReply, startAnthropicServer } from '../../support/agents/anthropic-server.ts';
import { type CodegenOptions, startCodegenServer } from '../../support/agents/codegen-server.ts';
import { answerText, type ModelReply, startOpenAiServer } from '../../support/agents/openai-server.ts';

const MARKS = { begin: '<answer-x>', end: '</answer-x>' };
const QUESTION: Question = { instructions: 'Mend it.', prompt: 'It is red.', maxOutputTokens: 500, marks: MARKS };
const EDITS = [{ path: 'src/a.js', replacements: [{ search: 'a  b', replace: 'say "c\\n"' }] }];
const ANSWER = { reason: 'It was wrong.', edits: [{ path: 'src/a.js', content: null, replacements: EDITS[0]?.replacements }] };
const TEXT = answerText('It was wrong.', EDITS);
const NOTHING = { inputTokens: null, outputTokens: null };

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function keep<T extends { close(): Promise<void> }>(server: T): T {
  opened.push(server);
  return server;
}

/** On a machine that is busy. */
const BUSY = { timeout: 60_000 };
const ask = (backend: AgentBackend, milliseconds = 60_000) => backend.ask(QUESTION, AbortSignal.timeout(milliseconds));

describe('any server that speaks OpenAI’s chat completions', () => {
  async function backendFor(reply: ModelReply, structured: 'schema' | 'json' = 'schema') {
    const server = keep(await startOpenAiServer(() => reply));
    return {
      server,
      backend: openAiCompatibleBackend({ url: `${server.url}/v1`, model: 'stub-1', apiKey: 'key-1' }, structured),
    };
  }

  it('is asked for the form by its schema, without tools, and its stream and usage are read', async () => {
    const { server, backend } = await backendFor({ text: TEXT, usage: { input: 70, output: 30 } });
    expect(await ask(backend)).toEqual({ answer: ANSWER, usage: { inputTokens: 70, outputTokens: 30 } });
    expect(server.seen[0]?.headers.authorization).toBe('Bearer key-1');
    expect(server.seen[0]?.body).toMatchObject({
      model: 'stub-1',
      max_tokens: 500,
      stream: true,
      response_format: { type: 'json_schema', json_schema: { strict: true } },
    });
    expect(server.seen[0]?.body).not.toHaveProperty('tools');
  });

  it('is asked for JSON only, where it knows no schemas', async () => {
    const { server, backend } = await backendFor({ text: TEXT }, 'json');
    expect(await ask(backend)).toMatchObject({ answer: ANSWER });
    expect(server.seen[0]?.body).toMatchObject({ response_format: { type: 'json_object' } });
  });

  it('may put its answer into prose, and need not count tokens', async () => {
    const { backend } = await backendFor({ text: `Sure!\n\`\`\`json\n${TEXT}\n\`\`\``, usage: null }, 'json');
    expect(await ask(backend)).toEqual({ answer: ANSWER, usage: NOTHING });
  });

  it.each<[string, ModelReply, string, boolean]>([
    ['a wrong key', { status: 401 }, 'misconfigured', true],
    ['a request that it does not understand', { status: 400 }, 'misconfigured', true],
    ['too many requests', { status: 429, headers: { 'retry-after': '20' } }, 'rate-limited', true],
    ['a fault of its own', { status: 500 }, 'unavailable', true],
    ['a body that is no error of its kind', { status: 503, body: '<html>' }, 'unavailable', true],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }, 'misconfigured', true],
    ['prose', { text: 'No idea.' }, 'malformed', false],
    ['another object', { text: '{"edits":"all"}' }, 'malformed', false],
    ['an answer that is cut off by its length', { text: TEXT.slice(0, 30), finish: 'length' }, 'too-large', false],
    ['a connection that breaks', { broken: '{"reason": "be' }, 'unavailable', false],
    ['an answer without an end', { endless: true }, 'too-large', false],
  ])('tells of %s', async (_name, reply, kind, isFree) => {
    const { server, backend } = await backendFor(reply);
    await expect(ask(backend)).rejects.toMatchObject({ kind, isFree });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    [429, '20', 20],
    [503, '0', 1],
    [503, 'soon', null],
    [429, undefined, null],
  ])('that answers with status %i and "Retry-After: %s" is to be asked again in %j s', async (status, header, seconds) => {
    const { backend } = await backendFor({ status, headers: header === undefined ? {} : { 'retry-after': header } });
    await expect(ask(backend)).rejects.toMatchObject({ isFree: true, retryAfterSeconds: seconds });
  });

  it.each(['quiet', 'stalled'] as const)('is given up when it is %s for too long', async (hang) => {
    const { backend } = await backendFor({ hang });
    await expect(ask(backend, 300)).rejects.toMatchObject({ kind: 'timeout', isFree: false });
  });

  it('costs nothing when it is not there', async () => {
    const gone = await startOpenAiServer(() => ({ text: TEXT }));
    await gone.close();
    const backend = openAiCompatibleBackend({ url: `${gone.url}/v1`, model: 'x', apiKey: null }, 'schema');
    await expect(ask(backend)).rejects.toMatchObject({ kind: 'unavailable', isFree: true });
  });

  it('tells nothing of what it said in errors, for that may hold anything', async () => {
    const { backend } = await backendFor({ status: 400, body: { error: { message: 'your key is key-1' } } });
    await expect(ask(backend)).rejects.not.toThrow(/key-1/);
  });
});

describe('Anthropic’s Messages API', () => {
  const backendFor = async (reply: AnthropicReply) => {
    const server = keep(await startAnthropicServer(() => reply));
    return { server, backend: anthropicBackend({ url: `${server.url}/v1`, model: 'claude-stub', apiKey: 'key-2' }) };
  };

  it('is asked with its version and key, and its stream and usage are read', async () => {
    const { server, backend } = await backendFor({ text: TEXT, input: 90, output: 40 });
    expect(await ask(backend)).toEqual({ answer: ANSWER, usage: { inputTokens: 90, outputTokens: 40 } });
    expect(server.seen[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': 'key-2', 'anthropic-version': '2023-06-01' },
    });
    expect(server.seen[0]?.body).toMatchObject({ model: 'claude-stub', max_tokens: 500, stream: true });
  });

  it.each([
    [401, 'authentication_error', 'misconfigured'],
    [429, 'rate_limit_error', 'rate-limited'],
    [529, 'overloaded_error', 'unavailable'],
  ])('tells of status %i', async (status, type, kind) => {
    const { backend } = await backendFor({ status, type });
    await expect(ask(backend)).rejects.toMatchObject({ kind, isFree: true });
  });
});

describe('coder/agentapi', () => {
  const backendFor = async (options: AgentApiOptions, apiKey: string | null = null) => {
    const server = keep(await startAgentApiServer(options));
    return { server, backend: agentApiBackend({ url: server.url, model: 'claude', apiKey }) };
  };
  const written = (text: string) => `Thinking…\n\n${MARKS.begin}\n${text}\n${MARKS.end}\n> `;

  it('is asked once it is idle, and its last words are read when it is idle again', async () => {
    const { server, backend } = await backendFor({ write: () => written(TEXT), token: 't0ken' }, 't0ken');
    expect(await ask(backend)).toEqual({ answer: ANSWER, usage: NOTHING });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining(['GET /status', 'GET /messages', 'GET /events', 'POST /message']),
    );
    expect(server.seen.find(({ method }) => method === 'POST')?.body).toMatchObject({ type: 'user' });
  });

  it('may break its lines as a terminal does', async () => {
    const { backend } = await backendFor({ write: () => written((TEXT.match(/.{1,20}/g) ?? []).join('\n')) });
    expect(await ask(backend)).toMatchObject({ answer: ANSWER });
  });

  it('is read by its status where its events break off', async () => {
    const { backend } = await backendFor({ write: () => written(TEXT), dropsEvents: true });
    expect(await ask(backend)).toMatchObject({ answer: ANSWER });
  });

  it.each<[string, AgentApiOptions, string]>([
    ['one that is at work for somebody else', { write: () => null, busy: true }, 'unavailable'],
    ['one that needs a token', { write: () => null, token: 'another' }, 'misconfigured'],
    ['one that answers without an answer', { write: () => 'Done! I have pushed it.' }, 'malformed'],
    ['one that answers with half an answer', { write: () => written(TEXT.slice(0, 30)) }, 'malformed'],
    ['one whose events end while it works', { write: () => null, dropsEvents: true }, 'unavailable'],
    ['one that writes too much', { write: () => written('x'.repeat(2_000_000)) }, 'too-large'],
  ])('tells of %s', async (_name, options, kind) => {
    const { backend } = await backendFor(options);
    await expect(ask(backend)).rejects.toMatchObject({ kind });
  });

  it('is given up when it never comes to an end', async () => {
    const { backend } = await backendFor({ write: () => null });
    await expect(ask(backend, 300)).rejects.toMatchObject({ kind: 'timeout' });
  });
});

describe('Codegen', () => {
  const backendFor = async (options: CodegenOptions, apiKey = 'codegen-key') => {
    const server = keep(await startCodegenServer(options));
    const settings = { url: server.url, organisation: '42', apiKey, model: null, lookEveryMs: 5 };
    return { server, backend: codegenBackend(settings) };
  };
  const result = () => `Here it is.\n${MARKS.begin}${TEXT}${MARKS.end}`;

  it('is given a run, and its result is read once that is complete', async () => {
    const { server, backend } = await backendFor({ result, states: ['ACTIVE', 'RUNNING', 'COMPLETE'] });
    expect(await ask(backend)).toEqual({ answer: ANSWER, usage: NOTHING });
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
    expect(server.seen[0]?.body).toMatchObject({ prompt: expect.stringContaining('Do not push') });
  });

  it.each<[string, CodegenOptions, string, string?]>([
    ['a run that failed', { result, states: ['ACTIVE', 'FAILED'] }, 'unavailable'],
    ['a run that was stopped', { result, states: ['stopped'] }, 'unavailable'],
    ['a run without a result', { result: () => null, states: ['COMPLETE'] }, 'malformed'],
    ['too many runs', { result, states: [], refuse: 429 }, 'rate-limited'],
    ['a prompt that it does not take', { result, states: [], refuse: 422 }, 'misconfigured'],
    ['a wrong key', { result, states: [] }, 'misconfigured', 'wrong'],
  ])('tells of %s', async (_name, options, kind, apiKey) => {
    const { backend } = await backendFor(options, apiKey);
    await expect(ask(backend)).rejects.toMatchObject({ kind });
  });

  it('is looked at again where a look fails for a moment: its run is paid for all the same', async () => {
    const { server, backend } = await backendFor({ result, states: ['ACTIVE', '429', '503', 'COMPLETE'] });
    expect(await ask(backend)).toMatchObject({ answer: ANSWER });
    expect(server.seen).toHaveLength(5);
    const lost = await backendFor({ result, states: ['ACTIVE', '404'] });
    await expect(ask(lost.backend)).rejects.toMatchObject({ kind: 'misconfigured', isFree: false });
  });

  it('tells by its webhook that a run has ended, which is then looked at at once; nobody else is heard', async () => {
    const server = keep(await startCodegenServer({ result, states: ['ACTIVE', 'COMPLETE'] }));
    const wakes = createWakes('a secret of sixteen');
    const times = { lookEveryMs: 3_600_000, leastBetweenLooksMs: 20 };
    const asked = ask(
      codegenBackend({ url: server.url, organisation: '42', apiKey: 'codegen-key', model: null, wakes, ...times }),
    );
    const body = Buffer.from('{"anything":"at all"}');
    const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('hex');
    expect(wakes.hear(body, [['x-signature', sign('another secret of sixteen')]])).toBe(false);
    expect(wakes.hear(body, [['x-signature', 'sha256=']])).toBe(false);
    expect(wakes.hear(Buffer.from('{}'), [['x-signature', sign('a secret of sixteen')]])).toBe(false);
    for (const header of [`sha256=${sign('a secret of sixteen')}`, sign('a secret of sixteen').toUpperCase()]) {
      await vi.waitFor(() => expect(server.seen.length).toBeGreaterThan(0), BUSY);
      const before = server.seen.length;
      await vi.waitFor(() => {
        if (server.seen.length > before) return;
        // Again while nobody looks: what is told before the run is waited for wakes nobody.
        expect(wakes.hear(body, [['x-whatever', header]])).toBe(true);
        throw new Error('the run was not looked at yet');
      }, BUSY);
    }
    expect(await asked).toMatchObject({ answer: ANSWER });
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  it('is given up when a run never ends', async () => {
    const { backend } = await backendFor({ result, states: ['ACTIVE'] });
    await expect(ask(backend, 200)).rejects.toMatchObject({ kind: 'timeout' });
  });
});

describe('a server that speaks none of it', () => {
  it.each(['agentapi', 'codegen'] as const)('is told from %s', async (name) => {
    const server = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    opened.push({ close: async () => void (await new Promise((resolve) => server.close(resolve))) });
    const backend =
      name === 'agentapi'
        ? agentApiBackend({ url, model: 'x', apiKey: null })
        : codegenBackend({ url, organisation: '42', apiKey: 'k', model: null });
    await expect(ask(backend)).rejects.toMatchObject({ kind: 'malformed' });
  });
});
