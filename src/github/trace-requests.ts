import type { Octokit } from '@octokit/core';
import { gitHubSpan } from '../telemetry/spans.ts';
import { currentSpan, type Span, type Tracing } from '../telemetry/tracing.ts';
import { urlTemplate } from './url-template.ts';

/** What is asked of Octokit, as far as a span tells of it. */
interface Asked {
  method: string;
  url: string;
  baseUrl?: string;
  owner?: unknown;
  repo?: unknown;
}

/** Who asks, since when it waits to be sent, and how often it was sent before. */
type AskedBy = { span: Span; at: number; sent: number };

/**
 * Two plugins that together write a span for each request that leaves. `waits` goes before those that space requests and send
 * them again, `asks` behind them all: there it is known who asks, which is lost while a request waits in line with others.
 * What nobody traces asks without a span.
 */
export function traceRequests(tracing: Tracing): { waits: (octokit: Octokit) => void; asks: (octokit: Octokit) => void } {
  const askedBy = new WeakMap<object, AskedBy>();
  return {
    asks: (octokit) =>
      octokit.hook.before('request', (options) => {
        const span = currentSpan();
        if (span) askedBy.set(options, { span, at: performance.now(), sent: 0 });
      }),
    waits: (octokit) =>
      octokit.hook.wrap('request', async (request, options) => {
        const by = askedBy.get(options);
        if (!by) return request(options);
        const ended = await tracing.span(
          () => gitHubSpan(describe(options as Asked, by)),
          async (span) => {
            try {
              const response = await request(options);
              noteAnswer(span, response.status, response.headers);
              return { response };
            } catch (error) {
              noteFailure(span, error);
              return { error };
            }
          },
        );
        // The next time it is sent, it will have waited from here.
        askedBy.set(options, { span: by.span, at: performance.now(), sent: by.sent + 1 });
        if ('error' in ended) throw ended.error;
        return ended.response;
      }),
  };
}

function describe(asked: Asked, { span, at, sent }: AskedBy) {
  const host = asked.baseUrl !== undefined && URL.canParse(asked.baseUrl) ? new URL(asked.baseUrl) : null;
  return {
    method: asked.method,
    template: urlTemplate(asked.url, asked.baseUrl),
    host: host?.hostname,
    port: host ? Number(host.port) || (host.protocol === 'https:' ? 443 : 80) : undefined,
    resendCount: sent,
    owner: typeof asked.owner === 'string' ? asked.owner : undefined,
    repository: typeof asked.repo === 'string' ? asked.repo : undefined,
    waitedMs: Math.round(performance.now() - at),
    parent: span.traceparent,
  };
}

function noteAnswer(span: Span | null, status: number, headers: Record<string, unknown>): void {
  const remaining = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
  span?.note({
    'http.response.status_code': status,
    // GitHub's support asks for it.
    'regreen.github.request_id': textOf(headers['x-github-request-id']),
    'regreen.github.remaining': Number.isNaN(remaining) ? undefined : remaining,
  });
  if (status >= 400) span?.failAs(String(status));
}

/** An answer that says no is one; what else goes wrong is told as an error. */
function noteFailure(span: Span | null, error: unknown): void {
  const { status, response } = error as { status?: number; response?: { headers?: Record<string, unknown> } };
  if (response) noteAnswer(span, status ?? 0, response.headers ?? {});
  else span?.fail(error);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
