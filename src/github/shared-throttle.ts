import type { Octokit } from '@octokit/core';
import { throttling } from '@octokit/plugin-throttling';
import type Bottleneck from 'bottleneck';
import type { Logger } from '../telemetry/log.ts';

/** Turns at GitHub that several processes take from one Redis. */
export interface SharedThrottle {
  /** Whether Redis answers now; else each process keeps its own turns. */
  isUp(): boolean;
  /** What `throttling` takes in place of its own turns. */
  turns: Readonly<Record<string, unknown>>;
  /** Before the id of an installation: Apps, and GitHubs, that use the same Redis don't wait for each other. */
  prefix: string;
  close(): Promise<void>;
}

/** Who has had no turn for so long is forgotten; also the time to live of Redis' keys. The plugin's own. */
const FORGOTTEN_AFTER_MS = 120_000;
/** A command that Redis does not answer is given up, and its job tried again by its queue, in milliseconds. */
const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_AT_MOST_MS = 2_000;

/**
 * Shares the turns over Redis, as Probot does: Bottleneck's clustering, on ioredis. Unlike Probot's, a Redis that is away stops
 * nobody; it is told once when it goes and once when it comes.
 */
export async function shareThrottle(redisUrl: string, parts: { prefix: string; log: Logger }): Promise<SharedThrottle> {
  // Loaded by whoever shares: nobody else needs either.
  const [{ Redis }, { default: Limiter }] = await Promise.all([import('ioredis'), import('bottleneck')]);
  const client = new Redis(redisUrl, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 100, RECONNECT_AT_MOST_MS),
  });
  tellOfOutages(client, parts.log);
  const connection = new Limiter.IORedisConnection({ client });
  // Each lost connection and each command in it; what there is to say is said above.
  connection.on('error', (error) => parts.log.debug({ err: error }, 'Redis'));
  // Bottleneck's types leave its second connection out.
  const { subscriber } = connection as unknown as { subscriber: { status: string } };
  return {
    isUp: () => client.status === 'ready' && subscriber.status === 'ready',
    turns: { clustering: true, ...turnsOn(Limiter, connection) },
    prefix: parts.prefix,
    close: async () => {
      await connection.disconnect(false);
    },
  };
}

function tellOfOutages(client: { on(event: 'ready' | 'close', heard: () => void): unknown }, log: Logger): void {
  let isUp: boolean | null = null;
  client.on('ready', () => {
    if (isUp !== true) log.info('turns at GitHub are shared over Redis');
    isUp = true;
  });
  client.on('close', () => {
    if (isUp !== false) log.warn('Redis does not answer; each process keeps its own turns at GitHub');
    isUp = false;
  });
}

/**
 * The plugin's own turns (@octokit/plugin-throttling 11, `createGroups`): it would make them for all clients of the process, those
 * without Redis too.
 */
function turnsOn(Limiter: typeof Bottleneck, connection: Bottleneck.IORedisConnection): Record<string, Bottleneck.Group> {
  const common = { connection, timeout: FORGOTTEN_AFTER_MS };
  const group = (id: string, options: Bottleneck.ConstructorOptions) => new Limiter.Group({ id, ...options, ...common });
  return {
    global: group('octokit-global', { maxConcurrent: 10 }),
    auth: group('octokit-auth', { maxConcurrent: 1 }),
    search: group('octokit-search', { maxConcurrent: 1, minTime: 2_000 }),
    write: group('octokit-write', { maxConcurrent: 1, minTime: 1_000 }),
    notifications: group('octokit-notifications', { maxConcurrent: 1, minTime: 3_000 }),
  };
}

type Wrapper = (request: unknown, parameters: unknown) => unknown;

/** The plugin twice, once with the shared turns: which of the two a request goes through is decided when it leaves. */
export function throttlingBy(shared: SharedThrottle) {
  return (octokit: Octokit, options: { throttle?: { id?: string } }): object => {
    const throttle = options.throttle ?? {};
    const own = wrapperOf(octokit, { ...options, throttle });
    const together = wrapperOf(octokit, {
      ...options,
      throttle: { ...throttle, ...shared.turns, id: `${shared.prefix}${throttle.id}` },
    });
    // The type of wrappers is not exported.
    const wrap = octokit.hook.wrap as unknown as (name: 'request', wrapper: Wrapper) => void;
    wrap('request', (request, parameters) => (shared.isUp() ? together : own)(request, parameters));
    return {};
  };
}

/** What the plugin would lay around each request. */
function wrapperOf(octokit: Octokit, options: object): Wrapper {
  const wrappers: Wrapper[] = [];
  const hook = { wrap: (_name: 'request', wrapper: Wrapper) => void wrappers.push(wrapper) };
  throttling({ hook, log: octokit.log } as unknown as Octokit, options as Parameters<typeof throttling>[1]);
  const [wrapper] = wrappers;
  if (!wrapper) throw new Error('the plugin has wrapped nothing');
  return wrapper;
}
