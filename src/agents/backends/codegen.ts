import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { findAnswer } from '../answer.ts';
import { AgentError, afterTaken } from '../errors.ts';
import type { AgentBackend, Question, TokenUsage } from '../types.ts';
import { asAgentError, requestJson } from './http.ts';
import type { Wakes } from './webhook.ts';

const runSchema = z.object({
  id: z.number().int(),
  status: z.string().nullish(),
  result: z.string().nullish(),
  summary: z.string().nullish(),
});

/** What Codegen says of runs that have ended, in any case of letters; every other state means that it goes on. */
const DONE = new Set(['complete', 'completed']);
const FAILED = new Set([
  'failed',
  'error',
  'cancelled',
  'canceled',
  'stopped',
  'timeout',
  'max_iterations_reached',
  'out_of_tokens',
]);

/** The API allows 60 reads within 30 s. */
const LOOK_EVERY_MS = 5_000;
/** Where its webhook tells, looking is only for what gets lost, or comes to another process. */
const LOOK_BEHIND_WEBHOOK_MS = 30_000;
/** However often it tells. */
const LEAST_BETWEEN_LOOKS_MS = 1_000;
/** Codegen counts in credits and does not say how many tokens a run took. */
const UNKNOWN: TokenUsage = { inputTokens: null, outputTokens: null };

export interface CodegenSettings {
  /** E.g. `https://api.codegen.com`. */
  url: string;
  /** The organisation's number. */
  organisation: string;
  apiKey: string;
  /** Codegen's name of a model; `null` for the organisation's own choice. */
  model: string | null;
  /** Its webhook's words; `null` where none is configured. */
  wakes?: Wakes | null;
  /** For tests. */
  lookEveryMs?: number;
  leastBetweenLooksMs?: number;
}

/**
 * Codegen's agents, by the API description of version 1.0.0: `POST /v1/organizations/{org}/agent/run`, then
 * `GET …/agent/run/{id}` until it has ended. https://docs.codegen.com/api-reference/overview
 * Its webhook for ended runs (`/v1/organizations/{org}/webhooks/agent-run`) only has us look sooner.
 * Only the text of its result is used. A pull request that it opens by rights of its own is none of ours.
 */
export function codegenBackend(settings: CodegenSettings): AgentBackend {
  const { url, organisation, apiKey, model } = settings;
  const runs = `${url}/v1/organizations/${encodeURIComponent(organisation)}/agent/run`;
  const headers = { authorization: `Bearer ${apiKey}` };
  return {
    name: 'codegen',
    model: model ?? 'codegen',
    async ask(question, signal) {
      const body = { prompt: textOf(question), ...(model === null ? {} : { model }) };
      let run = readRun(await requestJson({ url: runs, method: 'POST', headers, body, signal }));
      while (!hasEnded(run.status)) {
        await untilNextLook(settings, signal);
        run = await look(`${runs}/${run.id}`, headers, signal, run);
      }
      if (FAILED.has(stateOf(run.status)))
        throw new AgentError('unavailable', `The agent's run ended as ${stateOf(run.status)}.`);
      return { answer: findAnswer(run.result ?? run.summary ?? '', question.marks, UNKNOWN), usage: UNKNOWN };
    },
  };
}

type Run = z.output<typeof runSchema>;

/** A look that fails for a moment is none: the run goes on, and is paid for, whether it is seen or not. */
async function look(url: string, headers: Record<string, string>, signal: AbortSignal, before: Run): Promise<Run> {
  try {
    return readRun(await requestJson({ url, headers, signal }));
  } catch (error) {
    const mayPass = error instanceof AgentError && (error.kind === 'rate-limited' || error.kind === 'unavailable');
    if (!mayPass || signal.aborted) throw afterTaken(error);
    return before;
  }
}

async function untilNextLook(settings: CodegenSettings, signal: AbortSignal): Promise<void> {
  const { wakes = null, lookEveryMs = wakes ? LOOK_BEHIND_WEBHOOK_MS : LOOK_EVERY_MS } = settings;
  const least = Math.min(lookEveryMs, settings.leastBetweenLooksMs ?? LEAST_BETWEEN_LOOKS_MS);
  const told = new AbortController();
  const woken = wakes?.next(AbortSignal.any([signal, told.signal]));
  try {
    await wait(least, undefined, { signal });
    const rest = wait(lookEveryMs - least, undefined, { signal: AbortSignal.any([signal, told.signal]) });
    await (woken ? Promise.race([rest, woken]) : rest);
    rest.catch(() => undefined);
  } catch (error) {
    throw asAgentError(error, signal);
  } finally {
    told.abort();
  }
  if (signal.aborted) throw asAgentError(signal.reason, signal);
}

function readRun(value: unknown): Run {
  const parsed = runSchema.safeParse(value);
  if (!parsed.success) throw new AgentError('malformed', 'The server answered in another form than Codegen does.');
  return parsed.data;
}

function hasEnded(status: string | null | undefined): boolean {
  const state = stateOf(status);
  return DONE.has(state) || FAILED.has(state);
}

function stateOf(status: string | null | undefined): string {
  return (status ?? '').toLowerCase().slice(0, 40);
}

function textOf({ instructions, prompt }: Question): string {
  return [
    instructions,
    'Do not push, commit, open pull requests or comment anywhere: your answer is only read as text.',
    prompt,
  ].join('\n\n');
}
