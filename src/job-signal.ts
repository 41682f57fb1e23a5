import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<AbortSignal>();

/** Does a job's work so that all that it calls, however deep, can know when the job was given up. */
export function withJobSignal<T>(signal: AbortSignal, work: () => T): T {
  return current.run(signal, work);
}

/** The signal of the job that asks; `undefined` outside of jobs. */
export function jobSignal(): AbortSignal | undefined {
  return current.getStore();
}
