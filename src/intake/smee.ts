import { UnavailableError } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';

export interface SmeeRelay {
  stop(): Promise<void>;
}

export interface SmeeRelayOptions {
  /** The channel. */
  source: string;
  /** Where webhooks are handed to. */
  target: string;
  log: Logger;
  /** Called when the relay sees again: what was sent meanwhile has reached nobody. */
  onSeeingAgain?: () => void;
  /** Without a sign for so long the connection is taken for dead. The server pings every 30 s (probot/smee.io, lib/server.js). */
  silenceMs?: number;
  /** Between tries to connect again: from the first to the longest, twice as long each time. */
  retryMs?: { first: number; longest: number };
}

const SILENCE_MS = 75_000;
const RETRY_MS = { first: 1_000, longest: 30_000 };

/** One connection to the channel. */
interface Connection {
  close(): Promise<void>;
}

/**
 * For development: takes webhooks from a smee.io channel and hands them to the receiver on this machine. A relay sees nothing while
 * its connection is away, also where nobody told it so; GitHub takes all of that for delivered.
 * @throws UnavailableError when the channel can't be reached at the start
 */
export async function startSmeeRelay(options: SmeeRelayOptions): Promise<SmeeRelay> {
  const { log, silenceMs = SILENCE_MS } = options;
  const relay: Relay = { options, connection: null, lastSignAt: Date.now(), blindSince: null, stopped: false, timer: null };
  relay.connection = await connect(relay).catch((cause: unknown) => {
    throw new UnavailableError('SMEE_UNREACHABLE', 'The smee channel in WEBHOOK_PROXY_URL does not answer.', {
      hint: 'Open the address in a browser, or leave WEBHOOK_PROXY_URL out.',
      cause,
    });
  });
  const watch = setInterval(() => {
    if (relay.blindSince === null && Date.now() - relay.lastSignAt > silenceMs) goBlind(relay, new Date(relay.lastSignAt));
  }, silenceMs / 5);
  log.info({ target: options.target }, 'receiving webhooks through smee');
  return {
    stop: async () => {
      relay.stopped = true;
      clearInterval(watch);
      if (relay.timer !== null) clearTimeout(relay.timer);
      await relay.connection?.close();
    },
  };
}

interface Relay {
  options: SmeeRelayOptions;
  connection: Connection | null;
  lastSignAt: number;
  /** Since when nothing could come through; `null` while it can. */
  blindSince: Date | null;
  stopped: boolean;
  timer: NodeJS.Timeout | null;
}

/** Resolves when the channel is open; rejects when it is not. */
async function connect(relay: Relay): Promise<Connection> {
  const { SmeeClient } = await import('smee-client');
  const { source, target, log } = relay.options;
  const client = new SmeeClient({
    source,
    target,
    logger: {
      info: (...text: unknown[]) => log.debug({ text }, 'smee'),
      error: (...text: unknown[]) => log.debug({ text }, 'smee'),
    },
  });
  const sign = () => {
    relay.lastSignAt = Date.now();
  };
  const events = await client.start().catch(async (error: unknown) => {
    await client.stop();
    throw error;
  });
  sign();
  for (const name of ['message', 'ping', 'ready']) events.addEventListener(name, sign);
  let isCurrent = true;
  events.addEventListener('error', () => {
    // The client would try again by itself, but not after every kind of answer, and it would not say for how long it was away.
    if (isCurrent) goBlind(relay, new Date());
  });
  return {
    close: async () => {
      isCurrent = false;
      await client.stop();
    },
  };
}

function goBlind(relay: Relay, since: Date): void {
  if (relay.stopped || relay.blindSince !== null) return;
  relay.blindSince = since;
  relay.options.log.warn('the smee channel is away; webhooks that are sent now are not seen');
  void relay.connection?.close();
  relay.connection = null;
  const { first } = relay.options.retryMs ?? RETRY_MS;
  retry(relay, first);
}

function retry(relay: Relay, waitMs: number): void {
  const { log, onSeeingAgain, retryMs = RETRY_MS } = relay.options;
  relay.timer = setTimeout(async () => {
    const connection = await connect(relay).catch(() => null);
    if (relay.stopped) return void connection?.close();
    if (connection === null) return retry(relay, Math.min(waitMs * 2, retryMs.longest));
    relay.connection = connection;
    const seconds = Math.round((Date.now() - (relay.blindSince?.getTime() ?? Date.now())) / 1_000);
    relay.blindSince = null;
    log.warn({ seconds }, 'the relay was blind; GitHub is asked for what was missed');
    onSeeingAgain?.();
  }, waitMs);
}
