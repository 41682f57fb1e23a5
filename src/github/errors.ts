import { RegreenError } from '../errors.ts';

/** GitHub refused or failed; `githubStatus` is its HTTP status, or 0 when it was not reached. */
export class GitHubError extends RegreenError {
  readonly githubStatus: number;
  constructor(code: string, message: string, options: { githubStatus: number; cause?: unknown; hint?: string }) {
    super(message, {
      code,
      type: options.githubStatus === 404 ? 'not_found' : 'unavailable',
      status: options.githubStatus === 404 ? 404 : 503,
      details: { githubStatus: options.githubStatus },
      hint: options.hint,
      cause: options.cause,
    });
    this.githubStatus = options.githubStatus;
  }
}

/** The HTTP status of an Octokit error, or `undefined` when the error is none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** `null` in place of a 404, or of a 410 for what was there once; every other error goes on. */
export async function orNullWhenMissing<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 410) return null;
    throw error;
  }
}

/** The HTTP status with which GitHub itself answered; `undefined` where nobody did, for which Octokit invents a 500. */
export function answeredStatusOf(error: unknown): number | undefined {
  return error instanceof Error && 'response' in error && error.response ? statusOf(error) : undefined;
}
