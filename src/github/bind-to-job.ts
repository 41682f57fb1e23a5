import type { Octokit } from '@octokit/core';
import { jobSignal } from '../job-signal.ts';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const TOKENS = '/access_tokens';

/**
 * Two plugins that keep a job that was given up from writing beside its own retry. `asks` goes behind those that space requests and
 * send them again, where it is known who asks; `sends` before them all, for a request may have waited for minutes in between. Reads
 * are let go on, and tokens made: others may wait for the same one.
 */
export const bindToJob = {
  asks: (octokit: Octokit): void =>
    octokit.hook.before('request', (options) => {
      const signal = jobSignal();
      if (!signal || READS.has(options.method) || options.url.endsWith(TOKENS)) return;
      signal.throwIfAborted();
      const { signal: own } = options.request as { signal?: AbortSignal };
      // A new object: this one may be the client's, for all of its requests.
      options.request = { ...options.request, signal: own ? AbortSignal.any([own, signal]) : signal };
    }),
  sends: (octokit: Octokit): void =>
    octokit.hook.before('request', (options) => {
      const { signal } = options.request as { signal?: AbortSignal };
      signal?.throwIfAborted();
    }),
};
