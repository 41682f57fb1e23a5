import { APICallError, type LanguageModel, type LanguageModelUsage, NoObjectGeneratedError, Output, streamText } from 'ai';
import { answerSchema, findAnswer, readAnswer } from '../answer.ts';
import { AgentError, refusalOf } from '../errors.ts';
import type { BackendAnswer, Question, TokenUsage } from '../types.ts';
import { asAgentError } from './http.ts';

/**
 * Asks a language model once, through the AI SDK, as a stream: a model that says nothing is noticed, and one that never ends
 * is stopped. The model gets no tools. Tries nothing again: the queue does, and the books count every attempt.
 * @throws AgentError
 */
export async function askModel(model: LanguageModel, question: Question, signal: AbortSignal): Promise<BackendAnswer> {
  let broken: unknown = null;
  const stream = streamText({
    model,
    instructions: question.instructions,
    prompt: question.prompt,
    // Reading each piece of an unfinished answer anew would take time with the square of its length.
    output: { ...Output.object({ schema: answerSchema, name: 'edits' }), parsePartialOutput: async () => undefined },
    maxOutputTokens: question.maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    onError: ({ error }) => {
      broken ??= error;
    },
  });
  try {
    // Both end with the stream; one that fails must not leave the other's failure unheard.
    const [output, usage] = await Promise.allSettled([stream.output, stream.usage]);
    const tokens = usage.status === 'fulfilled' ? tokensOf(usage.value) : null;
    if (broken !== null) throw broken;
    if (output.status === 'rejected') throw output.reason;
    const known = tokens ?? { inputTokens: null, outputTokens: null };
    return { answer: readAnswer(output.value, known), usage: known };
  } catch (error) {
    return recovered(error, signal);
  }
}

/** An answer in another form may hold the right one, as models without structured output write it. */
function recovered(error: unknown, signal: AbortSignal): BackendAnswer {
  if (!NoObjectGeneratedError.isInstance(error)) throw failureOf(error, signal);
  const usage = error.usage ? tokensOf(error.usage) : { inputTokens: null, outputTokens: null };
  if (error.finishReason === 'length') {
    throw new AgentError('too-large', 'The agent wanted to write more than it may.', { usage });
  }
  const written = error.text ?? '';
  const begin = written.indexOf('{');
  const end = written.lastIndexOf('}');
  if (begin < 0 || end < begin) throw new AgentError('malformed', 'The agent answered without what it was asked for.', { usage });
  const answer = findAnswer(`<a>${written.slice(begin, end + 1)}</a>`, { begin: '<a>', end: '</a>' }, usage);
  return { answer, usage };
}

function failureOf(error: unknown, signal: AbortSignal): AgentError {
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400) {
    return refusalOf(error.statusCode, error.responseHeaders?.['retry-after'] ?? null);
  }
  return asAgentError(error, signal);
}

function tokensOf({ inputTokens, outputTokens }: LanguageModelUsage): TokenUsage {
  return { inputTokens: inputTokens ?? null, outputTokens: outputTokens ?? null };
}
