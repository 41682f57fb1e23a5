import type { Delivery } from '../state/model.ts';

/** Source: https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds */
const TIMEOUT_MS = 10_000;
/** How much of an answer is kept. */
const MAX_RESPONSE_CHARACTERS = 64 * 1024;

export type SendResult = Pick<Delivery, 'durationSeconds' | 'status' | 'statusCode' | 'responseHeaders' | 'responseBody'>;

/** Posts one webhook. Never throws: what went wrong is the result's `status`, in GitHub's words. Tried once. */
export async function send(
  url: string,
  headers: Record<string, string>,
  body: string,
  closing: AbortSignal,
): Promise<SendResult> {
  const started = performance.now();
  const duration = () => Math.round((performance.now() - started) / 10) / 100;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const responseBody = (await response.text()).slice(0, MAX_RESPONSE_CHARACTERS);
    return {
      durationSeconds: duration(),
      status: response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`,
      statusCode: response.status,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody,
    };
  } catch (error) {
    const status = error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host';
    return {
      durationSeconds: duration(),
      status,
      statusCode: status === 'timed out' ? 504 : 502,
      responseHeaders: {},
      responseBody: '',
    };
  }
}
