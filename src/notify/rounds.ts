import type { Logger } from '../telemetry/log.ts';
import type { Dispatcher } from './dispatch.ts';

/** One look at an index that is empty most of the time. */
const ROUND_MS = 1_000;

/** Looks for news every second, one round after another; a round that fails is followed by the next. */
export function startRounds(dispatcher: Dispatcher, log: Logger): { stop(): Promise<void> } {
  let under: Promise<void> | null = null;
  let failing = false;
  const round = async () => {
    try {
      await dispatcher.dispatch();
      failing = false;
    } catch (error) {
      // A database that is away is told once, not every second.
      if (!failing) log.warn({ err: error }, 'notifications could not be dispatched');
      failing = true;
    }
  };
  const timer = setInterval(() => {
    under ??= round().finally(() => {
      under = null;
    });
  }, ROUND_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await under;
    },
  };
}
