import { UnavailableError } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';

export interface SmeeRelay {
  stop(): Promise<void>;
}

/**
 * For development: takes webhooks from a smee.io channel and hands them to the receiver on this machine.
 * @throws UnavailableError when the channel can't be reached
 */
export async function startSmeeRelay(options: { source: string; target: string; log: Logger }): Promise<SmeeRelay> {
  const { SmeeClient } = await import('smee-client');
  const { log } = options;
  const client = new SmeeClient({
    source: options.source,
    target: options.target,
    logger: {
      info: (...text: unknown[]) => log.debug({ text }, 'smee'),
      error: (...text: unknown[]) => log.warn({ text }, 'smee'),
    },
  });
  await client.start().catch((cause: unknown) => {
    throw new UnavailableError('SMEE_UNREACHABLE', 'The smee channel in WEBHOOK_PROXY_URL does not answer.', {
      hint: 'Open the address in a browser, or leave WEBHOOK_PROXY_URL out.',
      cause,
    });
  });
  log.info({ target: options.target }, 'receiving webhooks through smee');
  return { stop: () => client.stop() };
}
