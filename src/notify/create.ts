import type { NotifyEnvironment } from '../config/notify-variables.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { createNotifyAdmin, type NotifyAdmin } from './admin.ts';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import { allowedTargets } from './outgoing/addresses.ts';
import type { SafeFetch } from './outgoing/safe-fetch.ts';
import { createSealer } from './sealing.ts';
import type { NotifyServices } from './services.ts';

/** An answer of Slack is two bytes; Linear's hold an issue. */
const ANSWER_BYTES = 256 * 1024;
/** A quarter of what the queue gives a job, so that what came of it can be written down. */
const ANSWER_TIMEOUT_MS = 15_000;

/** The way to where notifications go; it is closed after the last job has ended. Its HTTP client comes with the first message. */
export function createOutgoing({ allowedTargets: entries }: NotifyEnvironment, tracing: Tracing): SafeFetch {
  const allowed = allowedTargets(entries);
  let loaded: Promise<SafeFetch> | undefined;
  const load = () => {
    loaded ??= import('./outgoing/safe-fetch.ts').then(({ createSafeFetch }) =>
      createSafeFetch({ allowed, timeoutMs: ANSWER_TIMEOUT_MS, mostBytes: ANSWER_BYTES, tracing }),
    );
    return loaded;
  };
  return {
    send: async (url, request) => (await load()).send(url, request),
    fetch: async (input, init) => (await load()).fetch(input, init),
    close: async () => (await loaded)?.close(),
  };
}

export interface Notify {
  services: NotifyServices;
  admin: NotifyAdmin;
  dispatcher: Dispatcher;
}

/** Builds what telling others needs. */
export function createNotify(environment: NotifyEnvironment, parts: Omit<NotifyServices, 'sealer' | 'linearUrl'>): Notify {
  const services = { ...parts, sealer: createSealer(environment.encryptionKeys), linearUrl: environment.linearUrl };
  return {
    services,
    admin: createNotifyAdmin({ ...services, allowed: allowedTargets(environment.allowedTargets) }),
    dispatcher: createDispatcher(services),
  };
}
