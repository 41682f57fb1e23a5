import { AgentError, refusalOf } from '../errors.ts';

/** More than any answer that is read; a hostile or broken server must not fill memory. */
export const LARGEST_RESPONSE = 8 * 1024 * 1024;

/**
 * `fetch` for back ends: follows no redirect, for it would carry the key and the question to another host, and ends a body
 * that is larger than any answer.
 */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new AgentError('misconfigured', 'The back end answered with a redirect; AGENT_URL must name where it really is.', {
      isFree: true,
    });
  }
  if (response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(atMost(LARGEST_RESPONSE)), {
    status,
    statusText,
    headers: withoutLength(headers),
  });
};

function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers);
  // The body has been decoded already.
  for (const name of ['content-length', 'content-encoding']) kept.delete(name);
  return kept;
}

function atMost(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.length;
      if (seen > limit) controller.error(new AgentError('too-large', `The back end sent more than ${limit} bytes.`));
      else controller.enqueue(chunk);
    },
  });
}

export interface JsonRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: unknown;
  signal: AbortSignal;
}

/**
 * Sends a request and reads a JSON answer.
 * @throws AgentError by the status; its text holds nothing that the server said
 */
export async function requestJson({ url, method = 'GET', headers = {}, body, signal }: JsonRequest): Promise<unknown> {
  try {
    const response = await boundedFetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refusalOf(response.status, response.headers.get('retry-after'));
    }
    return await jsonOf(response);
  } catch (error) {
    throw asAgentError(error, signal);
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AgentError('malformed', 'The back end answered with something that is no JSON.', { cause });
  }
}

/** What went wrong on the way; a time that is up is told as that. */
export function asAgentError(error: unknown, signal: AbortSignal): AgentError {
  const own = ownError(error);
  if (own) return own;
  if (signal.aborted) return timeOrStop(signal);
  const isFree = causesOf(error).some((one) => 'code' in one && NEVER_SENT.has(String(one.code)));
  return new AgentError('unavailable', `The back end ${isFree ? 'could not be reached' : 'broke off'}.`, {
    isFree,
    cause: error,
  });
}

/** Errors of the system before a question left this machine. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** A stop of the process is no fault of the back end, but its answer is lost all the same. */
function timeOrStop(signal: AbortSignal): AgentError {
  const isTime = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return isTime
    ? new AgentError('timeout', 'The agent took longer than it may.')
    : new AgentError('unavailable', 'Regreen stopped while the agent was at work.');
}

function ownError(error: unknown): AgentError | null {
  return causesOf(error).find((one) => one instanceof AgentError) ?? null;
}

function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let one = error; one instanceof Error && found.length < 8; one = one.cause) found.push(one);
  return found;
}
