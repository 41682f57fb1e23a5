import type { LinearSdk } from '@linear/sdk';
import type { DocumentNode } from 'graphql';
import type { Ticket } from '../message/ticket.ts';
import type { SafeFetch } from '../outgoing/safe-fetch.ts';
import { ChannelError, retryAfterOf, shownAnswer, unreachable } from './channel.ts';

/** Where tickets go; what is null is left to the team's own defaults. */
export interface LinearSettings {
  teamId: string;
  projectId: string | null;
  labelIds: string[];
  /** 1 urgent to 4 low; 0 for none. */
  priority: number;
}

export interface LinearClient {
  /** Makes the issue of that id say what the ticket says; opens it when there is none. @returns its page */
  keep(id: string, ticket: Ticket, settings: LinearSettings): Promise<string>;
  /** Whether the key is good. @returns the name of the workspace's user */
  whoAmI(): Promise<string>;
}

export interface LinearOptions {
  safe: SafeFetch;
  apiUrl: string;
  apiKey: string;
  now: Date;
  signal: AbortSignal;
}

/** A client of Linear's API on our own transport, which bounds time and size. The package is large, so it comes when it is needed. */
export async function createLinear(options: LinearOptions): Promise<LinearClient> {
  const { LinearSdk } = await import('@linear/sdk');
  const sdk = new LinearSdk((document, variables) => request(options, document as DocumentNode | string, variables));
  return {
    keep: (id, ticket, settings) => keepIssue(sdk, id, ticket, settings),
    whoAmI: async () => (await sdk.viewer).name,
  };
}

/**
 * The issue has an id of ours (`IssueCreateInput.id`: a UUID v4 that the caller may give), so a retry after a crash finds it
 * and makes no second one.
 */
async function keepIssue(sdk: LinearSdk, id: string, ticket: Ticket, settings: LinearSettings): Promise<string> {
  const found = await sdk.issue(id).catch((error: unknown) => {
    if (error instanceof ChannelError && error.code === 'LINEAR_NOT_FOUND') return null;
    throw error;
  });
  const content = { title: ticket.title, description: ticket.body };
  if (!found) {
    const made = await sdk.createIssue({
      id,
      ...content,
      teamId: settings.teamId,
      priority: settings.priority,
      ...(settings.projectId === null ? {} : { projectId: settings.projectId }),
      ...(settings.labelIds.length > 0 ? { labelIds: settings.labelIds } : {}),
      ...(ticket.state === 'closed' ? { stateId: await stateOf(sdk, settings.teamId, 'completed') } : {}),
    });
    return (await made.issue)?.url ?? '';
  }
  const isClosed = found.completedAt != null || found.canceledAt != null;
  const state = { open: 'unstarted', closed: 'completed' } as const;
  const change =
    isClosed === (ticket.state === 'closed') ? {} : { stateId: await stateOf(sdk, settings.teamId, state[ticket.state]) };
  if (found.title === content.title && found.description === content.description && !('stateId' in change)) return found.url;
  await sdk.updateIssue(id, { ...content, ...change });
  return found.url;
}

/** The team's first state of a type. */
async function stateOf(sdk: LinearSdk, teamId: string, type: 'unstarted' | 'completed'): Promise<string> {
  const { nodes } = await sdk.workflowStates({ filter: { team: { id: { eq: teamId } }, type: { eq: type } } });
  const [first] = nodes.toSorted((a, b) => a.position - b.position);
  if (!first) throw new ChannelError('LINEAR_NO_STATE', `The team has no state of type ${type}.`, 'channel');
  return first.id;
}

async function request<Data>(options: LinearOptions, document: DocumentNode | string, variables: unknown): Promise<Data> {
  const query = typeof document === 'string' ? document : (await import('graphql')).print(document);
  const answer = await options.safe
    .send(options.apiUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: options.apiKey, 'user-agent': 'Regreen' },
      body: JSON.stringify({ query, variables }),
      signal: options.signal,
    })
    .catch((error: unknown) => {
      throw unreachable(error);
    });
  const body = readAnswer(answer.text);
  const [error] = body.errors ?? [];
  if (answer.status === 200 && !error && body.data) return body.data as Data;
  throw refusal(
    answer.status,
    error,
    retryAfterOf(answer.headers.get('retry-after'), options.now) ?? resetOf(answer.headers, options.now),
  );
}

interface GraphqlError {
  message?: string;
  extensions?: { code?: string; type?: string; userPresentableMessage?: string };
}

function readAnswer(text: string): { data?: unknown; errors?: GraphqlError[] } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** https://linear.app/developers/rate-limiting: when the window is full again, in milliseconds since 1970. */
function resetOf(headers: { get(name: string): string | null }, now: Date): number | null {
  const reset = Number(headers.get('x-ratelimit-requests-reset') ?? Number.NaN);
  return Number.isFinite(reset) && reset > now.getTime() ? Math.ceil((reset - now.getTime()) / 1000) : null;
}

/**
 * Linear says what is wrong in `errors`, whatever the status: a limit that was hit is a 400 with `RATELIMITED`.
 * @see https://linear.app/developers/graphql#errors and https://linear.app/developers/rate-limiting
 */
function refusal(status: number, error: GraphqlError | undefined, retryAfterSeconds: number | null): ChannelError {
  const code = String(error?.extensions?.code ?? '');
  const said = shownAnswer(String(error?.extensions?.userPresentableMessage ?? error?.message ?? ''));
  const message = `Linear answered ${status}${code ? ` ${shownAnswer(code)}` : ''}${said ? `: ${said}` : ''}.`;
  if (code === 'RATELIMITED' || status === 429)
    return new ChannelError('LINEAR_RATE_LIMITED', message, 'again', { retryAfterSeconds });
  if (code === 'AUTHENTICATION_ERROR' || status === 401) return new ChannelError('LINEAR_AUTHENTICATION', message, 'channel');
  if (code === 'FORBIDDEN' || status === 403) return new ChannelError('LINEAR_FORBIDDEN', message, 'channel');
  if (/^Entity not found/i.test(error?.message ?? '')) return new ChannelError('LINEAR_NOT_FOUND', message, 'message');
  if (status >= 500 || code === 'INTERNAL_SERVER_ERROR')
    return new ChannelError(`LINEAR_HTTP_${status}`, message, 'again', { retryAfterSeconds });
  if (status >= 300 && status < 400) return new ChannelError('LINEAR_REDIRECTED', message, 'channel');
  if (error || status >= 400) return new ChannelError('LINEAR_REFUSED', message, 'message');
  return new ChannelError('LINEAR_ANSWER_MALFORMED', `Linear answered ${status} with nothing that can be read.`, 'again');
}
