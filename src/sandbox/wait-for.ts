import type { State } from './state/state.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

type Look<T> = (state: State) => T | null | undefined | false | Promise<T | null | undefined | false>;

/** Asks `look` now and after every change until it has an answer. Driven by changes, so no time is slept away. */
export function waitFor<T>(state: State, look: Look<T>, options: { timeoutMs?: number; what?: string } = {}): Promise<T> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    let asking = false;
    let askAgain = false;
    const stop = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const ask = async () => {
      if (asking) {
        askAgain = true;
        return;
      }
      asking = true;
      try {
        do {
          askAgain = false;
          const answer = await look(state);
          if (answer) {
            stop();
            resolve(answer);
            return;
          }
        } while (askAgain);
      } catch (error) {
        stop();
        reject(error);
      } finally {
        asking = false;
      }
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${options.what ?? 'what was waited for'} did not come about within ${timeoutMs} ms`));
    }, timeoutMs);
    const unsubscribe = state.onChange(() => void ask());
    void ask();
  });
}
