import { AsyncLocalStorage } from 'node:async_hooks';

const receipt = new AsyncLocalStorage<Date>();

/**
 * Runs `work` as part of a delivery that was received at that time. GitHub's own times lie (a queued job has a start), and
 * the time at which a worker comes to it says nothing: only the receipt is the same at every retry.
 */
export function receivedAt<T>(at: Date, work: () => T): T {
  return receipt.run(at, work);
}

/** When the delivery that is being worked on was received; `undefined` outside of any. */
export function currentReceipt(): Date | undefined {
  return receipt.getStore();
}
