import type { At } from '../../github/index.ts';
import { findIssue, readIssue } from '../../github/reads.ts';
import { createIssue, updateIssue } from '../../github/writes.ts';
import type { Ticket } from '../message/ticket.ts';
import { ChannelError } from './channel.ts';

export const INCIDENT_LABEL = 'regreen-incident';

/** The issue that stands for an incident; `number` is null until it was made. */
export interface KnownIssue {
  number: number | null;
  /** By which it is found when an earlier attempt made it and died. */
  marker: string;
}

/**
 * Makes the incident's issue say what the ticket says. One that a person has closed stays closed while the build is red.
 * @returns its number
 * @throws ChannelError
 */
export async function keepGitHubIssue(at: At, known: KnownIssue, ticket: Ticket, wasClosedByUs: boolean): Promise<number | null> {
  try {
    const found = known.number === null ? await findIssue(at, INCIDENT_LABEL, known.marker) : await readIssue(at, known.number);
    if (!found) {
      // What is over before it was told needs no issue.
      if (ticket.state === 'closed') return null;
      return await createIssue(at, { title: ticket.title, body: ticket.body, labels: [INCIDENT_LABEL] });
    }
    const state = ticket.state === 'open' && found.state === 'closed' && !wasClosedByUs ? 'closed' : ticket.state;
    if (found.body !== ticket.body || found.state !== state)
      await updateIssue(at, found.number, { title: ticket.title, body: ticket.body, state });
    return found.number;
  } catch (error) {
    throw toChannelError(error);
  }
}

/** 410: the repository has no issues. https://docs.github.com/rest/issues/issues#create-an-issue */
function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const { status, response } = error as { status?: unknown; response?: { headers?: Record<string, string | undefined> } };
  const retryAfterSeconds = limitedFor(response?.headers ?? {});
  if (retryAfterSeconds !== null)
    return new ChannelError('GITHUB_RATE_LIMIT', "GitHub's limit for the app is reached.", 'again', {
      cause: error,
      retryAfterSeconds,
    });
  if (status === 410)
    return new ChannelError('GITHUB_ISSUES_OFF', 'The repository has its issues switched off.', 'message', { cause: error });
  if (status === 403 || status === 404)
    return new ChannelError(
      `GITHUB_HTTP_${status}`,
      `GitHub answered ${status}: the app may not write issues there.`,
      'message',
      { cause: error },
    );
  const shown = typeof status === 'number' ? `GITHUB_HTTP_${status}` : 'GITHUB_NO_ANSWER';
  return new ChannelError(shown, `GitHub did not take it (${shown}).`, 'again', { cause: error });
}

/** A 403 may also be a limit. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitedFor(headers: Record<string, string | undefined>): number | null {
  if (headers['retry-after'] !== undefined) return Math.max(1, Number(headers['retry-after']) || 60);
  if (headers['x-ratelimit-remaining'] !== '0') return null;
  const left = Number(headers['x-ratelimit-reset']) - Date.now() / 1000;
  return Math.max(1, Math.ceil(left) || 60);
}
