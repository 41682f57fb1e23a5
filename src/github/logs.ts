import { type At, ownerAndRepo } from './client.ts';
import { GitHubError, orNullWhenMissing } from './errors.ts';

/** GitHub itself cuts logs off long before; a hostile server must not fill the disk or memory. */
const LARGEST_LOG_BYTES = 256 * 1024 * 1024;
/** The address is good for a minute; a log that has not come by then is asked for again by the retry. */
const LOG_TIMEOUT_MS = 120_000;

/**
 * The log of a job as it comes, at most 256 MB. GitHub answers with an address that is good for a minute; the
 * address is another host's, so it is fetched without our token.
 * @returns `null` when GitHub has no log (expired, or the job never started)
 */
export async function readJobLog(at: At, jobId: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null> {
  const address = await jobLogAddress(at, jobId, signal);
  if (address === null) return null;
  const response = await fetchLog(address, signal);
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return null;
    throw new GitHubError('LOG_UNREADABLE', 'The log could not be fetched.', { githubStatus: response.status });
  }
  return atMost(response.body, LARGEST_LOG_BYTES);
}

/** A part of a log as it lies at GitHub, `last` included. */
export interface LogPart {
  body: AsyncIterable<Uint8Array>;
  first: number;
  last: number;
}

/** A log that parts of can be read. */
export interface LogParts {
  /** In bytes. */
  size: number;
  read(first: number, last: number): Promise<LogPart>;
}

/**
 * The log of a job in parts. Its address is good for a minute.
 * @returns `null` when GitHub has no log; `'whole'` when its storage gives no parts
 */
export async function readJobLogParts(at: At, jobId: number, signal: AbortSignal): Promise<LogParts | 'whole' | null> {
  const address = await jobLogAddress(at, jobId, signal);
  if (address === null) return null;
  const first = await fetchLog(address, signal, { first: 0, last: 0 });
  await first.body?.cancel();
  if (first.status === 404 || first.status === 410) return null;
  const size = sizeIn(first);
  if (size === null) return 'whole';
  return {
    size,
    read: async (from, to) => {
      const part = await fetchLog(address, signal, { first: from, last: to });
      if (part.status !== 206 || part.body === null) {
        await part.body?.cancel();
        throw new GitHubError('LOG_UNREADABLE', 'The log could not be fetched in parts.', { githubStatus: part.status });
      }
      return { body: part.body, first: from, last: Math.min(to, size - 1) };
    },
  };
}

function sizeIn(response: Response): number | null {
  const [, size] = /^bytes \d+-\d+\/(\d{1,15})$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return response.status === 206 && size !== undefined ? Number(size) : null;
}

async function jobLogAddress(at: At, jobId: number, signal: AbortSignal): Promise<string | null> {
  const answer = await orNullWhenMissing(
    at.client.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
      ...ownerAndRepo(at),
      job_id: jobId,
      request: { redirect: 'manual', signal },
    }),
  );
  if (answer === null) return null;
  const address = answer.headers.location;
  if (!address)
    throw new GitHubError('LOG_ADDRESS_MISSING', 'GitHub named no address for the log.', { githubStatus: answer.status });
  return address;
}

async function fetchLog(address: string, signal: AbortSignal, part?: { first: number; last: number }): Promise<Response> {
  try {
    return await fetch(address, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOG_TIMEOUT_MS)]),
      // A part of what was packed for the way would be of no use.
      ...(part ? { headers: { range: `bytes=${part.first}-${part.last}`, 'accept-encoding': 'identity' } } : {}),
    });
  } catch (cause) {
    throw new GitHubError('LOG_UNREADABLE', 'The log could not be fetched.', { githubStatus: 0, cause });
  }
}

async function* atMost(body: ReadableStream<Uint8Array>, limit: number): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const chunk of body) {
    if (seen + chunk.length >= limit) {
      yield chunk.subarray(0, limit - seen);
      return;
    }
    seen += chunk.length;
    yield chunk;
  }
}
