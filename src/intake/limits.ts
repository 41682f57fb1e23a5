import type { BodyLimits } from './body.ts';
import type { ClientLimitSettings } from './client-limits.ts';

export interface IntakeLimits extends BodyLimits, ClientLimitSettings {
  /** Requests that are handled at once. */
  requestsAtOnce: number;
  /** Bytes of all bodies that are held at once. */
  bodiesBytes: number;
}

export const DEFAULT_LIMITS: IntakeLimits = {
  /** GitHub sends no payload above 25 MB. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
  bodyBytes: 25 * 2 ** 20,
  /** GitHub gives up after 10 s. https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries */
  bodyTimeoutMs: 10_000,
  requestsAtOnce: 500,
  bodiesBytes: 256 * 2 ** 20,
  /** All of an organisation's deliveries come from few of GitHub's addresses, or from one proxy's. */
  requestsPerSecond: 1_000,
  burst: 5_000,
  burstSeconds: 10,
  badSignatures: 20,
  badSignatureSeconds: 60,
  blockSeconds: 300,
};
